/** Databases that cannot be used: each is a clear error that names no secret, and nothing is changed. */

import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createKey, getKey, type Hsm, HsmError } from 'pocket-hsm'
import { afterEach, expect, it } from 'vitest'
import {
  type DatabaseOptions,
  type HsmDatabase,
  type HsmStore,
  openDatabase,
} from '../../src/index.ts'
import { describeOnPostgres, POSTGRES } from '../support/on-postgres.ts'
import { SCHEMA } from '../support/open-stores.ts'
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts'

const key = randomBytes(32)

/** What ends with its test, last things first. */
const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

async function emptyDatabase(): Promise<TestDatabase> {
  const database = await createTestDatabase()
  ends.push(database.drop)
  return database
}

async function open(
  { url }: TestDatabase,
  options: Partial<DatabaseOptions> = {},
): Promise<HsmDatabase> {
  const opened = await openDatabase({ url: url(), key, recoverySeconds: 0, ...options })
  ends.push(opened.close)
  return opened
}

/** A database with an HSM, which has one key. */
async function furnished() {
  const database = await emptyDatabase()
  const opened = await open(database)
  const store = await opened.openHsm('contoso')
  await create(store, 'orders')
  return { database, opened, store }
}

const create = (store: HsmStore, name: string, tags: Record<string, string> = {}) =>
  store.run((hsm) => createKey(hsm, name, { kty: 'oct-HSM', tags }), { names: [name] })

const read = (store: HsmStore, name: string) =>
  store.run((hsm: Hsm) => getKey(hsm, name), { names: [name] })

/** The error of an attempt; it never holds what must not be seen. */
async function errorOf({ url }: TestDatabase, attempt: Promise<unknown>): Promise<HsmError> {
  const error = await attempt.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(HsmError)
  const { password } = new URL(url())
  expect(`${(error as Error).message} ${JSON.stringify(error)}`).not.toContain(password)
  return error as HsmError
}

/** Everything that is in the schema, but for what each server writes by itself. */
async function contentOf({ query }: TestDatabase): Promise<string> {
  const tables = await query(
    `select table_name as name from information_schema.tables
      where table_schema = $1 and table_name not in ('audit', 'commits') order by 1`,
    [SCHEMA],
  )
  const rows = []
  for (const { name } of tables)
    rows.push(await query(`select t::text from ${SCHEMA}.${name} t order by 1`))
  return JSON.stringify([tables, rows])
}

describeOnPostgres('a database is refused', () => {
  it('with another state key, and stays as it is', async () => {
    const { database } = await furnished()
    const before = await contentOf(database)
    const error = await errorOf(database, open(database, { key: randomBytes(32) }))
    expect(error).toMatchObject({ status: 503, innerCode: 'WrongKey' })
    expect(error.message).toMatch(/was made with another state key/)
    expect(await contentOf(database)).toBe(before)
  })

  it('with a schema of something else, and stays as it is', async () => {
    const database = await emptyDatabase()
    await database.query(`create schema ${SCHEMA}`)
    await database.query(`create table ${SCHEMA}.keys (name text)`)
    await database.query(`alter schema ${SCHEMA} owner to ${database.role}`)
    const before = await contentOf(database)
    const error = await errorOf(database, open(database))
    expect(error).toMatchObject({ status: 503, innerCode: 'ForeignSchema' })
    expect(error.message).toMatch(/choose another schema or database/)
    expect(await contentOf(database)).toBe(before)
  })

  it('with a schema of a later version, and stays as it is', async () => {
    const { database, opened } = await furnished()
    await database.query(`insert into ${SCHEMA}.pocket_hsm_migrations (version) values (999)`)
    const before = await contentOf(database)
    const error = await errorOf(database, open(database))
    expect(error).toMatchObject({ status: 503, innerCode: 'NewerSchema' })
    expect(await contentOf(database)).toBe(before)
    // A server that was there before says so as well.
    expect(await opened.check()).toMatch(/later version/)
  })

  it('that is read-only and has no tables yet', async () => {
    const database = await emptyDatabase()
    await database.query(`alter role ${database.role} set default_transaction_read_only = on`)
    const error = await errorOf(database, open(database))
    expect(error).toMatchObject({ status: 503, innerCode: 'ReadOnlyDatabase' })
  })

  it('whose user may not create a schema', async () => {
    const database = await emptyDatabase()
    await database.query(`alter database ${database.name} owner to postgres`)
    const error = await errorOf(database, open(database))
    expect(error).toMatchObject({ status: 503, innerCode: 'NotPermitted' })
  })

  it('whose password is another', async () => {
    const database = await emptyDatabase()
    const url = new URL(database.url())
    url.password = 'another'
    const error = await errorOf(database, open(database, { url: String(url) }))
    expect(error).toMatchObject({ status: 503, innerCode: 'NotPermitted' })
  })

  it('that accepts no more connections', async () => {
    const database = await emptyDatabase()
    await database.query(`alter role ${database.role} connection limit 0`)
    const error = await errorOf(database, open(database))
    expect(error).toMatchObject({ status: 503, innerCode: 'TooManyConnections' })
  })

  it('that is away', async () => {
    const database = await emptyDatabase()
    const error = await errorOf(database, open(database, { url: database.url(9) }))
    expect(error).toMatchObject({ status: 503, innerCode: 'DatabaseAway' })
  })
})

