/** Removes what is too old, a thousand rows at a time. */

import type { Driver } from '../driver/driver.ts'

const BATCH = 1000
/** Batches of one sweep: what is left is for the next one. */
const MOST_BATCHES = 100

/** Events that nobody has taken. */
const EVENT_DAYS = 7
/** Much longer than a server may ask for a commit. */
const COMMIT_HOURS = 24
/** Longer than clients send a request again. */
const REPEAT_HOURS = 1

/** Removes old entries of the audit trail, events, identifiers of commits and results of requests. */
export async function cleanUp(driver: Driver, schema: string, auditDays: number): Promise<void> {
  // The oldest rows are those with the lowest numbers: only they are looked at.
  const oldest = (table: string, key: string, age: string) =>
    `delete from ${schema}.${table} where ${key} in (
      select ${key} from (select ${key}, written_at from ${schema}.${table} order by ${key} limit ${BATCH}) as first_rows
      where written_at < now() - interval '${age}'
    ) returning 1 as removed`
  const statements = [
    oldest('audit', 'id', `${auditDays} days`),
    oldest('events', 'id', `${EVENT_DAYS} days`),
    `delete from ${schema}.commits where id in (
      select id from ${schema}.commits where written_at < now() - interval '${COMMIT_HOURS} hours'
      order by written_at limit ${BATCH}
    ) returning 1 as removed`,
    // Few are there: most are removed when their response is sent.
    `delete from ${schema}.repeats where (hsm, request) in (
      select hsm, request from ${schema}.repeats where written_at < now() - interval '${REPEAT_HOURS} hours'
      limit ${BATCH}
    ) returning 1 as removed`,
  ]
  for (const statement of statements) {
    for (let batch = 0; batch < MOST_BATCHES; batch++) {
      if ((await driver.query(statement)).length < BATCH) break
    }
  }
}
