/** Brings a schema to the version of this package, or says why not. */

import type { Driver, Queries } from '../driver/driver.ts'
import { databaseError } from '../errors/database-error.ts'
import { LOCK_CLASS } from './commit-function.ts'
import { MIGRATIONS, type Migration } from './migrations.ts'

/**
 * Creates the tables, or brings them to the version of this package; several servers may start at once.
 *
 * @param schema - A plain name in lower case.
 * @throws `ForeignSchema` - a schema of that name that is not of this package.
 * @throws `NewerSchema` - one that a later version has made.
 * @throws `WrongEncoding` - a database whose encoding is not UTF8.
 * @throws `ReadOnlyDatabase` - one that has to be changed, and cannot be.
 */
export async function migrate(
  driver: Driver,
  schema: string,
  migrations: readonly Migration[] = MIGRATIONS,
): Promise<void> {
  const [settings] = await driver.query('show server_encoding')
  if (settings?.['server_encoding'] !== 'UTF8') {
    throw databaseError(
      'WrongEncoding',
      `The encoding of the database at ${driver.place} must be UTF8, not ${settings?.['server_encoding']}.`,
    )
  }
  if ((await versionOf(driver, schema, driver.place, migrations.length)) === migrations.length)
    return
  await driver.transaction(async (queries) => {
    await queries.query(`select pg_advisory_xact_lock(${LOCK_CLASS}, 0)`)
    // Another server may have been faster.
    const version = await versionOf(queries, schema, driver.place, migrations.length)
    if (version === undefined) {
      await queries.query(`create schema if not exists ${schema}`)
      await queries.query(
        `create table ${schema}.pocket_hsm_migrations (version integer primary key, applied_at timestamptz not null default now())`,
      )
    }
    for (const [index, migration] of migrations.entries()) {
      if (index < (version ?? 0)) continue
      for (const text of migration(schema)) await queries.query(text)
      await queries.query(
        `insert into ${schema}.pocket_hsm_migrations (version) values (${index + 1})`,
      )
    }
  })
}

/** The version of a schema; `undefined` if there is none, or one without tables. */
async function versionOf(
  queries: Queries,
  schema: string,
  place: string,
  known: number,
): Promise<number | undefined> {
  const [found] = await queries.query(
    `select to_regclass('${schema}.pocket_hsm_migrations') is not null as is_ours,
      exists (select 1 from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = $1) as has_content`,
    [schema],
  )
  if (!found?.['is_ours']) {
    if (!found?.['has_content']) return undefined
    throw databaseError(
      'ForeignSchema',
      `The database at ${place} has a schema ${schema} that is not of pocket-hsm: choose another schema or database.`,
    )
  }
  const [row] = await queries.query(
    `select coalesce(max(version), 0)::integer as version from ${schema}.pocket_hsm_migrations`,
  )
  const version = Number(row?.['version'])
  if (version <= known) return version
  throw databaseError(
    'NewerSchema',
    `The schema ${schema} at ${place} has version ${version}, of a later pocket-hsm; this one knows versions up to ${known}. Update this server.`,
  )
}
