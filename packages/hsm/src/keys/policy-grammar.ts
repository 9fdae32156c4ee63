/**
 * The grammar of release policies: from the bytes of the document to a tree that needs no further checks.
 *
 * @see Azure Key Vault secure key release policy grammar
 */

import { bytesToUtf8, isCryptoError } from '@pocket-hsm/crypto'
import { badParameter, type HsmError } from '../hsm-error.ts'

/** A release policy: one of its authorities must vouch for the target. */
export interface PolicyTree {
  readonly authorities: readonly PolicyAuthority[]
}

/** An authority and what its token must say. */
export interface PolicyAuthority {
  /** The issuer of tokens, as the policy spells it. */
  readonly authority: string
  readonly condition: PolicyCondition
}

/** A condition on the claims of a token. */
export type PolicyCondition =
  | { readonly anyOf: readonly PolicyCondition[] }
  | { readonly allOf: readonly PolicyCondition[] }
  | ClaimCondition

/** A condition on one claim. */
export interface ClaimCondition {
  /** Its name, or the names on the way to it, joined by dots. */
  readonly claim: string
  readonly operator: PolicyOperator
  readonly value: PolicyValue
}

/** What a claim is compared with. */
export type PolicyValue = string | number | boolean

/** The operators, by their names in the document. */
export type PolicyOperator =
  | 'equals'
  | 'notEquals'
  | 'less'
  | 'lessOrEquals'
  | 'greater'
  | 'greaterOrEquals'
  | 'exists'

const TRUTH = ['boolean', 'true', 'false']
const ANY = ['string', 'number', 'boolean']
const ORDERED = ['string', 'number']

/** Which values each operator takes: types of JSON, or the very texts. */
const OPERATOR_VALUES: Readonly<Record<PolicyOperator, readonly string[]>> = {
  equals: ANY,
  notEquals: ANY,
  less: ORDERED,
  lessOrEquals: ORDERED,
  greater: ORDERED,
  greaterOrEquals: ORDERED,
  exists: TRUTH,
}

/** More than ten times the policy that names every region of the attestation service. */
const MOST_BYTES = 65_536

/** Conditions within conditions; the service's own examples have two. */
const MOST_LEVELS = 32

/** Characters in the path of a claim. */
const LONGEST_CLAIM = 1024

/** The documentation has the first; recordings of vaults also the second. */
const VERSIONS: readonly unknown[] = [undefined, '1.0.0', '1.0']

/**
 * Reads a policy document.
 *
 * @param bytes - UTF-8 JSON, at most 65,536 bytes; conditions nest at most 32 deep, and the
 *   path of a claim has at most 1024 characters.
 * @throws {@link HsmError} 400 `BadParameter` - anything outside the grammar; the text says where and what.
 */
export function parsePolicy(bytes: Uint8Array): PolicyTree {
  if (bytes.length > MOST_BYTES) throw invalid('the document', `has over ${MOST_BYTES} bytes`)
  const { version, anyOf, ...others } = membersOf(parseJson(bytes), 'the document')
  checkNoOthers(others, 'the document')
  if (!VERSIONS.includes(version)) throw invalid('version', 'must be "1.0.0"')
  return { authorities: listOf(anyOf, 'anyOf').map(parseAuthority) }
}

function parseAuthority(value: unknown, index: number): PolicyAuthority {
  const where = `anyOf[${index}]`
  const { authority, ...condition } = membersOf(value, where)
  if (typeof authority !== 'string' || authority === '') {
    throw invalid(`${where}.authority`, 'must be the URL of an issuer')
  }
  if (!('anyOf' in condition) && !('allOf' in condition)) {
    throw invalid(where, 'must have anyOf or allOf')
  }
  return { authority, condition: parseCondition(condition, where, 1) }
}

function parseCondition(value: unknown, where: string, level: number): PolicyCondition {
  if (level > MOST_LEVELS) throw invalid(where, `is nested over ${MOST_LEVELS} deep`)
  const members = membersOf(value, where)
  const { anyOf, allOf, ...others } = members
  if ('claim' in members) return parseClaim(members, where)
  checkNoOthers(others, where)
  if ((anyOf === undefined) === (allOf === undefined)) {
    throw invalid(where, 'must have exactly one of claim, anyOf and allOf')
  }
  const kind = anyOf === undefined ? 'allOf' : 'anyOf'
  const conditions = listOf(members[kind], `${where}.${kind}`).map((condition, index) =>
    parseCondition(condition, `${where}.${kind}[${index}]`, level + 1),
  )
  return kind === 'anyOf' ? { anyOf: conditions } : { allOf: conditions }
}

function parseClaim(members: Members, where: string): ClaimCondition {
  const { claim, ...comparison } = inCurrentForm(members)
  if (typeof claim !== 'string' || claim === '' || claim.length > LONGEST_CLAIM) {
    throw invalid(`${where}.claim`, `must be a name of 1 to ${LONGEST_CLAIM} characters`)
  }
  const [[operator, value] = ['', undefined], ...more] = Object.entries(comparison)
  if (more.length > 0 || !isOperator(operator)) {
    throw invalid(
      where,
      `must have exactly one operator: ${Object.keys(OPERATOR_VALUES).join(', ')}`,
    )
  }
  const accepted = OPERATOR_VALUES[operator]
  if (!accepted.includes(typeof value) && !accepted.includes(value as string)) {
    throw invalid(`${where}.${operator}`, `must be one of these: ${accepted.join(', ')}`)
  }
  return { claim, operator, value: value as PolicyValue }
}

/** The first previews had the operator's name in `condition`; the API's own example still does. */
function inCurrentForm(members: Members): Members {
  if (typeof members['condition'] !== 'string' || !('value' in members)) return members
  const { condition, value, ...others } = members
  return condition in others ? members : { ...others, [condition]: value }
}

const isOperator = (name: string): name is PolicyOperator => Object.hasOwn(OPERATOR_VALUES, name)

type Members = Readonly<Record<string, unknown>>

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(bytesToUtf8(bytes))
  } catch (error) {
    throw invalid('the document', isCryptoError(error) ? 'is not UTF-8' : 'is not JSON')
  }
}

function membersOf(value: unknown, where: string): Members {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Members
  throw invalid(where, 'must be an object')
}

function listOf(value: unknown, where: string): readonly unknown[] {
  if (Array.isArray(value) && value.length > 0) return value
  throw invalid(where, 'must be a list that is not empty')
}

function checkNoOthers(others: Members, where: string): void {
  const [other] = Object.keys(others)
  if (other !== undefined) throw invalid(where, `has a member that is not known: ${other}`)
}

/** The start of the service's own texts about policies. */
const invalid = (where: string, problem: string): HsmError =>
  badParameter(`Key Release Policy: ${where} ${problem}`)
