/** Who a caller is: object ids, as a token has them. */

import { badParameter, printable } from '../hsm-error.ts'
import { copyOfText } from '../state/text-copy.ts'

/** The principals of a caller. */
export interface Principals {
  /** In lower case, each once. */
  readonly all: readonly string[]
  /** What the audit trail keeps of them: as they were given, the first ones, cut. */
  readonly recorded: readonly string[]
}

/** The most principals of a caller: an object id and 200 groups, which is as many as a token has, and some more. */
const MOST = 256

/** The most characters of a principal; an object id has 36. */
const LONGEST = 128

/** How many principals the trail keeps of each call. */
const MOST_RECORDED = 8

/** Checks an object id: 1 to 128 printable characters. */
export function checkPrincipal(name: string, principal: unknown): string {
  if (typeof principal === 'string' && /^[\x21-\x7e]{1,128}$/.test(principal)) {
    return copyOfText(principal, LONGEST)
  }
  throw badParameter(
    `${name} must be an object id: 1 to ${LONGEST} characters without blanks, not ${printable(principal).slice(0, 64)}.`,
  )
}

/** Equal lists are kept once: a server makes one for each request, and the trail keeps it. */
const known = new Map<string, Principals>()
const MOST_KNOWN = 64

/** Checks the principals of a caller. */
export function parsePrincipals(given: readonly string[]): Principals {
  if (given.length > MOST) throw badParameter(`A caller has at most ${MOST} principals.`)
  const key = given.map((each) => checkPrincipal('principals', each)).join(' ')
  const before = known.get(key)
  if (before !== undefined) return before
  const parts = key === '' ? [] : key.split(' ')
  const principals = {
    all: [...new Set(parts.map((each) => copyOfText(each.toLowerCase())))],
    recorded: Object.freeze(parts.slice(0, MOST_RECORDED).map((each) => copyOfText(each))),
  }
  if (known.size >= MOST_KNOWN) known.clear()
  known.set(key, principals)
  return principals
}
