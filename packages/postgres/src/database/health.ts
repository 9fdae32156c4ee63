/** Whether a database can be used now. */

import type { Driver } from '../driver/driver.ts'
import { type FailureKind, toDatabaseError } from '../errors/database-error.ts'
import { MIGRATIONS } from '../schema/migrations.ts'

/** The health of a database. */
export interface Health {
  /** Takes note of how a statement that writes has ended. */
  readonly note: (failure: FailureKind | undefined) => void
  /** Returns why the database cannot be used; `undefined` if it can. The text names no address, and no secret. */
  readonly check: () => Promise<string | undefined>
}

/** Makes the check of a database. */
export function createHealth(driver: Driver, schema: string): Health {
  let lastFailure: FailureKind | undefined
  const probe = `select pg_is_in_recovery() or current_setting('transaction_read_only') = 'on' as is_read_only,
    (select max(version) from ${schema}.pocket_hsm_migrations) as version`
  return {
    note: (failure) => {
      lastFailure = failure
    },
    check: async () => {
      try {
        const [row] = await driver.query(probe)
        if (row?.['is_read_only']) return 'the database is read-only'
        if (Number(row?.['version']) > MIGRATIONS.length) {
          return 'the database is of a later version of pocket-hsm'
        }
        if (lastFailure !== undefined) {
          // Reading works: see whether writing does again.
          await driver.query(`update ${schema}.server set clock_offset = clock_offset`)
          lastFailure = undefined
        }
        return undefined
      } catch (error) {
        return toDatabaseError(error).message
      }
    },
  }
}
