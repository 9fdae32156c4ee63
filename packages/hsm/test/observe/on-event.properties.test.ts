/** Jumping is walking: what listeners hear of any calls does not depend on how often somebody looks in between. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  createHsm,
  createKey,
  deleteKey,
  type Hsm,
  HsmError,
  onEvent,
  passTime,
  recoverDeletedKey,
  rotateKey,
  updateKey,
  updateRotationPolicy,
} from '../../src/index.ts'
import { runs } from '../runs.ts'

/** A second of these stories is a day on the calendar of policies; every one of them is looked at in a walk. */
const DAY = 86_400

const anyName = fc.constantFrom('a', 'b', 'c')
const anyDays = fc.integer({ min: -40, max: 90 })

type Command = (hsm: Hsm, today: number) => unknown

const anyCommand: fc.Arbitrary<Command> = fc.oneof(
  fc.tuple(anyName, fc.option(anyDays, { nil: undefined })).map(
    ([name, days]): Command =>
      (hsm, today) =>
        createKey(hsm, name, {
          kty: 'oct',
          attributes: days === undefined ? {} : { exp: (today + days) * DAY },
        }),
  ),
  fc.tuple(anyName, anyDays).map(
    ([name, days]): Command =>
      (hsm, today) =>
        updateKey(hsm, name, { attributes: { exp: (today + days) * DAY } }),
  ),
  anyName.map(
    (name): Command =>
      (hsm) =>
        updateKey(hsm, name, { tags: {} }),
  ),
  anyName.map(
    (name): Command =>
      (hsm) =>
        rotateKey(hsm, name),
  ),
  anyName.map(
    (name): Command =>
      (hsm) =>
        deleteKey(hsm, name),
  ),
  anyName.map(
    (name): Command =>
      (hsm) =>
        recoverDeletedKey(hsm, name),
  ),
  fc.tuple(anyName, fc.integer({ min: 28, max: 60 }), fc.integer({ min: 28, max: 90 })).map(
    ([name, after, expiry]): Command =>
      (hsm) =>
        updateRotationPolicy(hsm, name, {
          lifetimeActions: [
            { trigger: { timeAfterCreate: `P${after}D` }, action: { type: 'Rotate' } },
          ],
          attributes: { expiryTime: `P${expiry}D` },
        }),
  ),
)

const anyStory: fc.Arbitrary<readonly (readonly [number, Command])[]> = fc.array(
  fc.tuple(fc.nat(120), anyCommand),
  { maxLength: 12 },
)

/** Three keys with monthly rotations that expire: always among the stories, so that one has many events. */
const EVENTFUL: readonly (readonly [number, Command])[] = ['a', 'b', 'c'].flatMap(
  (name): readonly (readonly [number, Command])[] => [
    [
      0,
      (hsm, today) => createKey(hsm, name, { kty: 'oct', attributes: { exp: (today + 60) * DAY } }),
    ],
    [
      1,
      (hsm) =>
        updateRotationPolicy(hsm, name, {
          lifetimeActions: [{ trigger: { timeAfterCreate: 'P28D' }, action: { type: 'Rotate' } }],
          attributes: { expiryTime: 'P60D' },
        }),
    ],
  ],
)

/** Everything that is heard of a story, every event in full. */
function heardOf(story: readonly (readonly [number, Command])[], step: (days: number) => number) {
  let today = 19_000
  const clock = () => today * DAY * 1000
  const hsm = createHsm({
    seed: 'story',
    clock,
    softDeleteRetentionDays: 30,
    limits: { versions: 6 },
  })
  const heard: unknown[] = []
  onEvent(hsm, (event) => heard.push(event))
  for (const [days, command] of [...story, [400, passTime] as const]) {
    for (let left = days; left > 0; ) {
      const moved = Math.min(left, step(left))
      today += moved
      left -= moved
      if (left > 0) passTime(hsm)
    }
    try {
      command(hsm, today)
    } catch (error) {
      if (!(error instanceof HsmError)) throw error
    }
  }
  return heard
}

describe('listeners', () => {
  it('hear the same of a jump as of a walk day by day, and each event once', () => {
    let most = 0
    fc.assert(
      fc.property(anyStory, (story) => {
        const jumped = heardOf(story, (days) => days)
        expect(heardOf(story, () => 1)).toEqual(jumped)
        expect(new Set(jumped.map((event) => (event as { id: string }).id)).size).toBe(
          jumped.length,
        )
        const instants = jumped.map((event) =>
          Date.parse((event as { eventTime: string }).eventTime),
        )
        expect(instants).toEqual(instants.toSorted((a, b) => a - b))
        most = Math.max(most, jumped.length)
      }),
      { ...runs(60), examples: [[EVENTFUL]] },
    )
    expect(most).toBeGreaterThan(10)
  })
})
