/** Whether a token's claims meet a release policy. */

import type { PolicyCondition, PolicyOperator, PolicyTree, PolicyValue } from './policy-grammar.ts'

/** The claims of a token: an object out of JSON. */
export type Claims = Readonly<Record<string, unknown>>

/**
 * Decides whether a policy lets a key go.
 *
 * @param policy - Of its authorities those count whose URL is the issuer's, but for one slash at the end.
 * @param issuer - Who signed the token: its `iss`.
 * @returns Whether the conditions of any such authority hold.
 */
export function meetsPolicy(policy: PolicyTree, issuer: string, claims: Claims): boolean {
  return policy.authorities.some(
    ({ authority, condition }) => isSameAuthority(authority, issuer) && holds(condition, claims),
  )
}

/** Whether two URLs name the same authority: a Managed HSM puts a slash at the end of those in policies. */
export function isSameAuthority(one: string, other: string): boolean {
  return one.replace(/\/$/, '') === other.replace(/\/$/, '')
}

function holds(condition: PolicyCondition, claims: Claims): boolean {
  if ('anyOf' in condition) return condition.anyOf.some((part) => holds(part, claims))
  if ('allOf' in condition) return condition.allOf.every((part) => holds(part, claims))
  const claim = claimAt(claims, condition.claim)
  if (claim === undefined) return condition.operator === 'exists' && !isTrue(condition.value)
  return OPERATORS[condition.operator](claim, condition.value)
}

/** What each operator says of a claim that is there. */
const OPERATORS: Readonly<Record<PolicyOperator, (claim: unknown, value: PolicyValue) => boolean>> =
  {
    equals: (claim, value) => plain(claim) === plain(value),
    notEquals: (claim, value) => plain(claim) !== plain(value),
    less: ordered((claim, value) => claim < value),
    lessOrEquals: ordered((claim, value) => claim <= value),
    greater: ordered((claim, value) => claim > value),
    greaterOrEquals: ordered((claim, value) => claim >= value),
    exists: (_, value) => isTrue(value),
  }

/** Compares numbers by size and texts by their code units; values of two types, or of another type, have no order. */
function ordered(
  sortChanges: (claim: string | number, value: string | number) => boolean,
): (claim: unknown, value: PolicyValue) => boolean {
  return (claim, value) =>
    typeof claim === typeof value &&
    (typeof claim === 'number' || typeof claim === 'string') &&
    sortChanges(claim, value as typeof claim)
}

/** Vaults store `true` as `"true"`, so the two are the same in a comparison. */
const plain = (value: unknown): unknown => (typeof value === 'boolean' ? String(value) : value)

const isTrue = (value: PolicyValue): boolean => plain(value) === 'true'

/**
 * Finds a claim by its path: a name with dots in it before the names that the dots would part, at every level.
 * Lists have no names.
 */
function claimAt(value: unknown, path: string): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  const members = value as Claims
  if (Object.hasOwn(members, path)) return members[path]
  const dot = path.indexOf('.')
  const name = path.slice(0, dot)
  if (dot === -1 || !Object.hasOwn(members, name)) return undefined
  return claimAt(members[name], path.slice(dot + 1))
}
