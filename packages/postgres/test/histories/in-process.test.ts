/** The histories of servers in one process: of those that are right, and of those with a planted fault. */

import { describe, expect, it } from 'vitest'
import { createRandom } from '../support/random.ts'
import { sendToForks, sendToHsm } from './in-process.ts'
import { type HistoriesOptions, runHistories } from './run-histories.ts'

const SLOW = process.env['SLOW'] === '1'

const SEED = SLOW ? Math.floor(Math.random() * 2 ** 32) : 1

const options = (histories: number): Omit<HistoriesOptions, 'send'> => ({
  seed: SEED,
  clients: 16,
  keys: 3,
  operations: 20,
  residents: 12,
  goesOn: (done) => done < (SLOW ? 20 * histories : histories),
})

describe(`the histories of seed ${SEED}`, () => {
  it('of an HSM in memory are linearizable', async () => {
    const counts = await runHistories({ ...options(6), send: sendToHsm(createRandom(SEED)) })
    expect(counts.wrong).toEqual([])
    expect(counts).toMatchObject({ unknown: 0 })
    expect(counts.histories).toBeGreaterThanOrEqual(6)
    expect(counts.signatures).toBeGreaterThan(30)
    for (const outcome of EXPECTED) expect(counts.outcomes).toHaveProperty([outcome])
  }, 3_600_000)

  it('in which requests and responses are lost are linearizable', async () => {
    const send = sendToHsm(createRandom(SEED), (random) => random() < 0.02)
    const counts = await runHistories({ ...options(6), residents: 0, send })
    expect(counts.wrong).toEqual([])
    expect(counts.unknown).toBeGreaterThan(30)
  }, 3_600_000)

  it('of servers that check the revision before they store are linearizable', async () => {
    const send = sendToForks(createRandom(SEED), { checksRevision: true })
    const { wrong } = await runHistories({ ...options(2), send })
    expect(wrong).toEqual([])
  }, 3_600_000)

  it('of servers that store without checking the revision are not', async () => {
    const send = sendToForks(createRandom(SEED), { checksRevision: false })
    const { wrong } = await runHistories({ ...options(6), send })
    expect(wrong.join('\n')).toMatch(/is not linearizable/)
  }, 3_600_000)
})

/** Every operation succeeds, and fails in every way that it can. */
const EXPECTED = [
  ...['create 200', 'create 409', 'rotate 200', 'rotate 404', 'update 200', 'update 404'],
  ...['delete 200', 'delete 404', 'recover 200', 'recover 404', 'purge 204', 'purge 404'],
  ...['backup 200', 'backup 404', 'restore 200', 'restore 409', 'get 200', 'get 404'],
  ...['get-deleted 200', 'get-deleted 404', 'sign 200', 'sign 403', 'sign 404', 'versions 200'],
  ...['list 200', 'list-deleted 200'],
]
