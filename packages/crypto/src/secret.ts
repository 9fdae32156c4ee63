/** An opaque holder for values that must not be printed: every conversion of it shows `[secret]`. */

import { cryptoError } from './crypto-error.ts'

const PLACEHOLDER = '[secret]'

/**
 * An opaque value. It has no properties of its own; converting it to a string, to JSON or inspecting it
 * shows `[secret]`, and a structured clone of it is empty.
 *
 * @example
 * ```ts
 * import { Secret } from '@pocket-hsm/crypto'
 *
 * const secret = new Secret(new Uint8Array(32))
 * JSON.stringify({ secret }) // '{"secret":"[secret]"}'
 * ```
 */
export interface Secret<Value> {
  /** Always `[secret]`. */
  toString(): string
  /** Always `[secret]`, so that `JSON.stringify` of any object with a secret in it is safe. */
  toJSON(): string
  /** Distinguishes its type from others with the same methods. */
  readonly [Symbol.toStringTag]: 'Secret'
  /** Never there: it lets the compiler know what {@link SecretClass.reveal} returns. */
  readonly '~value'?: Value
}

/** Makes secrets and returns their values. */
export interface SecretClass {
  /** Wraps a value that only {@link SecretClass.reveal} returns. The value is stored, not copied. */
  new <Value>(value: Value): Secret<Value>
  /** What all secrets inherit. */
  readonly prototype: Secret<unknown>
  /**
   * Returns the value of a secret. Secret bytes leave their holder through this function only.
   *
   * @param secret - A value made by the constructor, of any copy of this package in the process.
   * @returns The value itself, not a copy: do not change it.
   * @throws {@link CryptoError} `INVALID_ARGUMENT` - anything that the constructor did not make.
   *
   * @example
   * ```ts
   * import { Secret } from '@pocket-hsm/crypto'
   *
   * Secret.reveal(new Secret('swordfish')) // 'swordfish'
   * ```
   */
  reveal<Value>(secret: Secret<Value>): Value
}

class SecretOfThisCopy<Value> implements Secret<Value> {
  readonly #value: Value

  static {
    const define = (name: symbol, value: unknown) =>
      Object.defineProperty(SecretOfThisCopy.prototype, name, { value })
    define(Symbol.toStringTag, 'Secret')
    // What Node's util.inspect and console.log look up; a registered symbol needs no import from Node.
    define(Symbol.for('nodejs.util.inspect.custom'), () => PLACEHOLDER)
    Object.defineProperty(SecretOfThisCopy, 'name', { value: 'Secret' })
  }

  declare readonly [Symbol.toStringTag]: 'Secret'

  constructor(value: Value) {
    this.#value = value
    Object.freeze(this)
  }

  static reveal<Value>(secret: SecretOfThisCopy<Value>): Value {
    if (typeof secret === 'object' && secret !== null && #value in secret) return secret.#value
    throw cryptoError('INVALID_ARGUMENT', 'Secret.reveal takes a Secret.')
  }

  toString(): string {
    return PLACEHOLDER
  }

  toJSON(): string {
    return PLACEHOLDER
  }
}

/** The number is that of its contract: a class with another one must not take the place of this one. */
const SHARED = Symbol.for('@pocket-hsm/crypto Secret 1')

/**
 * The class of the copy of this package that was loaded first: as an ECMAScript or a CommonJS module, or from another
 * folder. So each copy reveals, and finds with `instanceof`, what any other has wrapped.
 */
export const Secret: SecretClass = sharedClass()

function sharedClass(): SecretClass {
  const host = globalThis as { readonly [SHARED]?: SecretClass }
  // Where globalThis is frozen, each copy has its own.
  if (host[SHARED] === undefined) {
    Reflect.defineProperty(globalThis, SHARED, { value: SecretOfThisCopy })
  }
  return host[SHARED] ?? SecretOfThisCopy
}
