// Knows: how a PostgreSQL of our own is made in a temporary folder, started, stopped and started again.

import { execFileSync, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  appendFileSync,
  chownSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** What a folder of ours has in it, so that no other folder is ever removed. */
const FACTS = 'pocket-hsm-postgres.json'

/** An order of texts in which lower case is not after upper case: code that relies on another fails. */
const ORDER = ['--locale=C.UTF-8', '--locale-provider=icu', '--icu-locale=en-US']

/** A crash of PostgreSQL loses nothing without these, a crash of the machine does. */
const NOT_DURABLE = { fsync: 'off', synchronous_commit: 'on', full_page_writes: 'off' }

const SETTINGS = {
  listen_addresses: "'127.0.0.1'",
  max_connections: '100',
  shared_buffers: "'128MB'",
  // What takes a second to compile runs for milliseconds.
  jit: 'off',
  log_min_messages: 'warning',
}

/** Another program may take a free port before PostgreSQL does. */
const ATTEMPTS = 5

/**
 * Makes a cluster and starts it.
 *
 * @param {string} programs The folder with `initdb` and `pg_ctl`.
 * @param {{ isDurable?: boolean, settings?: Readonly<Record<string, string>> }} [asked] `isDurable`: it survives a crash
 *   of the machine, and takes the time for it; `settings` are more lines of postgresql.conf.
 * @returns {Promise<Cluster>}
 *
 * @typedef {{ folder: string, programs: string, port: number, password: string }} Cluster
 */
export async function makeCluster(programs, { isDurable = false, settings = {} } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'pocket-hsm-postgres-'))
  const owner = ownerOfClusters()
  const password = randomBytes(16).toString('hex')
  try {
    if (owner) chownSync(folder, owner.uid, owner.gid)
    const passwordFile = join(folder, 'password')
    writeFileSync(passwordFile, password, { mode: 0o600 })
    if (owner) chownSync(passwordFile, owner.uid, owner.gid)
    run(programs, 'initdb', [
      ...['--pgdata', join(folder, 'data'), '--username', 'postgres', '--encoding', 'UTF8'],
      ...[...ORDER, '--auth', 'scram-sha-256', '--pwfile', passwordFile, '--no-sync'],
    ])
    rmSync(passwordFile)
    const all = {
      ...SETTINGS,
      unix_socket_directories: "''",
      ...(!isDurable && NOT_DURABLE),
      ...settings,
    }
    const lines = Object.entries(all).map(([name, value]) => `${name} = ${value}\n`)
    appendFileSync(join(folder, 'data', 'postgresql.conf'), lines.join(''))
    return await startOnFreePort({ folder, programs, password })
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    throw error
  }
}

async function startOnFreePort(cluster) {
  for (let attempt = 1; ; attempt += 1) {
    const facts = { ...cluster, port: await freePort() }
    try {
      start(facts)
      writeFileSync(join(cluster.folder, FACTS), JSON.stringify(facts), { mode: 0o600 })
      return facts
    } catch (error) {
      if (attempt === ATTEMPTS) throw error
    }
  }
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject).listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
}

/**
 * Reads what a cluster was made with.
 *
 * @param {string} folder
 * @returns {Cluster}
 * @throws {Error} The folder is none of ours.
 */
export function openCluster(folder) {
  const facts = join(folder, FACTS)
  if (!existsSync(facts)) throw new Error(`${folder} is no folder that start has made.`)
  return JSON.parse(readFileSync(facts, 'utf8'))
}

/** Starts a stopped cluster on the port that it had. */
export function start({ folder, programs, port }) {
  run(programs, 'pg_ctl', [
    ...['start', '--wait', '--timeout', '60', '--pgdata', join(folder, 'data')],
    ...['--log', join(folder, 'data', 'server.log'), '--options', `-p ${port}`],
  ])
}

/**
 * Stops a cluster that runs; one that does not stays as it is.
 *
 * @param {Cluster} cluster
 * @param {'smart' | 'fast' | 'immediate'} [mode] `immediate` is a crash: it recovers when it is started.
 */
export function stop({ folder, programs }, mode = 'fast') {
  const data = join(folder, 'data')
  if (!existsSync(join(data, 'postmaster.pid'))) return
  run(programs, 'pg_ctl', ['stop', '--wait', '--mode', mode, '--pgdata', data])
}

/** Stops a cluster and removes its folder. */
export function removeCluster(cluster) {
  stop(cluster, 'immediate')
  rmSync(cluster.folder, { recursive: true, force: true })
}

/**
 * The variables by which psql and every driver find it, and TEST_POSTGRES_URL and TEST_POSTGRES_FOLDER for our tests.
 *
 * @param {Cluster} cluster
 * @returns {Readonly<Record<string, string>>}
 */
export function variablesOf({ folder, port, password }) {
  return {
    PGHOST: '127.0.0.1',
    PGPORT: String(port),
    PGUSER: 'postgres',
    PGPASSWORD: password,
    PGDATABASE: 'postgres',
    TEST_POSTGRES_URL: `postgres://postgres:${password}@127.0.0.1:${port}/postgres`,
    TEST_POSTGRES_FOLDER: folder,
  }
}

/** PostgreSQL does not run as root: root runs it as the user of Debian's package, else as nobody. */
function ownerOfClusters() {
  if (process.getuid?.() !== 0) return undefined
  const idOf = (user, kind) => {
    const { status, stdout } = spawnSync('id', [kind, user], { encoding: 'utf8' })
    return status === 0 ? Number(stdout) : undefined
  }
  const user = ['postgres', 'nobody'].find((name) => idOf(name, '-u') !== undefined)
  if (user === undefined) throw new Error('There is neither a user postgres nor a user nobody.')
  return { uid: idOf(user, '-u'), gid: idOf(user, '-g') }
}

function run(programs, name, args) {
  const options = {
    ...ownerOfClusters(),
    cwd: tmpdir(),
    env: { PATH: process.env.PATH, LC_ALL: 'C.UTF-8' },
    // A server that keeps a pipe open would keep us waiting for its end.
    stdio: ['ignore', 'ignore', name === 'initdb' ? 'pipe' : 'ignore'],
  }
  try {
    execFileSync(join(programs, name), args, options)
  } catch (error) {
    const said = String(error.stderr ?? '').trim()
    throw new Error(`${name} ${args[0]} failed${said && `: ${said}`}`, { cause: error })
  }
}
