/** Option objects: an unknown member or a value of the wrong type is an error that names what is allowed. */

import { badParameter } from '../hsm-error.ts'
import { nearestName } from './nearest-name.ts'
import { kindOfValue } from './value-kind.ts'

/**
 * Checks the value of one option; throws if it is not allowed. It is not called for `undefined` and `null`, which
 * count as absent.
 *
 * {@link OPTION_CHECKS} has those that most options need.
 */
export interface OptionCheck {
  (value: unknown, path: string, owner: string): void
  /** The options of a nested object, so that an option given one level too high can be found. */
  readonly table?: OptionTable
}

/** One check for each option of an object. */
export type OptionTable<Options = Record<string, unknown>> = {
  readonly [Name in keyof Required<Options>]: OptionCheck
}

/**
 * Makes a table of options. Make it once, where the module is loaded: the table is read at every call.
 *
 * @param table - One check for each option; every member of the options' type must be there.
 * @returns The same rows without a prototype, so that `toString` is no option.
 *
 * @example
 * ```ts
 * import { checkOptions, OPTION_CHECKS, optionTable } from 'pocket-hsm'
 *
 * const { integer, string } = OPTION_CHECKS
 * const OPTIONS = optionTable<{ host?: string; port?: number }>({ host: string, port: integer })
 * checkOptions('startEmulator', { port: 8080 }, OPTIONS) // undefined
 * ```
 */
export function optionTable<Options>(table: OptionTable<Options>): OptionTable<Options> {
  return Object.freeze(Object.assign(Object.create(null), table))
}

/**
 * Checks an object of options: every member is known, and has the right type.
 *
 * It looks at the members that are there, so it costs what was given. Nothing is copied or changed.
 *
 * @param owner - The function whose options they are, for the error.
 * @param options - What the caller gave.
 * @param table - From {@link optionTable}.
 * @throws {@link HsmError} 400 `BadParameter` - not a plain object, an unknown member (the text has the nearest name and
 *   the list), or a value of the wrong type (the text says which type is expected and what was given).
 *
 * @example
 * ```ts
 * import { checkOptions, OPTION_CHECKS, optionTable } from 'pocket-hsm'
 *
 * let message = ''
 * try {
 *   const table = optionTable<{ port?: number }>({ port: OPTION_CHECKS.integer })
 *   checkOptions('startEmulator', { prot: 1 }, table)
 * } catch (error) {
 *   message = String(error)
 * }
 * message // 'HsmError: Unknown option "prot" of startEmulator. Did you mean "port"? The options are: port.'
 * ```
 */
export function checkOptions<Options>(
  owner: string,
  options: unknown,
  table: OptionTable<Options>,
): void {
  checkMembers(owner, '', options, table as OptionTable)
}

/** The checks of which tables are made. */
export interface OptionChecks {
  /** Text. */
  readonly string: OptionCheck
  /** `true` or `false`, and nothing that converts to it. */
  readonly boolean: OptionCheck
  readonly function: OptionCheck
  /** A whole number; its range is checked where it is used. */
  readonly integer: OptionCheck
  /** Any number but `NaN`. */
  readonly number: OptionCheck
  /** A `Uint8Array`, which a `Buffer` is. */
  readonly bytes: OptionCheck
  readonly stringOrBytes: OptionCheck
  /** An object whose members are the caller's own, such as tags or a JWK. */
  readonly object: OptionCheck
  readonly anything: OptionCheck
  /** One of these texts, in this spelling. */
  readonly oneOf: (values: readonly string[]) => OptionCheck
  /** An array whose items pass the check. */
  readonly listOf: (item: OptionCheck) => OptionCheck
  /** An object with options of its own. */
  readonly members: <Options>(table: OptionTable<Options>) => OptionCheck
  /** What a test says; `expected` completes "must be". */
  readonly custom: (expected: string, test: (value: unknown) => boolean) => OptionCheck
}

/**
 * The checks of which tables are made: {@link OptionChecks} says what each accepts.
 *
 * @example
 * ```ts
 * import { checkOptions, OPTION_CHECKS, optionTable } from 'pocket-hsm'
 *
 * const { integer, listOf, oneOf } = OPTION_CHECKS
 * const OPTIONS = optionTable<{ ports?: readonly number[]; mode?: 'fast' | 'safe' }>({
 *   ports: listOf(integer),
 *   mode: oneOf(['fast', 'safe']),
 * })
 * checkOptions('startEmulator', { ports: [80, 443], mode: 'fast' }, OPTIONS) // undefined
 * ```
 */
