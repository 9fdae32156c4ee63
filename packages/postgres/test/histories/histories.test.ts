/** Several servers on one PostgreSQL, and everything that can break: the histories of their keys are linearizable. */

import { randomBytes } from 'node:crypto'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { type CuttingProxy, startCuttingProxy } from '../support/cutting-proxy.ts'
import { describeOnPostgres, POSTGRES } from '../support/on-postgres.ts'
import { createRandom } from '../support/random.ts'
import { createServerProcess, type ServerProcess } from '../support/servers.ts'
import {
  createTestDatabase,
  type OwnPostgres,
  startOwnPostgres,
  type TestDatabase,
} from '../support/test-database.ts'
import { failSometimes, startFaults } from './faults.ts'
import { auditFaults, countFaults } from './invariants.ts'
import { type HistoriesCounts, runHistories } from './run-histories.ts'
import { createClient } from './send-to-servers.ts'

/** How long each run takes; SECONDS decides, else SLOW=1 is minutes. */
const SECONDS = Number(process.env['SECONDS'] ?? (process.env['SLOW'] === '1' ? 150 : 8))
const SEED = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 32))

const SERVERS = 3
const CLIENTS = 16
const KEYS = 3
const RESIDENTS = 15
const SCHEMA = 'pocket_hsm'

const random = createRandom(SEED)

/** Other tests need theirs while this one is restarted. */
let postgres: OwnPostgres
beforeAll(async () => {
  if (POSTGRES !== undefined) postgres = await startOwnPostgres()
})
afterAll(() => postgres?.stop())

/** What ends with its test. */
let database: TestDatabase | undefined
let proxy: CuttingProxy | undefined
let servers: ServerProcess[] = []
afterEach(async () => {
  await Promise.all(servers.map((server) => server.kill()))
  servers = []
  await proxy?.close()
  await database?.drop()
  proxy = undefined
  database = undefined
})

async function startServers(): Promise<{
  readonly database: TestDatabase
  readonly proxy: CuttingProxy
}> {
  const made = await createTestDatabase(postgres.url)
  database = made
  const way = await startCuttingProxy(made.port, random)
  proxy = way
  const env = {
    POCKET_HSM_POSTGRES: made.url(way.port),
    POCKET_HSM_STATE_KEY: randomBytes(32).toString('hex'),
  }
  servers = await Promise.all(Array.from({ length: SERVERS }, () => createServerProcess({ env })))
  await Promise.all(servers.map((server) => server.start()))
  return { database: made, proxy: way }
}

async function recordHistories(made: TestDatabase): Promise<HistoriesCounts> {
  const client = createClient(
    servers.map(({ url }) => url),
    random,
  )
  const wrong: string[] = []
  const end = Date.now() + SECONDS * 1000
  try {
    const counts = await runHistories({
      send: client.send,
      seed: SEED,
      clients: CLIENTS,
      keys: KEYS,
      operations: 25,
      residents: RESIDENTS,
      goesOn: () => Date.now() < end && wrong.length === 0,
      afterHistory: async (keys) => {
        wrong.push(...(await auditFaults(made, SCHEMA, keys)))
      },
    })
    return { ...counts, wrong: [...counts.wrong, ...wrong] }
  } finally {
    client.close()
  }
}

const residents = Array.from({ length: RESIDENTS }, (_, index) => `resident-${index}`)

describeOnPostgres(`${SERVERS} servers, ${CLIENTS} clients, seed ${SEED}`, () => {
  it('answer as one HSM does', async () => {
    const scene = await startServers()
    const counts = await recordHistories(scene.database)
    print('undisturbed', counts)
    expect(counts.wrong).toEqual([])
    expect(counts.unknown).toBe(0)
    expect(counts.histories).toBeGreaterThan(0)
    expect(await countFaults(scene.database, SCHEMA, residents)).toEqual([])
  }, 3_600_000)

  it('answer as one HSM does while servers are killed, connections cut, PostgreSQL restarted', async () => {
    const scene = await startServers()
    await failSometimes(scene.database, SCHEMA, 0.02)
    const faults = startFaults({ ...scene, postgres, random, servers })
    let counts: HistoriesCounts
    try {
      counts = await recordHistories(scene.database)
    } finally {
      await faults.stop()
    }
    print('with faults', { ...counts, faults: faults.counts() })
    expect(counts.wrong).toEqual([])
    expect(counts.histories).toBeGreaterThan(0)
    expect(await countFaults(scene.database, SCHEMA, residents)).toEqual([])
  }, 3_600_000)
})

function print(title: string, counts: object): void {
  process.stdout.write(`${title}, ${SECONDS} s, seed ${SEED}: ${JSON.stringify(counts, null, 2)}\n`)
}
