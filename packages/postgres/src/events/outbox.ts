/** The events of an HSM: stored with the change that they announce, and delivered at least once, whichever server does it. */

import type { HsmEvent } from 'pocket-hsm'
import type { Driver } from '../driver/driver.ts'

/** Receives one event. If it throws or rejects, the event comes again. */
export type StoredEventListener = (event: HsmEvent) => unknown

/** A listener that is at work. */
export interface Outbox {
  /** Delivers now what is there. */
  readonly wake: () => void
  /** Stops, after the event that is being delivered. */
  readonly stop: () => Promise<void>
}

const MOST_AT_ONCE = 20
/** An event that is not done by then is delivered again. */
const CLAIM_SECONDS = 60
const WAIT_MS = 1000

/** Starts to deliver the events of an HSM, one at a time and in the order in which they were stored. */
export function startOutbox(
  driver: Driver,
  schema: string,
  hsm: number,
  listener: StoredEventListener,
): Outbox {
  const claim = `update ${schema}.events set claimed_until = clock_timestamp() + interval '${CLAIM_SECONDS} seconds'
    where id in (
      select id from ${schema}.events
      where hsm = $1 and (claimed_until is null or claimed_until < clock_timestamp())
      order by id limit ${MOST_AT_ONCE} for update skip locked
    ) returning id::float8, event`
  const remove = `delete from ${schema}.events where id = $1`
  const release = `update ${schema}.events set claimed_until = null where id = any ($1::bigint[])`
  let isStopped = false
  let timer: NodeJS.Timeout | undefined
  let working: Promise<void> | undefined

  const deliver = async (): Promise<void> => {
    for (;;) {
      const rows = (await driver.query(claim, [hsm])).toSorted(
        (a, b) => Number(a['id']) - Number(b['id']),
      )
      for (const [index, { id, event }] of rows.entries()) {
        try {
          if (isStopped) throw new Error('stopped')
          await listener(event as HsmEvent)
        } catch {
          // This one and those after it, so that their order stays.
          await driver.query(release, [rows.slice(index).map((row) => row['id'])])
          return
        }
        await driver.query(remove, [id])
      }
      if (rows.length < MOST_AT_ONCE) return
    }
  }
  const wake = (): void => {
    if (isStopped || working !== undefined) return
    clearTimeout(timer)
    working = deliver()
      .catch(() => {})
      .finally(() => {
        working = undefined
        if (!isStopped) timer = setTimeout(wake, WAIT_MS).unref()
      })
  }
  wake()
  return {
    wake,
    stop: async () => {
      isStopped = true
      clearTimeout(timer)
      await working
    },
  }
}
