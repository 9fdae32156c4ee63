/** Applies what time has changed to the keys of an HSM, in the server that is asked first: each key once. */

import { addToRsaPool, missingRsaKey, passTime, type RsaPoolRequest } from 'pocket-hsm'
import type { Queries } from '../driver/driver.ts'
import { failureKind, toDatabaseError } from '../errors/database-error.ts'
import { observeTransaction } from '../measure/observe-transaction.ts'
import { loadRows, toKeyRow } from '../rows/load.ts'
import { LOCK_CLASS } from '../schema/commit-function.ts'
import { hsmDeleted, opened, partialOf, templateOf } from './load-parts.ts'
import { storeInTransaction } from './store-changes.ts'
import { retrying, type StoreContext } from './store-context.ts'

/** Keys of one transaction. */
const BATCH = 100

const PASS_TIME = { operation: 'passTime' } as const

/**
 * Applies everything that has fallen due, but for keys that another server is working on.
 *
 * @returns How many keys have changed.
 */
export async function applyDue(context: StoreContext): Promise<number> {
  let total = 0
  for (;;) {
    const done = await retrying(context.recoveryMs, () => applyBatch(context))
    if (typeof done === 'number') {
      total += done
      if (done < BATCH) return total
    } else {
      await makeKey(context, done)
    }
  }
}

/** Returns how many keys have changed, or the RSA key that is needed first. */
async function applyBatch(context: StoreContext): Promise<number | RsaPoolRequest> {
  try {
    const { count, remember, request } = await observeTransaction(context.observe, async () => ({
      ...(await context.driver.transaction((queries) => applyLocked(context, queries))),
      result: 'due',
    }))
    remember()
    return request ?? count
  } catch (error) {
    context.noteWrite(failureKind(error))
    throw error
  }
}

interface Applied {
  readonly count: number
  readonly remember: () => void
  readonly request?: RsaPoolRequest
}

const NOTHING: Applied = { count: 0, remember: () => {} }

/** The rows stay locked until the end of the transaction; those that others have locked are theirs. */
async function applyLocked(context: StoreContext, queries: Queries): Promise<Applied> {
  const { id, template, load, schema, makeRsaKey } = context
  await queries.query(`select pg_advisory_xact_lock_shared(${LOCK_CLASS}, $1::integer)`, [id])
  const head = await loadRows(queries, load, { hsm: id, revision: template.revision, names: [] })
  if (head === undefined) throw hsmDeleted(context)
  if (!head.isDue) return NOTHING
  const current = templateOf(context, template, head)
  const columns = head.hasEvents ? ['due_at', 'notice_at'] : ['due_at']
  const rows = []
  for (const column of columns) {
    const found = await queries.query(
      `select name, revision::float8 as revision, sequence::float8 as number, bytes from ${schema}.keys
        where hsm = $1 and ${column} <= $2::bigint order by ${column} limit ${BATCH} for update skip locked`,
      [id, Math.floor(head.now / 1000)],
    )
    rows.push(...found.map(toKeyRow))
  }
  const keyRows = [...new Map(rows.map((row) => [row.name, row])).values()]
  if (keyRows.length === 0) return NOTHING
  const keys = keyRows.map((row) => ({
    opened: opened(context, current, row),
    sequence: row.sequence,
  }))
  const loaded = partialOf(context, current.hsm, { ...head, keys: keyRows }, keys, {
    isAllDue: true,
  })
  const request = makeRsaKey && missingRsaKey(loaded.hsm, PASS_TIME)
  if (request !== undefined) return { ...NOTHING, request }
  passTime(loaded.hsm)
  return storeInTransaction(context, queries, loaded)
}

/** Makes a key for the pool while nothing is locked. Without one, the rotation makes it. */
async function makeKey(context: StoreContext, request: RsaPoolRequest): Promise<void> {
  const bytes = await context.makeRsaKey?.(request)
  if (bytes === undefined) {
    throw toDatabaseError(new Error('No RSA key was made.'))
  }
  addToRsaPool(context.template.hsm, bytes)
}
