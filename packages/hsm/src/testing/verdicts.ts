/** What an audit trail shows, with the texts that say so: assertions throw them, matchers return them. */

// From the entry point alone: what two entry points share otherwise is a file more for every import of the package.
import {
  type AuditFilter,
  checkOptions,
  type Hsm,
  HsmError,
  type HsmOperation,
  OPTION_CHECKS,
  optionTable,
  readAudit,
} from '../index.ts'
import { listed } from './print-audit.ts'

/** The operations that use a key: all but making, reading, changing, backing up and deleting one. */
export type KeyUseOperation =
  | 'decrypt'
  | 'encrypt'
  | 'releaseKey'
  | 'secureUnwrapKey'
  | 'secureWrapKey'
  | 'sign'
  | 'unwrapKey'
  | 'verify'
  | 'wrapKey'

const USES: readonly KeyUseOperation[] = [
  'decrypt',
  'encrypt',
  'releaseKey',
  'secureUnwrapKey',
  'secureWrapKey',
  'sign',
  'unwrapKey',
  'verify',
  'wrapKey',
]

/** Which calls: those that match every given member. Changes that time makes are not calls. */
export type CallFilter = Omit<AuditFilter, 'byTime' | 'after'>

/** Whether something is true of an audit trail, with the error texts of an assertion and of its opposite. */
export interface Verdict {
  /** `undefined` if the trail has lost the entries that would show it. */
  readonly holds: boolean | undefined
  readonly message: string
  readonly negatedMessage: string
}

/** Whether calls were made: this many times, or at least once. */
export function verdictOnCalls(hsm: Hsm, filter: CallFilter, times: number | undefined): Verdict {
  checkOptions('the filter', filter, CALL_FILTER)
  checkTimes(times)
  const { entries, lost } = readAudit(hsm, { ...filter, byTime: false })
  const { operations, circumstances } = describeFilter(filter)
  const often = times === undefined ? '' : ` ${timesOf(times)}`
  const isKnown = lost === 0 || (times === undefined ? entries.length > 0 : entries.length > times)
  const found =
    entries.length > 0
      ? `it was called ${timesOf(entries.length)}:${listed(entries)}`
      : `it was never called.${otherCalls(hsm, filter)}`
  return verdictOf(times === undefined ? entries.length > 0 : entries.length === times, {
    expected: `Expected ${operations} to be called${often}${circumstances}`,
    unexpected: `Expected ${operations} not to be called${often}${circumstances}`,
    found: isKnown ? found : lossOf(lost),
    isKnown,
  })
}

/** Whether a key was used for these operations and for no others; used at all, if there are any. */
export function verdictOnUses(
  hsm: Hsm,
  key: string,
  operations: readonly KeyUseOperation[],
): Verdict {
  checkOptions('assertUsedOnlyFor', { operations }, USE_OPTIONS)
  const { entries, lost } = readAudit(hsm, { key, operation: USES, byTime: false })
  const others = entries.filter(
    ({ operation }) => !(operations as readonly HsmOperation[]).includes(operation),
  )
  const isKnown = lost === 0 || others.length > 0
  const isUsed = entries.length > 0
  const [what, notWhat] =
    operations.length > 0
      ? [`only for ${operations.join(' and ')}`, `not only for ${operations.join(' and ')}`]
      : ['for nothing', 'for something']
  const found = isUsed
    ? `it was used ${timesOf(entries.length)}:${listed(others.length > 0 ? others : entries)}`
    : 'it was never used.'
  const also = `it was also used ${timesOf(others.length)} for something else:${listed(others)}`
  return verdictOf(others.length === 0 && isUsed === operations.length > 0, {
    expected: `Expected key "${key}" to be used ${what}`,
    unexpected: `Expected key "${key}" to be used ${notWhat}`,
    found: isKnown ? (others.length > 0 ? also : found) : lossOf(lost),
    isKnown,
  })
}

function verdictOf(
  holds: boolean,
  texts: {
    readonly expected: string
    readonly unexpected: string
    readonly found: string
    readonly isKnown: boolean
  },
): Verdict {
  return {
    holds: texts.isKnown ? holds : undefined,
    message: `${texts.expected}, but ${texts.found}`,
    negatedMessage: `${texts.unexpected}, but ${texts.found}`,
  }
}

const lossOf = (lost: number): string =>
  `the audit trail cannot tell: it has dropped ${lost} of its entries. Give createHsm a larger auditLimit.`

/** What else was done with the key, to show why a call is missing. */
function otherCalls(hsm: Hsm, { key }: CallFilter): string {
  const { entries } = readAudit(hsm, { ...(key !== undefined && { key }), byTime: false })
  const which = key === undefined ? 'No operation' : `No operation with key "${key}"`
  if (entries.length === 0) return ` ${which} was called at all.`
  return ` Calls${key === undefined ? '' : ` with key "${key}"`}:${listed(entries)}`
}

function describeFilter({ operation, key, caller, outcome }: CallFilter): {
  readonly operations: string
  readonly circumstances: string
} {
  const operations = operation === undefined ? [] : [operation].flat()
  return {
    operations: operations.length > 0 ? operations.join(' or ') : 'any operation',
    circumstances: [
      ...(key === undefined ? [] : [` with key "${key}"`]),
      ...(caller === undefined ? [] : [` by ${caller}`]),
      ...(outcome === undefined
        ? []
        : [outcome === 'success' ? ' with success' : ' with an error']),
    ].join(''),
  }
}

const timesOf = (count: number): string => (count === 1 ? 'once' : `${count} times`)

function checkTimes(times: number | undefined): void {
  if (times === undefined || (Number.isSafeInteger(times) && times >= 0)) return
  const found = typeof times === 'number' ? times : typeof times
  throw new HsmError({
    status: 400,
    code: 'BadParameter',
    message: `The number of calls must be a whole number from 0 on, not ${found}.`,
  })
}

const { anything, listOf, oneOf } = OPTION_CHECKS

/** The names; `readAudit` checks the values. */
const CALL_FILTER = optionTable<CallFilter>({
  key: anything,
  operation: anything,
  caller: anything,
  outcome: anything,
})

const USE_OPTIONS = optionTable<{ operations: readonly KeyUseOperation[] }>({
  operations: listOf(oneOf(USES)),
})
