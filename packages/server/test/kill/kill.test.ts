import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type BlobStorage, startStorage } from './backup-slot.ts'
import { killRounds, LEAST_WRITES } from './kill-rounds.ts'

const SLOW = process.env['SLOW'] === '1'

/** Rounds, shared between states that run at the same time. */
const ROUNDS = SLOW ? 1000 : 24
const LANES = SLOW ? 4 : 3

let folder: string
let storage: BlobStorage
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pocket-hsm-kill-'))
  storage = await startStorage(Math.random)
})
afterAll(async () => {
  await storage.close()
  await rm(folder, { recursive: true, force: true })
})

describe(`a server that is killed ${ROUNDS} times at random moments`, () => {
  it('has every write to keys, roles, settings and jobs that got a response, and none in part', async () => {
    const lanes = await Promise.all(
      Array.from({ length: LANES }, (_, lane) =>
        killRounds(join(folder, `state-${lane}`), ROUNDS / LANES, Math.random, storage),
      ),
    )
    // Shown by `--reporter verbose`.
    process.stdout.write(`${lanes.map((counts) => JSON.stringify(counts)).join('\n')}\n`)
    expect(lanes.flatMap(({ wrong }) => wrong)).toEqual([])
    for (const { rounds, killedAtStart, acknowledged, acknowledgedOf, rewritten } of lanes) {
      for (const count of Object.values(acknowledgedOf)) {
        expect(count).toBeGreaterThanOrEqual(rounds - killedAtStart)
      }
      expect(acknowledged).toBeGreaterThanOrEqual(LEAST_WRITES * (rounds - killedAtStart))
      expect(rewritten).toBeGreaterThan(0)
    }
  }, 3_600_000)
})
