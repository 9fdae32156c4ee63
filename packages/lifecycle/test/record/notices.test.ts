/** Notices: which there are, when they are due, and that each is emitted once. */

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

/** The notices emitted up to an instant, and the record then. */
function emittedBy(record: KeyRecord<string>, now: number) {
  const notices: Notice[] = []
  const updated = applyTime(
    record,
    now,
    (_, at) => ({ name: 'k', version: String(at), material: 'm', keyOps: [], attributes: {} }),
    (notice) => notices.push(notice),
  )
  return { notices, updated }
}

describe('a version is near its expiry', () => {
  it.each([
    ['thirty days before, by default', keyOf({ exp: 100 * DAY }), 70],
    ['when the policy notifies', withPolicy({ exp: 100 * DAY }, notifying('P10D')), 90],
    [
      'thirty days before with a policy that does not notify',
      withPolicy({ exp: 100 * DAY }, []),
      70,
    ],
    [
      'when it is created, if that is later',
      keyOf({ exp: 20 * DAY, created: DAY, updated: DAY }),
      1,
    ],
    ['when its expiry is set, if that is later', keyOf({ exp: 20 * DAY, updated: 5 * DAY }), 5],
    ['when the policy is set, if that is later', withPolicy({ exp: 20 * DAY }, [], 6 * DAY), 6],
    [
      'when the key is recovered, if that is later',
      keyOf({ exp: 20 * DAY }, { recoveredAt: 7 * DAY }),
      7,
    ],
    ['even if it is disabled', keyOf({ exp: 100 * DAY, enabled: false }), 70],
  ])('%s', (_title, record, day) => {
    expect(nextNotice(record)).toEqual({ type: 'nearExpiry', at: day * DAY })
  })
})

describe('there is no notice', () => {
  it.each([
    ['of a version without an expiry', keyOf({})],
    ['of a deleted key', keyOf({ exp: DAY }, { state: 'deleted' })],
    [
      'of a key that is being recovered',
      keyOf({ exp: DAY }, { state: 'recovering', settlesAt: 9 }),
    ],
    ['of a version whose expiry was announced', withNotice(keyOf({ exp: DAY }), 'expired')],
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
      'at its expiry, after the near expiry was announced',
      withNotice(keyOf({ exp: 100 * DAY }), 'nearExpiry'),
      100,
    ],
    [
      'when it is created with an expiry in the past, without a near expiry',
      keyOf({ exp: DAY, updated: 2 * DAY }),
      2,
    ],
    ['when the key is recovered after it', keyOf({ exp: DAY }, { recoveredAt: 3 * DAY }), 3],
  ])('%s', (_title, record, day) => {
    expect(nextNotice(record)).toEqual({ type: 'expired', at: day * DAY })
  })
})

describe('a notice is emitted', () => {
  it('once for each expiry of the version', () => {
    const { notices, updated } = emittedBy(keyOf({ exp: 100 * DAY }), 400 * DAY)
    expect(notices.map(({ type, at }) => [type, at / DAY])).toEqual([
      ['nearExpiry', 70],
      ['expired', 100],
    ])
    const record = updated as KeyRecord<string>
    expect(emittedBy(record, 400 * DAY)).toEqual({ notices: [], updated: record })
    const [version] = record.versions
    const attributes = { ...keyOf({}).versions[0]?.attributes, exp: 500 * DAY, updated: 400 * DAY }
    const prolonged = { ...record, versions: [{ ...version, attributes }] } as KeyRecord<string>
    expect(nextNotice(prolonged)).toEqual({ type: 'nearExpiry', at: 470 * DAY })
  })

  it('in order between rotations, and never for a version that a rotation has replaced', () => {
    const record = withPolicy({ exp: 100 * DAY }, [...rotating('P20D'), ...notifying('P25D')])
    const { notices, updated } = emittedBy(record, 400 * DAY)
    expect(notices).toEqual([{ type: 'nearExpiry', at: 75 * DAY }])
    expect(updated?.versions.map(({ version }) => version)).toEqual(['1', String(80 * DAY)])
  })

  it('before a rotation that is due at the same instant', () => {
    const record = withPolicy({ exp: 100 * DAY }, rotating('P30D'))
    expect(emittedBy(record, 70 * DAY).notices).toEqual([{ type: 'nearExpiry', at: 70 * DAY }])
  })

  it('for a key that can have no more versions, after the rotation that it missed', () => {
    const types: string[] = []
    const record = withPolicy({ exp: 100 * DAY }, rotating('P40D'))
    applyTime(
      record,
      100 * DAY,
      () => undefined,
      ({ type }) => types.push(type),
    )
    expect(types).toEqual(['nearExpiry', 'expired'])
  })

  it('to no one without a listener, and then is not recorded', () => {
    const record = keyOf({ exp: DAY })
    expect(applyTime(record, 400 * DAY)).toBe(record)
  })

  it('only for a version with an expiry', () => {
    const record = keyOf({})
    expect(withNotice(record, 'expired')).toBe(record)
  })
})
