/** What a server says of a database that cannot be used: at its start, to its clients, and at `/readyz`. */

import { randomBytes } from 'node:crypto'
import { afterEach, expect, it, vi } from 'vitest'
import { describeOnPostgres } from '../support/on-postgres.ts'
import { SCHEMA } from '../support/open-stores.ts'
import { createServerProcess, freePort, type ServerProcess } from '../support/servers.ts'
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts'

const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

interface Scene {
  readonly database: TestDatabase
  readonly server: ServerProcess
  readonly ops: string
  readonly stateKey: string
}

async function scene(): Promise<Scene> {
  const database = await createTestDatabase()
  ends.push(database.drop)
  const stateKey = randomBytes(32).toString('hex')
  const opsPort = await freePort()
  const server = await serverOf(database, stateKey, opsPort)
  return { database, server, ops: `http://127.0.0.1:${opsPort}`, stateKey }
}

async function serverOf(
  { url }: TestDatabase,
  stateKey: string,
  opsPort?: number,
): Promise<ServerProcess> {
  const server = await createServerProcess({
    env: { POCKET_HSM_POSTGRES: url(), POCKET_HSM_STATE_KEY: stateKey },
    args: opsPort === undefined ? [] : ['--ops-port', String(opsPort)],
  })
  ends.push(server.kill)
  return server
}

/** A probe that the machine was too slow for says so, and is repeated. */
const expectReadiness = ({ ops }: Scene, status: 200 | 503, text: RegExp) =>
  vi.waitFor(
    async () => {
      const response = await fetch(`${ops}/readyz`)
      expect(await response.text()).toMatch(text)
      expect(response.status).toBe(status)
    },
    { timeout: 60_000, interval: 100 },
  )

const ask = async ({ url }: ServerProcess, method: string, path: string, body?: object) => {
  const response = await fetch(`${url}${path}?api-version=7.6`, {
    method,
    headers: { authorization: 'Bearer any', 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  })
  return { status: response.status, text: await response.text() }
}

const create = (server: ServerProcess, name: string) =>
  ask(server, 'POST', `/keys/${name}/create`, { kty: 'oct-HSM' })

async function endConnections({ query, name, role }: TestDatabase): Promise<void> {
  await query(
    'select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = $1 and usename = $2',
    [name, role],
  )
}

describeOnPostgres('a server whose database', () => {
  it('becomes read-only says so, serves what is there, and recovers', async () => {
    const all = await scene()
    const { database, server } = all
    await server.start()
    expect((await create(server, 'orders')).status).toBe(200)
    await expectReadiness(all, 200, /"ready"/)
    const setTo = async (value: 'on' | 'off') => {
      await database.query(
        `alter role ${database.role} set default_transaction_read_only = ${value}`,
      )
      await endConnections(database)
    }
    await setTo('on')
    expect((await ask(server, 'GET', '/keys/orders')).status).toBe(200)
    const refused = await create(server, 'late')
    expect(refused.status).toBe(503)
    expect(refused.text).toMatch(/read-only/)
    await expectReadiness(all, 503, /read-only/)

    await setTo('off')
    expect((await create(server, 'late')).status).toBe(200)
    await expectReadiness(all, 200, /"ready"/)
  })

  it('has a full disk says so, and recovers', async () => {
    const all = await scene()
    const { database, server } = all
    await server.start()
    expect((await create(server, 'orders')).status).toBe(200)
    await database.query(`create function public.no_space() returns trigger language plpgsql as $$
      begin raise exception 'No space left on device' using errcode = '53100'; end $$`)
    for (const table of ['keys', 'server']) {
      await database.query(`create trigger full_disk before insert or update on ${SCHEMA}.${table}
        for each statement execute function public.no_space()`)
    }
    const refused = await create(server, 'late')
    expect(refused.status).toBe(503)
    expect(refused.text).toMatch(/disk of the database is full/)
    await expectReadiness(all, 503, /disk of the database is full/)
    expect((await ask(server, 'GET', '/keys/late')).status).toBe(404)

    await database.query('drop function public.no_space() cascade')
    await expectReadiness(all, 200, /"ready"/)
    expect((await create(server, 'late')).status).toBe(200)
  })

  it('accepts no more connections says so, and recovers', async () => {
    const all = await scene()
    const { database, server } = all
    await server.start()
    await database.query(`alter role ${database.role} connection limit 0`)
    await endConnections(database)
    const refused = await ask(server, 'GET', '/keys')
    expect(refused.status).toBe(503)
    expect(refused.text).toMatch(/accepts no more connections/)
    await expectReadiness(all, 503, /accepts no more connections/)

    await database.query(`alter role ${database.role} connection limit -1`)
    expect((await ask(server, 'GET', '/keys')).status).toBe(200)
    await expectReadiness(all, 200, /"ready"/)
  })

  it('is away, or answers, says so in its metrics', async () => {
    const all = await scene()
    const { database, server } = all
    await server.start()
    for (const name of ['a', 'b']) expect((await create(server, name)).status).toBe(200)
    for (let count = 0; count < 3; count += 1) await ask(server, 'GET', '/keys/a')
    const value = async (metric: string) => {
      const page = await (await fetch(`${all.ops}/metrics`)).text()
      return page
        .split('\n')
        .find((line) => line.startsWith(`${metric} `))
        ?.split(' ')[1]
    }
    expect(await value('pocket_hsm_keys')).toBe('2')
    expect(
      await value('pocket_hsm_database_transaction_duration_seconds_count{result="write"}'),
    ).toBe('2')
    expect(
      await value('pocket_hsm_database_transaction_duration_seconds_count{result="read"}'),
    ).toBe('3')
    expect(await value('pocket_hsm_database_key_cache_hits_total')).toBe('3')
    expect(await value('pocket_hsm_database_connections_max')).toBe('10')
    const away = 'pocket_hsm_database_errors_total{code="TooManyConnections"}'
    expect(await value(away)).toBeUndefined()

    await database.query(`alter role ${database.role} connection limit 0`)
    await endConnections(database)
    expect((await ask(server, 'GET', '/keys/a')).status).toBe(503)
    expect(Number(await value(away))).toBeGreaterThan(0)
    await vi.waitFor(async () => expect(await value('pocket_hsm_keys')).toBe('Nan'), {
      timeout: 60_000,
      interval: 200,
    })
  })

  it('was brought to a later version is not ready', async () => {
    const all = await scene()
    await all.server.start()
    await all.database.query(`insert into ${SCHEMA}.pocket_hsm_migrations (version) values (999)`)
    await expectReadiness(all, 503, /later version/)
  })

  it('was made with another key does not start, and says why', async () => {
    const { database, server } = await scene()
    await server.start()
    const other = await serverOf(database, randomBytes(32).toString('hex'))
    await expect(other.start()).rejects.toThrow(/was made with another state key/)
    expect(other.said()).not.toContain(new URL(database.url()).password)
  })

  it('has a schema of something else does not start, and says why', async () => {
    const { database, server } = await scene()
    await database.query(`create schema ${SCHEMA}`)
    await database.query(`create table ${SCHEMA}.keys (name text)`)
    await database.query(`alter schema ${SCHEMA} owner to ${database.role}`)
    await expect(server.start()).rejects.toThrow(/not of pocket-hsm/)
    expect(server.said()).not.toContain(new URL(database.url()).password)
  })
})