describeOnPostgres('an open database', () => {
  it('that becomes read-only serves what is there, refuses writes, and recovers', async () => {
    const { database, opened, store } = await furnished()
    const setTo = async (value: 'on' | 'off') => {
      await database.query(
        `alter role ${database.role} set default_transaction_read_only = ${value}`,
      )
      await endConnections(database)
    }
    await setTo('on')
    expect(await read(store, 'orders').catch(() => read(store, 'orders'))).toHaveProperty('key')
    const error = await errorOf(database, create(store, 'late'))
    expect(error).toMatchObject({ status: 503, innerCode: 'ReadOnlyDatabase' })
    expect(await opened.check()).toMatch(/read-only/)

    await setTo('off')
    await create(store, 'late').catch(() => create(store, 'late'))
    expect(await opened.check()).toBeUndefined()
  })

  it('whose disk is full, as far as it says so, refuses writes, keeps the rest, and recovers', async () => {
    const { database, opened, store } = await furnished()
    await database.query(`create function public.no_space() returns trigger language plpgsql as $$
      begin raise exception 'No space left on device' using errcode = '53100'; end $$`)
    for (const table of ['keys', 'server']) {
      await database.query(`create trigger full_disk before insert or update on ${SCHEMA}.${table}
        for each statement execute function public.no_space()`)
    }
    const error = await errorOf(database, create(store, 'late'))
    expect(error).toMatchObject({ status: 503, innerCode: 'DiskFull' })
    expect(await opened.check()).toMatch(/disk of the database is full/)
    expect(await read(store, 'orders')).toHaveProperty('key')

    await database.query('drop function public.no_space() cascade')
    expect(await opened.check()).toBeUndefined()
    await create(store, 'late')
  })

  it('that has lost its privileges says so', async () => {
    const { database, store } = await furnished()
    await database.query(`alter table ${SCHEMA}.keys owner to postgres`)
    const error = await errorOf(database, create(store, 'late'))
    expect(error).toMatchObject({ status: 503, innerCode: 'NotPermitted' })
  })

  it('that accepts no more connections says so, and recovers', async () => {
    const { database, opened, store } = await furnished()
    await database.query(`alter role ${database.role} connection limit 0`)
    await endConnections(database)
    const error = await errorOf(
      database,
      read(store, 'orders').catch(() => read(store, 'orders')),
    )
    expect(error).toMatchObject({ status: 503, innerCode: 'TooManyConnections' })
    expect(await opened.check()).toMatch(/no more connections/)
    await database.query(`alter role ${database.role} connection limit -1`)
    expect(await read(store, 'orders')).toHaveProperty('key')
    expect(await opened.check()).toBeUndefined()
  })

  it('in which a row was damaged says so, and serves the others', async () => {
    const { database, store } = await furnished()
    await create(store, 'spoilt')
    await database.query(
      `update ${SCHEMA}.keys set bytes = set_byte(bytes, 40, (get_byte(bytes, 40) + 1) % 256),
        revision = revision + 1000 where name = 'SPOILT'`,
    )
    const error = await errorOf(database, read(store, 'spoilt'))
    expect(error.status).toBeGreaterThanOrEqual(500)
    expect(await read(store, 'orders')).toHaveProperty('key')
  })

  it('in which two rows were exchanged says so', async () => {
    const { database, store } = await furnished()
    await create(store, 'other')
    await database.query(
      `update ${SCHEMA}.keys k set bytes = o.bytes, revision = k.revision + 1000
        from ${SCHEMA}.keys o where k.name <> o.name`,
    )
    expect((await errorOf(database, read(store, 'orders'))).status).toBeGreaterThanOrEqual(500)
  })
})

