/** The commands that are about no key: time passes, an HSM is copied. */

import assert from 'node:assert'
import fc from 'fast-check'
import { settle } from './agreement.ts'
import { DAY, LETTERS } from './choices.ts'
import type { StoryCommand } from './command.ts'
import { dueAt } from './model.ts'
import type { World } from './world.ts'

const SPANS: Readonly<Record<string, number>> = {
  'a second': 1,
  '20 seconds': 20,
  'an hour': 3600,
  'a day': DAY,
  '10 days': 10 * DAY,
  '40 days': 40 * DAY,
  '100 days': 100 * DAY,
  '3 years': 1096 * DAY,
}

export const wait: fc.Arbitrary<StoryCommand> = fc
  .constantFrom(...Object.entries(SPANS))
  .map(([words, seconds]) => ({
    toString: () => `wait ${words}`,
    check: () => true,
    run: (world, real) => {
      world.now += seconds
      settle(world, real)
    },
  }))

const SIDES = { 'a second before': -1, at: 0, 'a second after': 1 } as const

/** To the instants at which something changes: the beginning of a validity, an expiry, a purge, a rotation. */
export const waitForDate: fc.Arbitrary<StoryCommand> = fc
  .record({ index: fc.nat(3), side: fc.constantFrom(...Object.entries(SIDES)) })
  .map(({ index, side: [words, seconds] }) => ({
    toString: () => `wait until ${words} date ${index} to come`,
    check: (world) => index < datesToCome(world).length,
    run: (world, real) => {
      world.now = Number(datesToCome(world)[index]) + seconds
      settle(world, real)
    },
  }))

function datesToCome({ hsms, now }: World): readonly number[] {
  const dates = [...hsms.values()].flatMap((hsm) =>
    [...hsm.keys.values()].flatMap((key) => [
      dueAt(hsm, key),
      ...key.versions.flatMap(({ attributes: { nbf, exp } }) => [nbf, exp]),
    ]),
  )
  const toCome = dates.filter((date) => date !== undefined && date > now) as number[]
  return [...new Set(toCome)].sort((a, b) => a - b)
}

/** What fell due has happened before, as everything is looked at; a clock that goes back undoes nothing. */
export const setBack: fc.Arbitrary<StoryCommand> = fc.constantFrom(1, 60, DAY).map((seconds) => ({
  toString: () => `set the clock back ${seconds} seconds`,
  check: () => true,
  run: (world, real) => {
    for (const handle of real.hsms.values()) real.facade.listKeys(handle)
    world.now -= seconds
    world.wasSetBack = true
    settle(world, real)
  },
}))

const FORKS = 'DE'

export const fork: fc.Arbitrary<StoryCommand> = LETTERS.map((letter) => ({
  toString: () => `fork HSM ${letter}`,
  check: ({ hsms }) => hsms.has(letter) && hsms.size < 3 + FORKS.length,
  run: (world, real) => {
    const [hsm, handle] = [world.hsms.get(letter), real.hsms.get(letter)]
    const next = FORKS[world.hsms.size - 3]
    assert(hsm && handle && next)
    world.hsms.set(next, structuredClone(hsm))
    real.hsms.set(next, real.facade.forkHsm(handle))
    real.made.set(next, new Set(real.made.get(letter)))
  },
}))
