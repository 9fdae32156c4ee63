/** The entries of calls that write nothing: they are stored together, a moment later. */

import type { AuditEntry } from 'pocket-hsm'
import type { Driver } from '../driver/driver.ts'
import { storable } from '../rows/commit.ts'

/** Entries that wait to be stored. */
export interface AuditBuffer {
  readonly add: (hsm: number, entries: readonly AuditEntry[]) => void
  /** Stores what is waiting; rejects if that fails, and keeps it. */
  readonly flush: () => Promise<void>
  /** How many entries wait. */
  readonly waiting: () => number
  /** How many entries were dropped, as the database did not take them in time. */
  readonly lost: () => number
  /** Stops the timer, and stores what is waiting. */
  readonly close: () => Promise<void>
}

/** How many entries wait at most: the oldest are dropped first. */
const MOST_WAITING = 10_000
const WAIT_MS = 1000
const MOST_AT_ONCE = 1000

/** Makes an empty buffer. */
export function createAuditBuffer(driver: Driver, schema: string): AuditBuffer {
  const insert = `insert into ${schema}.audit (hsm, at, operation, key, caller, entry)
    select (e->>'hsm')::integer, (e->'entry'->>'at')::double precision, e->'entry'->>'operation',
      e->'entry'->>'key', e->'entry'->>'caller', e->'entry'
    from jsonb_array_elements(($1::text)::jsonb) with ordinality as a (e, place) order by place`
  let waiting: { readonly hsm: number; readonly entry: AuditEntry }[] = []
  let lost = 0
  let timer: NodeJS.Timeout | undefined
  let last: Promise<void> = Promise.resolve()

  const store = async (): Promise<void> => {
    while (waiting.length > 0) {
      const taken = waiting.splice(0, MOST_AT_ONCE)
      try {
        await driver.query(insert, [JSON.stringify(taken, storable)])
      } catch (error) {
        waiting = [...taken, ...waiting]
        drop()
        throw error
      }
    }
  }
  const drop = () => {
    const excess = Math.max(0, waiting.length - MOST_WAITING)
    waiting.splice(0, excess)
    lost += excess
  }
  const flush = (): Promise<void> => {
    clearTimeout(timer)
    timer = undefined
    // One at a time, so that entries stay in their order.
    const done = last.then(store)
    last = done.catch(() => {})
    return done
  }
  return {
    add: (hsm, entries) => {
      for (const entry of entries) waiting.push({ hsm, entry })
      drop()
      if (waiting.length === 0) return
      timer ??= setTimeout(() => void flush().catch(() => {}), WAIT_MS).unref()
    },
    flush,
    waiting: () => waiting.length,
    lost: () => lost,
    close: () => flush().catch(() => {}),
  }
}