/** Connections keep the settings that they began with. */
async function endConnections({ query, name, role }: TestDatabase): Promise<void> {
  await query(
    'select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = $1 and usename = $2',
    [name, role],
  )
}

/** A small disk: root may mount one. */
function mountDisk(mebibytes: number): string | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return undefined
  const folder = mkdtempSync(join(tmpdir(), 'pocket-hsm-disk-'))
  // PostgreSQL sets the permissions of the folder itself: it has to own it.
  const { uid, gid } = statSync(process.env['TEST_POSTGRES_FOLDER'] ?? folder)
  const options = `size=${mebibytes}m,uid=${uid},gid=${gid},mode=700`
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder], { stdio: 'ignore' })
  } catch {
    rmSync(folder, { recursive: true })
    return undefined
  }
  ends.push(() => {
    execFileSync('umount', ['--lazy', folder])
    rmSync(folder, { recursive: true, force: true })
  })
  return folder
}

describeOnPostgres('a disk that is really full', () => {
  it('refuses what does not fit, loses nothing, and goes on when there is space', async ({
    skip,
  }) => {
    const disk = mountDisk(24)
    if (disk === undefined) return skip('no disk can be mounted here')
    const database = await createTestDatabase()
    const tablespace = `full_${database.name}`
    await database.query(`create tablespace ${tablespace} location '${disk}'`)
    ends.push(() => queryPostgres(`drop tablespace ${tablespace}`))
    ends.push(database.drop)
    await queryPostgres(`alter database ${database.name} set tablespace ${tablespace}`)

    const opened = await open(database)
    const store = await opened.openHsm('contoso')
    const filler = Object.fromEntries(
      Array.from({ length: 15 }, (_, index) => [`tag-${index}`, randomBytes(120).toString('hex')]),
    )
    const kept: string[] = []
    let failure: unknown
    while (failure === undefined && kept.length < 5000) {
      const name = `key-${kept.length}`
      failure = await create(store, name, filler).then(
        () => void kept.push(name),
        (error: unknown) => error,
      )
    }
    expect(failure).toMatchObject({ status: 503, innerCode: 'DiskFull' })
    expect(kept.length).toBeGreaterThan(50)
    for (const name of kept.slice(-20)) expect(await read(store, name)).toHaveProperty('key')
    const [row] = await database.query(`select count(*)::int as keys from ${SCHEMA}.keys`)
    expect(row).toEqual({ keys: kept.length })

    execFileSync('mount', ['-o', 'remount,size=96m', disk])
    await create(store, 'late', filler)
    expect(await opened.check()).toBeUndefined()
  })
})

/** Runs a statement in no particular database. */
async function queryPostgres(text: string): Promise<void> {
  const { Client } = await import('pg')
  const client = new Client({ connectionString: POSTGRES ?? '' })
  await client.connect()
  try {
    await client.query(text)
  } finally {
    await client.end()
  }
}
