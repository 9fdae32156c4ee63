/** A database of its own in the PostgreSQL that `npm run postgres` has started: TEST_POSTGRES_URL. */

import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { Client } from 'pg'
import { NEEDS_POSTGRES, POSTGRES } from './on-postgres.ts'

const TOOL = fileURLToPath(new URL('../../../../tools/postgres/run.mjs', import.meta.url))

/** A row of a result. */
// biome-ignore lint/suspicious/noExplicitAny: whatever a test asks for
export type Row = Readonly<Record<string, any>>

/** A database, and the role that owns it. */
export interface TestDatabase {
  readonly name: string
  readonly role: string
  /** The address for the owner; through another port of this machine, if one is given. */
  readonly url: (port?: number) => string
  readonly port: number
  /** Runs a statement as superuser, on a connection of its own. */
  readonly query: (text: string, values?: unknown[]) => Promise<readonly Row[]>
  /** The same, again until it works: PostgreSQL may be starting. */
  readonly queryInTheEnd: (text: string, values?: unknown[]) => Promise<readonly Row[]>
  readonly drop: () => Promise<void>
}

/**
 * Makes an empty database, owned by a new role that is no superuser.
 *
 * @param postgres - The address of a superuser.
 */
export async function createTestDatabase(
  postgres: string | undefined = POSTGRES,
): Promise<TestDatabase> {
  if (postgres === undefined) throw new Error(NEEDS_POSTGRES)
  const name = `hsm_${randomBytes(6).toString('hex')}`
  const password = randomBytes(12).toString('hex')
  await run(postgres, `create role ${name} login password '${password}'`)
  await run(postgres, `create database ${name} owner ${name}`)
  const admin = new URL(postgres)
  admin.pathname = `/${name}`
  const query = (text: string, values?: unknown[]) => run(String(admin), text, values)
  return {
    name,
    role: name,
    port: Number(admin.port),
    url: (port) => {
      const url = new URL(admin)
      url.username = name
      url.password = password
      if (port !== undefined) url.port = String(port)
      return String(url)
    },
    query,
    queryInTheEnd: async (text, values) => {
      for (let tries = 1; ; tries += 1) {
        try {
          return await query(text, values)
        } catch (error) {
          if (tries === MOST_TRIES) throw error
          await setTimeout(100)
        }
      }
    },
    drop: async () => {
      await run(postgres, `drop database if exists ${name} with (force)`)
      await run(postgres, `drop role if exists ${name}`)
    },
  }
}

const MOST_TRIES = 200

async function run(url: string, text: string, values?: unknown[]): Promise<readonly Row[]> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000 })
  client.on('error', () => {})
  try {
    await client.connect()
    return (await client.query(text, values)).rows
  } finally {
    await client.end().catch(() => {})
  }
}

/** A PostgreSQL of its own, for a test that stops it. */
export interface OwnPostgres {
  /** The address of a superuser. */
  readonly url: string
  /** Stops it and starts it again on its port; `immediate` is a crash. */
  readonly restart: (mode: 'fast' | 'immediate') => Promise<void>
  readonly stop: () => Promise<void>
}

/** Starts another PostgreSQL. */
export async function startOwnPostgres(): Promise<OwnPostgres> {
  const tool = async (...words: readonly string[]) =>
    (await promisify(execFile)(process.execPath, [TOOL, ...words])).stdout
  const variables = await tool('start')
  const variable = (name: string) => new RegExp(`^${name}=(.*)$`, 'm').exec(variables)?.[1] ?? ''
  const folder = variable('TEST_POSTGRES_FOLDER')
  return {
    url: variable('TEST_POSTGRES_URL'),
    restart: async (mode) => {
      await tool('restart', folder, mode)
    },
    stop: async () => {
      await tool('stop', folder)
    },
  }
}
