/** Notices: what there is to tell of a key, when it falls due, and that it does so once. */

import { describe, expect, it } from 'vitest'
import {
  applyTime,
  type KeyRecord,
  type LifetimeAction,
  type Notice,
  nextNotice,
  type VersionAttributes,
  withNotice,
} from '../../src/index.ts'

const DAY = 86_400

const notifying = (timeBeforeExpiry: string): readonly LifetimeAction[] => [
  { trigger: { timeBeforeExpiry }, action: { type: 'Notify' } },
]

const rotating = (timeBeforeExpiry: string): readonly LifetimeAction[] => [
  { trigger: { timeBeforeExpiry }, action: { type: 'Rotate' } },
]

function keyOf(
  attributes: Partial<VersionAttributes>,
  more: Partial<KeyRecord<string>> = {},
): KeyRecord<string> {
  const rest = { enabled: true, created: 0, updated: 0, exportable: false }
  const version = {
    version: '1',
    material: 'm',
    keyOps: [],
    attributes: { ...rest, ...attributes },
  }
  return { name: 'k', state: 'active', versions: [version], ...more }
}

const withPolicy = (
  attributes: Partial<VersionAttributes>,
  lifetimeActions: readonly LifetimeAction[],
  updated = 0,
): KeyRecord<string> =>
  keyOf(attributes, { rotationPolicy: { lifetimeActions, created: 0, updated } })

/** What is told of a record by an instant, and the record after it. */
function toldBy(record: KeyRecord<string>, now: number) {
  const told: Notice[] = []
  const after = applyTime(
    record,
    now,
    (_, at) => ({ name: 'k', version: String(at), material: 'm', keyOps: [], attributes: {} }),
    (notice) => told.push(notice),
  )
  return { told, after }
}

describe('a version is near its expiry', () => {
  it.each([
    ['thirty days before, unless told', keyOf({ exp: 100 * DAY }), 70],
    ['when the policy notifies', withPolicy({ exp: 100 * DAY }, notifying('P10D')), 90],
    ['thirty days before where a policy says nothing', withPolicy({ exp: 100 * DAY }, []), 70],
    ['when it is made, if that is later', keyOf({ exp: 20 * DAY, created: DAY, updated: DAY }), 1],
    ['when its expiry is set, if that is later', keyOf({ exp: 20 * DAY, updated: 5 * DAY }), 5],
    ['when the policy is set, if that is later', withPolicy({ exp: 20 * DAY }, [], 6 * DAY), 6],
    [
      'when the key is recovered, if that is later',
      keyOf({ exp: 20 * DAY }, { recoveredAt: 7 * DAY }),
      7,
    ],
    ['though it is disabled', keyOf({ exp: 100 * DAY, enabled: false }), 70],
  ])('%s', (_title, record, day) => {
    expect(nextNotice(record)).toEqual({ type: 'nearExpiry', at: day * DAY })
  })
})

describe('nothing is to be told', () => {
  it.each([
    ['of a version without an expiry', keyOf({})],
    ['of a deleted key', keyOf({ exp: DAY }, { state: 'deleted' })],
    [
      'of a key that is being recovered',
      keyOf({ exp: DAY }, { state: 'recovering', settlesAt: 9 }),
    ],
    ['of a version that was told of as expired', withNotice(keyOf({ exp: DAY }), 'expired')],
    [
      'of a version before the current one',
      keyOf({}, { versions: [...keyOf({ exp: DAY }).versions, ...keyOf({}).versions] }),
    ],
  ])('%s', (_title, record) => {
    expect(nextNotice(record)).toBeUndefined()
  })
})

describe('a version has expired', () => {
  it.each([
    [
      'at its expiry, once it was told of as near it',
      withNotice(keyOf({ exp: 100 * DAY }), 'nearExpiry'),
      100,
    ],
    [
      'when it is made with an expiry that has passed, never near it',
      keyOf({ exp: DAY, updated: 2 * DAY }),
      2,
    ],
    ['when the key is recovered after it', keyOf({ exp: DAY }, { recoveredAt: 3 * DAY }), 3],
  ])('%s', (_title, record, day) => {
    expect(nextNotice(record)).toEqual({ type: 'expired', at: day * DAY })
  })
})

describe('a notice is given', () => {
  it('once for each expiry that the version is given', () => {
    const { told, after } = toldBy(keyOf({ exp: 100 * DAY }), 400 * DAY)
    expect(told.map(({ type, at }) => [type, at / DAY])).toEqual([
      ['nearExpiry', 70],
      ['expired', 100],
    ])
    const record = after as KeyRecord<string>
    expect(toldBy(record, 400 * DAY)).toEqual({ told: [], after: record })
    const [version] = record.versions
    const attributes = { ...keyOf({}).versions[0]?.attributes, exp: 500 * DAY, updated: 400 * DAY }
    const prolonged = { ...record, versions: [{ ...version, attributes }] } as KeyRecord<string>
    expect(nextNotice(prolonged)).toEqual({ type: 'nearExpiry', at: 470 * DAY })
  })

  it('in its turn between rotations, and never of a version that a rotation has replaced', () => {
    const record = withPolicy({ exp: 100 * DAY }, [...rotating('P20D'), ...notifying('P25D')])
    const { told, after } = toldBy(record, 400 * DAY)
    expect(told).toEqual([{ type: 'nearExpiry', at: 75 * DAY }])
    expect(after?.versions.map(({ version }) => version)).toEqual(['1', String(80 * DAY)])
  })

  it('before a rotation that falls due at the same instant', () => {
    const record = withPolicy({ exp: 100 * DAY }, rotating('P30D'))
    expect(toldBy(record, 70 * DAY).told).toEqual([{ type: 'nearExpiry', at: 70 * DAY }])
  })

  it('of a key that can have no more versions, past the rotation that it missed', () => {
    const told: string[] = []
    const record = withPolicy({ exp: 100 * DAY }, rotating('P40D'))
    applyTime(
      record,
      100 * DAY,
      () => undefined,
      ({ type }) => told.push(type),
    )
    expect(told).toEqual(['nearExpiry', 'expired'])
  })

  it('to nobody where nobody is told, and then leaves no mark', () => {
    const record = keyOf({ exp: DAY })
    expect(applyTime(record, 400 * DAY)).toBe(record)
  })

  it('of a version with an expiry alone', () => {
    const record = keyOf({})
    expect(withNotice(record, 'expired')).toBe(record)
  })
})
