/** Two servers on one PostgreSQL, behind a load balancer. */

import { randomBytes } from 'node:crypto'
import { Client } from 'pg'
import { POSTGRES } from '../../../postgres/test/support/on-postgres.ts'
import { type PocketServer, type ServerOptions, startServer } from '../../src/index.ts'
import { type RoundRobin, startRoundRobin } from './round-robin.ts'

const SERVERS = 2

/** A database whose clock stands still, so that a test may count seconds. */
export interface SharedDatabase {
  /** Its address for a role that is no superuser. */
  readonly url: string
  /** Removes everything that servers have made. */
  readonly clear: () => Promise<void>
  readonly drop: () => Promise<void>
}

/** Makes an empty database. */
export async function createSharedDatabase(): Promise<SharedDatabase> {
  const name = `servers_${randomBytes(6).toString('hex')}`
  const password = randomBytes(12).toString('hex')
  const run = async (address: string, ...statements: readonly string[]) => {
    const client = new Client({ connectionString: address })
    await client.connect()
    try {
      for (const statement of statements) await client.query(statement)
    } finally {
      await client.end()
    }
  }
  const admin = String(POSTGRES)
  const own = new URL(admin)
  own.pathname = `/${name}`
  await run(admin, `create role ${name} login password '${password}'`)
  await run(admin, `create database ${name} owner ${name}`)
  await run(
    String(own),
    'create schema still',
    `create function still.clock_timestamp() returns timestamptz language sql immutable
      as $$ select '${new Date().toISOString()}'::timestamptz $$`,
    `grant usage on schema still to ${name}`,
    // Otherwise the functions of PostgreSQL itself come first.
    `alter role ${name} set search_path = still, pg_catalog, public`,
  )
  const url = new URL(own)
  url.username = name
  url.password = password
  return {
    url: String(url),
    clear: () => run(String(own), 'drop schema if exists pocket_hsm cascade'),
    drop: async () => {
      await run(admin, `drop database if exists ${name} with (force)`)
      await run(admin, `drop role if exists ${name}`)
    },
  }
}

/** Servers that a client takes for one. */
export interface SharedServers extends Pick<PocketServer, 'url' | 'caFile' | 'close'> {
  readonly counts: RoundRobin['counts']
}

/** Starts two servers on an empty database, and the load balancer in front of them. */
export async function startSharedServers(
  database: SharedDatabase,
  { certificateFolder = '', ...options }: ServerOptions,
): Promise<SharedServers> {
  await database.clear()
  const stateKey = randomBytes(32)
  const servers: PocketServer[] = []
  for (let count = 0; count < SERVERS; count += 1) {
    servers.push(
      await startServer({
        ...options,
        certificateFolder,
        port: 0,
        postgres: database.url,
        stateKey,
      }),
    )
  }
  const proxy = await startRoundRobin(
    servers.map(({ url }) => url),
    certificateFolder,
  )
  return {
    url: proxy.url,
    caFile: servers[0]?.caFile ?? '',
    counts: proxy.counts,
    close: async () => {
      await proxy.close()
      await Promise.all(servers.map((server) => server.close()))
    },
  }
}
