/** The type of parameters that take known names or sizes, and at run time anything that arrives on the wire. */

/**
 * A parameter type that checks literals against a list and accepts values known only at run time.
 *
 * | argument | accepted |
 * | --- | --- |
 * | a literal of `Known` | yes, and editors complete it |
 * | any other literal, such as a misspelt name | no: a compile error |
 * | a `string` or `number` variable | yes: the function checks it at run time |
 *
 * `Given` is a type parameter of the function, so that it is inferred from the argument. In a type annotation
 * leave it out: everything is accepted there, and editors still complete `Known`.
 *
 * @example
 * ```ts
 * import type { KnownLiteral } from '@pocket-hsm/crypto'
 *
 * type Curve = 'P-256' | 'P-384'
 * const widthOf = <Given extends string>(crv: KnownLiteral<Curve, Given>) => (crv === 'P-384' ? 48 : 32)
 *
 * const fromTheWire: string = 'P-384'
 * widthOf('P-256') // 32
 * widthOf(fromTheWire) // 48
 * // @ts-expect-error: not a curve
 * widthOf('p-384') // 32
 * ```
 */
export type KnownLiteral<
  Known extends string | number,
  Given extends string | number = string | number,
> =
  | Known
  | (string extends Given
      ? Unabsorbed<Known>
      : number extends Given
        ? Unabsorbed<Known>
        : IsPattern<Given> extends true
          ? Given
          : never)

/** A `string` or `number` that does not absorb the literals in a union with it, so that editors complete them. */
type Unabsorbed<Known> = Known extends string ? string & Empty : number & Empty

/** True for template literal types such as `A${number}GCM`: a record with such keys may be empty. */
type IsPattern<Given extends string | number> = Empty extends Record<Given, true> ? true : false

type Empty = Record<never, never>
