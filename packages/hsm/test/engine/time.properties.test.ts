/** Time goes forward by years, back by years, forward again: no record is ever other than the rules have it. */

import { dueAt } from '@pocket-hsm/lifecycle'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { engineOf } from '../../src/engine/hsm.ts'
import {
  createKey,
  deleteKey,
  listDeletedKeys,
  listKeys,
  updateKey,
  viewHsm,
} from '../../src/index.ts'
import type { Entry, HsmKeyRecord } from '../../src/state/hsm-state.ts'
import { entriesAfter } from '../../src/state/sorted-map.ts'
import { runs } from '../runs.ts'
import { jump, perform, type Scene, stepOn, stepOnAll } from '../sequences.ts'
import { snapshot } from '../snapshot.ts'
import { DAY, testHsm } from '../test-hsm.ts'

const VERSIONS = 9

const STEPS = fc.array(
  fc.oneof(
    { weight: 10, arbitrary: stepOn('a', 'b') },
    { weight: 1, arbitrary: stepOnAll },
    { weight: 5, arbitrary: jump(1, -1) },
  ),
  { maxLength: 40 },
)

const entriesOf = ({ hsm }: Scene): readonly Entry[] =>
  [...entriesAfter(engineOf(hsm).state.keys)].map(([, entry]) => entry)

const nameOf = ({ record: { name }, incarnation }: Entry) => `${name} ${incarnation}`

/** What holds of any record, whatever the clock did. */
function checkRecord({ versions, state, deletion, rotationPolicy, ...record }: HsmKeyRecord): void {
  expect(new Set(versions.map(({ version }) => version)).size).toBe(versions.length)
  expect(versions.length === 0).toBe(state === 'purging')
  expect(versions.length).toBeLessThanOrEqual(VERSIONS)
  for (const { attributes } of versions) {
    expect(attributes.created).toBeLessThanOrEqual(attributes.updated)
  }
  if (rotationPolicy) expect(rotationPolicy.created).toBeLessThanOrEqual(rotationPolicy.updated)
  expect(deletion !== undefined).toBe(state === 'deleted' || state === 'deleting')
  if (deletion) expect(deletion.scheduledPurgeDate - deletion.deletedDate).toBe(90 * DAY)
  expect(record.settlesAt !== undefined).toBe(['deleting', 'recovering', 'purging'].includes(state))
}

/** Older versions stay where they are, as they were made. */
function checkGrown(before: HsmKeyRecord, after: HsmKeyRecord): void {
  const made = ({ versions }: HsmKeyRecord) =>
    versions.map(({ version, material, attributes }) => [version, material, attributes.created])
  expect(made(after).slice(0, before.versions.length)).toEqual(made(before))
}

describe('any commands while the clock goes forward and back', () => {
  it.each([0, 20])('leave every record whole (with %i seconds of settling)', (settlingSeconds) => {
    fc.assert(
      fc.property(STEPS, (steps) => {
        const options = { limits: { versions: VERSIONS }, settlingSeconds }
        const scene: Scene = { ...testHsm(options), backups: new Map() }
        for (const step of steps) {
          const before = new Map(entriesOf(scene).map((entry) => [nameOf(entry), entry.record]))
          const drawn = new Map(entriesOf(scene).map((entry) => [nameOf(entry), entry.draws]))
          perform(step, scene)
          for (const entry of entriesOf(scene)) {
            checkRecord(entry.record)
            const record = before.get(nameOf(entry))
            if (record) checkGrown(record, entry.record)
            expect(entry.draws).toBeGreaterThanOrEqual(drawn.get(nameOf(entry)) ?? 0)
          }
        }
        // Everything can be read, backed up, recovered and added to.
        snapshot(viewHsm(scene.hsm, { settlingSeconds: 0 }))
      }),
      runs(150),
    )
  })

  it('go on as soon as the clock has passed where it was', () => {
    fc.assert(
      fc.property(STEPS, (steps) => {
        const scene: Scene = { ...testHsm({ limits: { versions: VERSIONS } }), backups: new Map() }
        let latest = scene.clock.seconds
        for (const step of steps) {
          perform(step, scene)
          latest = Math.max(latest, scene.clock.seconds)
        }
        scene.clock.seconds = latest + 4000 * DAY
        listKeys(scene.hsm)
        listDeletedKeys(scene.hsm)
        // A deleted key is gone, a rotating one has rotated until it was full or the next is still to come.
        for (const { record } of entriesOf(scene)) {
          expect(record.state).toBe('active')
          const due = dueAt(record)
          if (record.versions.length < VERSIONS && due !== undefined) {
            expect(due).toBeGreaterThan(scene.clock.seconds)
          }
        }
      }),
      runs(100),
    )
  })
})

describe('a clock that goes back', () => {
  const MADE = 2_000_000_000

  it('dates what is new by the clock, and no change before its version was created', () => {
    const scene: Scene = { ...testHsm(), backups: new Map() }
    const { hsm, clock } = scene
    const facts = () => entriesOf(scene)[0]?.record
    clock.seconds = MADE
    createKey(scene.hsm, 'a', { kty: 'EC' })
    clock.seconds = MADE - 100
    updateKey(scene.hsm, 'a', { tags: { a: 'b' } })
    expect(facts()?.versions[0]?.attributes).toMatchObject({ created: MADE, updated: MADE })
    createKey(scene.hsm, 'a', { kty: 'EC' })
    expect(facts()?.versions.map(({ attributes }) => attributes.created)).toEqual([
      MADE,
      MADE - 100,
    ])
    // The version that was made last is the current one, whatever its date.
    expect(listKeys(hsm).value[0]?.attributes.created).toBe(MADE - 100)
    clock.seconds = MADE + 50
    updateKey(scene.hsm, 'a', { tags: { a: 'b' } })
    expect(facts()?.versions.map(({ attributes }) => attributes.updated)).toEqual([MADE, MADE + 50])
    clock.seconds = MADE - 200
    deleteKey(scene.hsm, 'a')
    expect(facts()?.deletion?.deletedDate).toBe(MADE - 200)
  })

  it('brings nothing back that time has purged', () => {
    const scene: Scene = { ...testHsm(), backups: new Map() }
    createKey(scene.hsm, 'a', { kty: 'EC' })
    deleteKey(scene.hsm, 'a')
    scene.clock.seconds += 90 * DAY
    expect(listDeletedKeys(scene.hsm).value).toEqual([])
    scene.clock.seconds -= 90 * DAY
    expect(listDeletedKeys(scene.hsm).value).toEqual([])
  })

  it('undoes nothing where nobody looked meanwhile: then it was never later', () => {
    const scene: Scene = { ...testHsm(), backups: new Map() }
    createKey(scene.hsm, 'a', { kty: 'EC' })
    deleteKey(scene.hsm, 'a')
    scene.clock.seconds += 90 * DAY
    scene.clock.seconds -= 90 * DAY
    expect(listDeletedKeys(scene.hsm).value).toHaveLength(1)
  })
})
