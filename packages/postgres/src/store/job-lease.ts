/** Which process works on the job of an HSM: a lock that ends with its connection, and so with the process. */

import type { Driver } from '../driver/driver.ts'
import { LOCK_CLASS } from '../schema/commit-function.ts'
import { retrying } from './store-context.ts'

/** The lease of an HSM's job, such as a full backup. */
export interface StoredJobLease {
  /** Says that this process works on the job, until the returned function is called or the process ends. */
  readonly hold: () => Promise<() => Promise<void>>
  /** Returns whether any process says so. */
  readonly isHeld: () => Promise<boolean>
}

const JOBS = LOCK_CLASS + 1

/** Makes the lease of an HSM. */
export function createJobLease(driver: Driver, hsm: number, recoveryMs: number): StoredJobLease {
  return {
    hold: () =>
      retrying(recoveryMs, () =>
        driver.keep(
          ({ query }) => query(`select pg_advisory_lock_shared(${JOBS}, $1::integer)`, [hsm]),
          ({ query }) => query(`select pg_advisory_unlock_shared(${JOBS}, $1::integer)`, [hsm]),
        ),
      ),
    isHeld: async () => {
      const [row] = await retrying(recoveryMs, () =>
        driver.query(
          `select exists (
            select 1 from pg_locks l join pg_database d on d.oid = l.database
            where d.datname = current_database() and l.locktype = 'advisory' and l.granted
              and l.classid = ${JOBS} and l.objid = $1::bigint and l.objsubid = 2
          ) as is_held`,
          [hsm],
        ),
      )
      return row?.['is_held'] === true
    },
  }
}
