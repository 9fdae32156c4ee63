/** Copies a whole HSM out of a database. */

import {
  createPartialHsm,
  exportParts,
  type Hsm,
  HsmError,
  type HsmOptions,
  importState,
  type OpenedKey,
  openKeyPart,
} from 'pocket-hsm'
import type { HsmDatabase } from '../database/hsm-database.ts'
import { insideOf } from '../database/open-database.ts'
import type { Row } from '../driver/driver.ts'
import { databaseError, toDatabaseError } from '../errors/database-error.ts'
import { securityDomainOf, stateKeyOf } from '../schema/state-key.ts'

/** Keys of one statement. */
const CHUNK = 500

/**
 * Reads an HSM with all its keys from a database, as of one moment, and compares every record with what was read.
 *
 * It is in memory only: nothing that is done to it is stored. Its clock stands still at the moment of reading; `exportState`
 * and `importState` give it another one.
 *
 * @param database - From `openDatabase`.
 * @param name - The name of the HSM there.
 * @throws HsmError 404 `HsmNotFound` - the database has no HSM of this name.
 * @throws HsmError 500 `InternalServerError` - a damaged record.
 * @throws HsmError 503 `ServiceUnavailable` - the database cannot do it now.
 *
 * @example
 * ```ts
 * import { exportHsm, openDatabase } from '@pocket-hsm/postgres'
 * import type { Hsm } from 'pocket-hsm'
 *
 * async function readFromDatabase(key: Uint8Array): Promise<Hsm> {
 *   const database = await openDatabase({ url: 'postgres://hsm@localhost/hsm', key })
 *   try {
 *     return await exportHsm(database, 'contoso')
 *   } finally {
 *     await database.close()
 *   }
 * }
 * ```
 */
export async function exportHsm(database: HsmDatabase, name: string): Promise<Hsm> {
  const { driver, settings } = insideOf(database)
  const { schema } = settings
  const securityDomain = securityDomainOf(stateKeyOf(settings.key), name)
  const { now } = await database.readClock()
  try {
    return await driver.transaction(async (queries) => {
      await queries.query('set transaction isolation level repeatable read, read only')
      const [row] = await queries.query(
        `select id, bytes, random_draws::float8 as draws from ${schema}.hsms where name = $1`,
        [name.toLowerCase()],
      )
      if (row === undefined) throw notThere(name)
      const template = templateOf(row, name, { securityDomain, clock: () => now })
      const keys: { readonly opened: OpenedKey; readonly sequence: number }[] = []
      const stored: Row[] = []
      for (let after = ''; ; ) {
        const rows = await queries.query(
          `select name, sequence::float8 as sequence, bytes from ${schema}.keys
            where hsm = $1 and name > $2 order by name limit ${CHUNK}`,
          [row['id'], after],
        )
        for (const each of rows) {
          after = String(each['name'])
          keys.push({
            opened: openRow(template, name, each),
            sequence: Number(each['sequence']),
          })
          stored.push(each)
        }
        if (rows.length < CHUNK) break
      }
      const purges = await queries.query(
        `select name, times::float8 as times from ${schema}.purges where hsm = $1`,
        [row['id']],
      )
      const hsm = createPartialHsm(template, {
        keys,
        keyCount: 'loaded',
        now,
        purges: purges.map((each) => ({
          name: String(each['name']),
          times: Number(each['times']),
        })),
        randomDraws: Number(row['draws']),
      })
      compare(hsm, name, stored)
      return hsm
    })
  } catch (error) {
    throw toDatabaseError(error)
  }
}

function notThere(name: string): HsmError {
  const message = `The database has no HSM ${name}.`
  return new HsmError({ status: 404, code: 'HsmNotFound', message })
}

function templateOf(row: Row, name: string, options: HsmOptions): Hsm {
  try {
    return importState(row['bytes'] as Uint8Array, options)
  } catch (error) {
    throw databaseError('DamagedRow', `The HSM ${name} is damaged in the database.`, error)
  }
}

function openRow(template: Hsm, hsm: string, row: Row): OpenedKey {
  const name = String(row['name'])
  try {
    return openKeyPart(template, name, row['bytes'] as Uint8Array)
  } catch (error) {
    throw damaged(hsm, name, error)
  }
}

/** What was read is sealed again: the same key gives the same bytes. */
function compare(hsm: Hsm, name: string, rows: readonly Row[]): void {
  const keys = new Map(exportParts(hsm).keys.map((key) => [key.name, key]))
  for (const row of rows) {
    const key = keys.get(String(row['name']))
    const isSame = key !== undefined && Buffer.from(row['bytes'] as Uint8Array).equals(key.bytes)
    if (!isSame) throw damaged(name, String(row['name']))
  }
}

function damaged(hsm: string, name: string, cause?: unknown): HsmError {
  return databaseError(
    'DamagedRow',
    `The key ${name} of the HSM ${hsm} is damaged in the database.`,
    cause,
  )
}
