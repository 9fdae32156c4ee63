/** What can be said of an audit trail, and how to say it: assertions throw it, matchers hand it on. */

import type { HsmOperation } from '../audit/audit-entry.ts'
import type { Hsm } from '../engine/hsm.ts'
import { type AuditFilter, readAudit } from '../observe/read-audit.ts'
import { listed } from './print-audit.ts'

/** The operations that use a key. Making, reading, changing, backing up and deleting one is no use of it. */
export type KeyUseOperation =
  | 'decrypt'
  | 'encrypt'
  | 'releaseKey'
  | 'sign'
  | 'unwrapKey'
  | 'verify'
  | 'wrapKey'

const USES: readonly KeyUseOperation[] = [
  'decrypt',
  'encrypt',
  'releaseKey',
  'sign',
  'unwrapKey',
  'verify',
  'wrapKey',
]

/** Which calls are meant; what is absent matches all. What time does by itself is no call. */
export type CallFilter = Omit<AuditFilter, 'byTime'>

/** Whether something holds, and the texts for who wanted it and for who wanted it not. */
export interface Verdict {
  /** `undefined` where the trail has lost what it would take to know. */
  readonly holds: boolean | undefined
  readonly whenWanted: string
  readonly whenUnwanted: string
}

/** Whether calls were made: so many, or at least one. */
export function verdictOnCalls(hsm: Hsm, filter: CallFilter, times: number | undefined): Verdict {
  const { entries, lost } = readAudit(hsm, { ...filter, byTime: false })
  const subject = subjectOf(filter)
  const asked = times === undefined ? 'to be called' : `to be called ${timesOf(times)}`
  const isKnown = lost === 0 || (times === undefined ? entries.length > 0 : entries.length > times)
  const found =
    entries.length > 0
      ? `it was called ${timesOf(entries.length)}:${listed(entries)}`
      : `it never was.${othersThan(hsm, filter)}`
  return verdictOf(times === undefined ? entries.length > 0 : entries.length === times, {
    wanted: `${subject} was ${asked}`,
    unwanted: `${subject} was not ${asked}`,
    found: isKnown ? found : lossOf(lost),
    isKnown,
  })
}

/** Whether a key was used for these operations and for nothing else; used at all, where there are any. */
export function verdictOnUses(
  hsm: Hsm,
  key: string,
  operations: readonly KeyUseOperation[],
): Verdict {
  const { entries, lost } = readAudit(hsm, { key, operation: USES, byTime: false })
  const others = entries.filter(
    ({ operation }) => !(operations as readonly HsmOperation[]).includes(operation),
  )
  const isKnown = lost === 0 || others.length > 0
  const isUsed = entries.length > 0
  const what = operations.length > 0 ? `for ${operations.join(' and ')} alone` : 'for nothing'
  const found = isUsed
    ? `it was used ${timesOf(entries.length)}:${listed(others.length > 0 ? others : entries)}`
    : 'it never was used.'
  const also = `it was also used ${timesOf(others.length)} for something else:${listed(others)}`
  return verdictOf(others.length === 0 && isUsed === operations.length > 0, {
    wanted: `Key ${key} was to be used ${what}`,
    unwanted: `Key ${key} was to be used not ${what}`,
    found: isKnown ? (others.length > 0 ? also : found) : lossOf(lost),
    isKnown,
  })
}

function verdictOf(
  holds: boolean,
  said: {
    readonly wanted: string
    readonly unwanted: string
    readonly found: string
    readonly isKnown: boolean
  },
): Verdict {
  return {
    holds: said.isKnown ? holds : undefined,
    whenWanted: `${said.wanted}, but ${said.found}`,
    whenUnwanted: `${said.unwanted}, but ${said.found}`,
  }
}

const lossOf = (lost: number): string =>
  `the audit trail cannot tell: it has lost ${lost} of its entries. Give createHsm a larger auditLimit.`

/** What else was done with the key, for who wonders why a call is missing. */
function othersThan(hsm: Hsm, { key }: CallFilter): string {
  const { entries } = readAudit(hsm, { ...(key !== undefined && { key }), byTime: false })
  const which = key === undefined ? 'The HSM' : `Key ${key}`
  if (entries.length === 0) return ` ${which} was not called at all.`
  return ` What was called${key === undefined ? '' : ` with key ${key}`}:${listed(entries)}`
}

function subjectOf({ operation, key, caller, outcome }: CallFilter): string {
  const operations = operation === undefined ? [] : [operation].flat()
  return [
    operations.length > 0 ? operations.join(' or ') : 'Any operation',
    ...(key === undefined ? [] : [`with key ${key}`]),
    ...(caller === undefined ? [] : [`by ${caller}`]),
    ...(outcome === undefined ? [] : [outcome === 'success' ? 'with success' : 'without success']),
  ].join(' ')
}

const timesOf = (count: number): string => (count === 1 ? 'once' : `${count} times`)
