/** Copies a whole HSM into a database. */

import { exportParts, type Hsm, HsmError, importState, type KeyPart } from 'pocket-hsm'
import type { HsmDatabase } from '../database/hsm-database.ts'
import { insideOf } from '../database/open-database.ts'
import type { Queries } from '../driver/driver.ts'
import { databaseError, toDatabaseError } from '../errors/database-error.ts'
import { securityDomainOf, stateKeyOf } from '../schema/state-key.ts'

/** Keys of one statement. */
const CHUNK = 500

/**
 * Copies an HSM with all its keys into a database, in one transaction, and compares every record with what was copied.
 *
 * The HSM itself is not changed. Its audit trail and its listeners are not copied.
 *
 * @param database - From `openDatabase`, opened with the state key of the HSM: its security domain has to follow from it.
 * @param name - The name that the HSM gets there.
 * @param hsm - A whole HSM.
 * @returns How many keys were copied.
 * @throws HsmError 409 `HsmExists` - the database has an HSM of this name; it is not changed.
 * @throws HsmError 400 `StateOfAnotherDomain` - the HSM belongs to another state key.
 * @throws HsmError 503 `ServiceUnavailable` - the database cannot do it now; nothing was stored.
 *
 * @example
 * ```ts
 * import { importHsm, openDatabase } from '@pocket-hsm/postgres'
 * import type { Hsm } from 'pocket-hsm'
 *
 * async function moveToDatabase(hsm: Hsm, key: Uint8Array): Promise<number> {
 *   const database = await openDatabase({ url: 'postgres://hsm@localhost/hsm', key })
 *   try {
 *     return await importHsm(database, 'contoso', hsm)
 *   } finally {
 *     await database.close()
 *   }
 * }
 * ```
 */
export async function importHsm(database: HsmDatabase, name: string, hsm: Hsm): Promise<number> {
  const { driver, settings } = insideOf(database)
  const { schema } = settings
  const { hsm: bytes = new Uint8Array(0), keys, purges, randomDraws = 0 } = exportParts(hsm)
  importState(bytes, { securityDomain: securityDomainOf(stateKeyOf(settings.key), name) })
  try {
    return await driver.transaction(async (queries) => {
      const [row] = await queries.query(
        `insert into ${schema}.hsms (name, given_name, bytes, revision, random_draws)
          values ($1, $2, decode($3, 'base64'), nextval('${schema}.revisions'), $4::float8)
          on conflict do nothing returning id`,
        [name.toLowerCase(), name, base64(bytes), randomDraws],
      )
      if (row === undefined) throw alreadyThere(name)
      const id = Number(row['id'])
      for (let start = 0; start < keys.length; start += CHUNK) {
        await writeKeys(queries, schema, id, keys.slice(start, start + CHUNK))
      }
      await queries.query(
        `insert into ${schema}.key_counts (hsm, shard, keys) values ($1, 0, $2::float8)`,
        [id, keys.length],
      )
      await queries.query(
        `insert into ${schema}.purges (hsm, name, times)
          select $1::integer, name, times from jsonb_to_recordset(($2::text)::jsonb) as p (name text, times bigint)`,
        [id, JSON.stringify(purges)],
      )
      await compare(queries, schema, id, keys)
      return keys.length
    })
  } catch (error) {
    throw toDatabaseError(error)
  }
}

function alreadyThere(name: string): HsmError {
  const message = `The database already has an HSM ${name}: it is not replaced.`
  return new HsmError({ status: 409, code: 'HsmExists', message })
}

const base64 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')

async function writeKeys(
  queries: Queries,
  schema: string,
  id: number,
  keys: readonly KeyPart[],
): Promise<void> {
  const rows = keys.map(({ name, list, dueAt, noticeAt, bytes }, place) => ({
    place,
    name,
    list,
    dueAt,
    noticeAt,
    bytes: base64(bytes),
  }))
  await queries.query(
    `insert into ${schema}.keys (hsm, name, list, sequence, due_at, notice_at, revision, bytes)
      select $1::integer, c.name, c.list, nextval('${schema}.revisions'), c."dueAt", c."noticeAt",
        nextval('${schema}.revisions'), decode(c.bytes, 'base64')
      from (
        select * from jsonb_to_recordset(($2::text)::jsonb)
          as n (place integer, name text, list text, "dueAt" bigint, "noticeAt" bigint, bytes text)
        order by place
      ) c`,
    [id, JSON.stringify(rows)],
  )
}

/** Reads everything back; the places have to be in the order of creation. */
async function compare(
  queries: Queries,
  schema: string,
  id: number,
  keys: readonly KeyPart[],
): Promise<void> {
  const byName = new Map(keys.map((key) => [key.name, key]))
  const sequences = new Map<string, number>()
  for (let after = ''; ; ) {
    const rows = await queries.query(
      `select name, list, sequence::float8 as sequence, due_at::float8 as due_at, notice_at::float8 as notice_at, bytes
        from ${schema}.keys where hsm = $1 and name > $2 order by name limit ${CHUNK}`,
      [id, after],
    )
    for (const row of rows) {
      after = String(row['name'])
      const key = byName.get(after)
      const isSame =
        key !== undefined &&
        (row['list'] ?? undefined) === key.list &&
        (row['due_at'] ?? undefined) === key.dueAt &&
        (row['notice_at'] ?? undefined) === key.noticeAt &&
        Buffer.from(row['bytes'] as Uint8Array).equals(key.bytes)
      if (!isSame) throw notCopied(after)
      sequences.set(after, Number(row['sequence']))
    }
    if (rows.length < CHUNK) break
  }
  let last = 0
  for (const { name } of keys) {
    const sequence = sequences.get(name) ?? 0
    if (sequence <= last) throw notCopied(name)
    last = sequence
  }
}

function notCopied(name: string): HsmError {
  return databaseError(
    'DamagedRow',
    `The key ${name} is not in the database as it was written: nothing was copied.`,
  )
}
