/** The histories of stores in one process: on PostgreSQL, each with connections of its own; without it, on PGlite. */

import { randomBytes } from 'node:crypto'
import { PGlite } from '@electric-sql/pglite'
import { afterEach, describe, expect, it } from 'vitest'
import { type DatabaseOptions, type HsmDatabase, openDatabase } from '../../src/index.ts'
import { itOnPostgres } from '../support/on-postgres.ts'
import { createRandom } from '../support/random.ts'
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts'
import { sendToStores } from './in-process.ts'
import { auditFaults, countFaults } from './invariants.ts'
import { runHistories } from './run-histories.ts'

const SLOW = process.env['SLOW'] === '1'
const SEED = SLOW ? Math.floor(Math.random() * 2 ** 32) : 1
const STORES = 3
const SCHEMA = 'pocket_hsm'
const key = randomBytes(32)

const open: HsmDatabase[] = []
let pglite: PGlite | undefined
let database: TestDatabase | undefined
afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()))
  await pglite?.close()
  await database?.drop()
  pglite = undefined
  database = undefined
})

async function openStores(options: () => DatabaseOptions) {
  const stores = []
  for (let count = 0; count < STORES; count += 1) {
    const each = await openDatabase(options())
    open.push(each)
    stores.push(await each.openHsm('contoso'))
  }
  return stores
}

const HISTORIES = SLOW ? 100 : 4

const options = { seed: SEED, keys: 3, operations: 15, residents: 12 }

describe(`${STORES} stores of one HSM, seed ${SEED}`, () => {
  it('on PGlite answer as one HSM does', async () => {
    pglite = new PGlite()
    const connection = pglite
    const stores = await openStores(() => ({ connection, key }))
    const counts = await runHistories({
      ...options,
      clients: 8,
      send: sendToStores(createRandom(SEED), stores),
      goesOn: (done) => done < HISTORIES,
    })
    expect(counts.wrong).toEqual([])
    expect(counts.unknown).toBe(0)
  }, 3_600_000)

  itOnPostgres(
    'on PostgreSQL answer as one HSM does',
    async () => {
      database = await createTestDatabase()
      const made = database
      const stores = await openStores(() => ({ url: made.url(), key }))
      const wrong: string[] = []
      const counts = await runHistories({
        ...options,
        clients: 16,
        send: sendToStores(createRandom(SEED), stores),
        goesOn: (done) => done < HISTORIES,
        afterHistory: async (keys) => {
          wrong.push(...(await auditFaults(made, SCHEMA, keys)))
        },
      })
      expect([...counts.wrong, ...wrong]).toEqual([])
      expect(counts.unknown).toBe(0)
      const residents = Array.from({ length: 12 }, (_, index) => `resident-${index}`)
      expect(await countFaults(made, SCHEMA, residents)).toEqual([])
    },
    3_600_000,
  )

  itOnPostgres('on PostgreSQL that do not check revisions do not: the fault is found', async () => {
    database = await createTestDatabase()
    const made = database
    const stores = await openStores(() => ({ url: made.url(), key }))
    await removeRevisionCheck(made)
    const counts = await runHistories({
      ...options,
      clients: 16,
      send: sendToStores(createRandom(SEED), stores),
      goesOn: (done) => done < 20,
    })
    expect(counts.wrong.join('\n')).toMatch(/is not linearizable/)
  })
})

/** Plants a fault: a changed key is stored whatever it has become meanwhile. */
async function removeRevisionCheck({ query }: TestDatabase): Promise<void> {
  const [row] = await query(
    `select pg_get_functiondef('${SCHEMA}.commit_changes'::regproc) as definition`,
  )
  const definition: string = row?.['definition']
  const without = definition.replace('and k.revision = c.revision', '')
  if (without === definition) throw new Error('There is no check of the revision to remove.')
  await query(without)
}
