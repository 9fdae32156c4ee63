/** What must be so in the database, whatever happened. */

import type { TestDatabase } from '../support/test-database.ts'
import type { KeyOperation, Kind } from './life-cycle.ts'
import type { KeyHistory } from './run-histories.ts'

/** The writes that are counted in the audit trail. */
const AUDITED: Readonly<Partial<Record<Kind, string>>> = {
  create: 'createKey',
  rotate: 'rotateKey',
  update: 'updateKey',
  delete: 'deleteKey',
  recover: 'recoverDeletedKey',
  purge: 'purgeDeletedKey',
  restore: 'restoreKey',
}

/**
 * Compares the audit trail with what clients were answered: each acknowledged write is in it once, one without an answer
 * at most once, and no other.
 *
 * @returns What is wrong.
 */
export async function auditFaults(
  { queryInTheEnd }: TestDatabase,
  schema: string,
  keys: readonly KeyHistory[],
): Promise<readonly string[]> {
  const rows = await queryInTheEnd(
    `select lower(key) as name, operation, entry->>'version' as version from ${schema}.audit
      where lower(key) = any ($1) and entry->>'outcome' = 'success'`,
    [keys.map(({ name }) => name)],
  )
  return keys.flatMap(({ name, operations }) => {
    const entries = rows.filter((row) => row['name'] === name)
    const counts = Object.entries(AUDITED).flatMap(([kind, operation]) => {
      const found = entries.filter((row) => row['operation'] === operation).length
      const asked = operations.filter(({ input }) => input.kind === kind)
      const known = asked.filter(({ output }) => (output?.status ?? 500) < 300).length
      const most = known + asked.filter(({ output }) => output === undefined).length
      if (known <= found && found <= most) return []
      return [`${name}: ${operation} is ${found} times in the audit trail, not ${known} to ${most}`]
    })
    const versions = versionsMade(operations).flatMap((version) => {
      const found = entries.filter(
        (row) => row['version'] === version && /createKey|rotateKey/.test(row['operation']),
      ).length
      return found === 1 ? [] : [`${name}/${version} was made ${found} times, says the audit trail`]
    })
    return [...counts, ...versions]
  })
}

/** The versions whose creation was acknowledged. */
export const versionsMade = (operations: readonly KeyOperation[]): readonly string[] =>
  operations.flatMap(({ input: { kind }, output }) =>
    kind === 'create' || kind === 'rotate' ? (output?.shown?.version ?? []) : [],
  )

/**
 * Compares the counters with the keys that are there.
 *
 * @returns What is wrong.
 */
export async function countFaults(
  { query }: TestDatabase,
  schema: string,
  expected: readonly string[],
): Promise<readonly string[]> {
  const [row] = await query(
    `select (select coalesce(sum(keys), 0)::int from ${schema}.key_counts) as counted,
      (select count(*)::int from ${schema}.keys) as present,
      (select coalesce(array_agg(lower(name) order by lower(name) collate "C"), '{}') from ${schema}.keys) as names`,
  )
  const { counted, present, names } = row ?? {}
  const faults: string[] = []
  if (counted !== present) faults.push(`${counted} keys are counted, and there are ${present}`)
  const inOrder = [...expected].sort()
  if (JSON.stringify(names) !== JSON.stringify(inOrder)) {
    faults.push(`the keys are ${names}, not ${inOrder}`)
  }
  return faults
}