export const OPTION_CHECKS: OptionChecks = Object.freeze({
  string: custom('a string', (value) => typeof value === 'string'),
  boolean: custom('true or false', (value) => typeof value === 'boolean'),
  function: custom('a function', (value) => typeof value === 'function'),
  integer: custom('a whole number', Number.isInteger),
  number: custom('a number', (value) => typeof value === 'number' && !Number.isNaN(value)),
  bytes: custom('a Uint8Array', isBytes),
  stringOrBytes: custom(
    'a string or a Uint8Array',
    (value) => typeof value === 'string' || isBytes(value),
  ),
  object: custom('an object', isOptionObject),
  anything: () => undefined,
  oneOf,
  listOf,
  members,
  custom,
})

/** Returns an option that must be there; throws a 400 `BadParameter` in the caller's words if it is absent. */
export function requireOption<Value>(
  owner: string,
  name: string,
  value: Value | null | undefined,
): Value {
  if (value !== undefined && value !== null) return value
  throw badParameter(`The option "${name}" of ${owner} is missing.`)
}

function custom(expected: string, test: (value: unknown) => boolean): OptionCheck {
  return (value, path, owner) => {
    if (!test(value)) throw wrongType(value, path, owner, expected)
  }
}

function oneOf(values: readonly string[]): OptionCheck {
  const known = new Set<unknown>(values)
  return (value, path, owner) => {
    if (known.has(value)) return
    if (typeof value !== 'string') {
      throw wrongType(value, path, owner, `one of ${values.join(', ')}`)
    }
    throw badParameter(
      `Unknown value "${shorten(value)}" of the option "${path}" of ${owner}.${suggestion(value, values)} ` +
        `The values are: ${values.join(', ')}.`,
    )
  }
}

function listOf(item: OptionCheck): OptionCheck {
  return (value, path, owner) => {
    if (!Array.isArray(value)) throw wrongType(value, path, owner, 'an array')
    for (const [index, each] of value.entries()) item(each, `${path}[${index}]`, owner)
  }
}

function members<Options>(table: OptionTable<Options>): OptionCheck {
  const check = (value: unknown, path: string, owner: string): void =>
    checkMembers(owner, `${path}.`, value, table as OptionTable)
  return Object.assign(check, { table: table as OptionTable })
}

function isBytes(value: unknown): boolean {
  return value instanceof Uint8Array
}

function checkMembers(owner: string, prefix: string, options: unknown, table: OptionTable): void {
  if (!isOptionObject(options)) throw noObject(owner, prefix, options)
  for (const name in options) {
    const check = table[name]
    if (check === undefined) throw unknownOption(owner, prefix, name, table)
    const value = options[name]
    if (value !== undefined && value !== null) check(value, `${prefix}${name}`, owner)
  }
}

function isOptionObject(options: unknown): options is Readonly<Record<string, unknown>> {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) return false
  return typeof (options as { readonly then?: unknown }).then !== 'function'
}

function noObject(owner: string, prefix: string, options: unknown): Error {
  const what =
    prefix === '' ? `The options of ${owner}` : `The option "${prefix.slice(0, -1)}" of ${owner}`
  return badParameter(`${what} must be an object, not ${kindOfValue(options)}.`)
}

function wrongType(value: unknown, path: string, owner: string, expected: string): Error {
  return badParameter(
    `The option "${path}" of ${owner} must be ${expected}, not ${kindOfValue(value)}.`,
  )
}

function unknownOption(owner: string, prefix: string, name: string, table: OptionTable): Error {
  const names = Object.keys(table)
  return badParameter(
    `Unknown option "${prefix}${shorten(name)}" of ${owner}.${suggestion(name, namesOf(table, prefix))} ` +
      `The options are: ${names.map((known) => `${prefix}${known}`).join(', ')}.`,
  )
}

/** The names of a table, and of the tables inside it. */
function namesOf(table: OptionTable, prefix: string): readonly string[] {
  return Object.entries(table).flatMap(([name, { table: inner }]) => [
    `${prefix}${name}`,
    ...(inner === undefined ? [] : namesOf(inner, `${prefix}${name}.`)),
  ])
}

function suggestion(name: string, names: readonly string[]): string {
  const nearest = nearestName(name, names)
  return nearest === undefined ? '' : ` Did you mean "${nearest}"?`
}

const LONGEST_SHOWN = 64

const shorten = (name: string): string =>
  name.length > LONGEST_SHOWN ? `${name.slice(0, LONGEST_SHOWN)}...` : name
