/** Checks option objects: an unknown member or a value of the wrong type is an error that says what is allowed. */

import { badOption } from './identity-error.ts'
import { nearestName } from './nearest-name.ts'

/** Whether a value is allowed, and what is. */
export interface Check {
  /** Completes "must be". */
  readonly expected: string
  readonly isAllowed: (value: unknown) => boolean
  /** The members of an object. */
  readonly members?: CheckTable
  /** The check of each item of an array. */
  readonly item?: Check
}

type CheckTable = Readonly<Record<string, Check>>

/** One check for each member of the options' type, without a prototype: `toString` is no option. */
export function checkTable<Options>(table: Readonly<Record<keyof Options, Check>>): CheckTable {
  return Object.freeze(Object.assign(Object.create(null), table))
}

/** Text that is not empty: an empty one is a variable that was not set. */
export const text: Check = {
  expected: 'a string that is not empty',
  isAllowed: (value) => typeof value === 'string' && value !== '',
}

/** A check of one value. */
export const custom = (expected: string, isAllowed: (value: unknown) => boolean): Check => ({
  expected,
  isAllowed,
})

/** An array of one kind of items. */
export const listOf = (item: Check): Check => ({
  expected: 'an array',
  isAllowed: Array.isArray,
  item,
})

/** An object with members of its own. */
export const members = (table: CheckTable): Check => ({
  expected: 'an object',
  isAllowed: isObject,
  members: table,
})

/** Checks a value and everything in it; throws `BadOption`. No error has the value, which may be secret. */
export function checkOption(value: unknown, check: Check, path: string, owner: string): void {
  if (!check.isAllowed(value)) {
    throw badOption(`${optionName(path, owner)} must be ${check.expected}.`)
  }
  if (check.item) {
    for (const [index, each] of (value as readonly unknown[]).entries()) {
      checkOption(each, check.item, `${path}[${index}]`, owner)
    }
  }
  if (check.members) checkMembers(value as object, check.members, path, owner)
}

function checkMembers(value: object, table: CheckTable, path: string, owner: string): void {
  for (const [name, member] of Object.entries(value)) {
    const check = table[name]
    const inner = path === '' ? name : `${path}.${name}`
    if (check === undefined) throw unknown(inner, name, Object.keys(table), owner)
    if (member !== undefined && member !== null) checkOption(member, check, inner, owner)
  }
}

const optionName = (path: string, owner: string): string =>
  path === '' ? `The options of ${owner}` : `The option "${path}" of ${owner}`

function unknown(path: string, name: string, names: readonly string[], owner: string): Error {
  const nearest = nearestName(name, names)
  const hint = nearest === undefined ? '' : ` Did you mean "${nearest}"?`
  return badOption(
    `Unknown option "${path.slice(0, 80)}" of ${owner}.${hint} The options are: ${names.join(', ')}.`,
  )
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
