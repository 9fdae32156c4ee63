import { beforeEach, describe, expect, it } from 'vitest'
import {
  addVersion,
  applyTime,
  currentVersion,
  deleteKey,
  dueAt,
  type KeyRecord,
  type LifetimeAction,
  type MakeVersion,
  recoverKey,
  rotatedVersion,
  rotationDueAt,
  setRotationPolicy,
  updateVersion,
} from '../../src/index.ts'

const DAY = 86_400
const CONTAINER = { softDeleteRetentionDays: 90, purgeProtection: false, settlingSeconds: 0 }

function recordOf(outcome: { readonly record: KeyRecord<string> } | { readonly refused: string }) {
  if ('refused' in outcome) throw new Error(outcome.refused)
  return outcome.record
}

let active: KeyRecord<string>

beforeEach(() => {
  active = recordOf(
    addVersion(
      undefined,
      'create',
      {
        name: 'orders',
        version: '0'.repeat(32),
        material: 'material 0',
        keyOps: ['sign'],
        attributes: { exp: 100 * DAY, enabled: false, nbf: 5 },
        tags: { a: 'b' },
      },
      0,
    ),
  )
})

const rotate = (trigger: LifetimeAction['trigger']): LifetimeAction => ({
  trigger,
  action: { type: 'Rotate' },
})

function withPolicy(
  trigger: LifetimeAction['trigger'],
  { expiryTime, at = 0 }: { readonly expiryTime?: string; readonly at?: number } = {},
): KeyRecord<string> {
  const content = { lifetimeActions: [rotate(trigger)], ...(expiryTime && { expiryTime }) }
  return recordOf(setRotationPolicy(active, content, at))
}

const makeVersion: MakeVersion<string> = (record, at) => ({
  ...rotatedVersion(record, at),
  version: String(record.versions.length).padStart(32, '0'),
  material: `material ${record.versions.length}`,
})

const creationDays = (record: KeyRecord<string> | undefined) =>
  record?.versions.map(({ attributes }) => attributes.created / DAY)

describe('setRotationPolicy', () => {
  it('keeps `created` of the first policy', () => {
    const again = recordOf(
      setRotationPolicy(
        withPolicy({ timeAfterCreate: 'P30D' }, { at: 3 }),
        { lifetimeActions: [] },
        9,
      ),
    )
    expect(again.rotationPolicy).toEqual({ lifetimeActions: [], created: 3, updated: 9 })
  })

  it('refuses a key that never existed', () => {
    expect(setRotationPolicy(undefined, { lifetimeActions: [] }, 0)).toEqual({
      refused: 'keyNotFound',
    })
  })

  it('refuses a deleted key', () => {
    const deleted = recordOf(deleteKey(active, CONTAINER, 0))
    expect(setRotationPolicy(deleted, { lifetimeActions: [] }, 0)).toEqual({
      refused: 'keyNotFound',
    })
  })
})

describe('rotationDueAt', () => {
  it('counts from the creation of the current version', () => {
    expect(rotationDueAt(withPolicy({ timeAfterCreate: 'P30D' }))).toBe(30 * DAY)
  })

  it('counts back from the expiry of the current version', () => {
    expect(rotationDueAt(withPolicy({ timeBeforeExpiry: 'P30D' }))).toBe(70 * DAY)
  })

  it('is undefined before an expiry that the version does not have', () => {
    const record = recordOf(
      addVersion(
        withPolicy({ timeBeforeExpiry: 'P30D' }),
        'create',
        { name: 'orders', version: '1', material: '', keyOps: [], attributes: {} },
        0,
      ),
    )
    expect(rotationDueAt(record)).toBeUndefined()
    expect(dueAt(record)).toBeUndefined()
  })

  it('is undefined without a Rotate action', () => {
    const notify: LifetimeAction = {
      trigger: { timeBeforeExpiry: 'P30D' },
      action: { type: 'Notify' },
    }
    const record = recordOf(setRotationPolicy(active, { lifetimeActions: [notify] }, 0))
    expect(rotationDueAt(record)).toBeUndefined()
  })

  it('is not before the policy was set', () => {
    expect(rotationDueAt(withPolicy({ timeAfterCreate: 'P30D' }, { at: 50 * DAY }))).toBe(50 * DAY)
  })

  it('waits for the recovery of a deleted key', () => {
    const deleted = recordOf(deleteKey(withPolicy({ timeAfterCreate: 'P30D' }), CONTAINER, DAY))
    expect(rotationDueAt(deleted)).toBeUndefined()
    const recovered = recordOf(recoverKey(deleted, CONTAINER, 40 * DAY))
    expect(rotationDueAt(recovered)).toBe(40 * DAY)
  })

  it.each<
    readonly [string, (record: KeyRecord<string>) => ReturnType<typeof updateVersion<string>>]
  >([
    [
      'a policy is set',
      (record) =>
        setRotationPolicy(
          record,
          { lifetimeActions: [rotate({ timeAfterCreate: 'P7D' })] },
          35 * DAY,
        ),
    ],
    [
      'the current version is updated',
      (record) => updateVersion(record, currentVersion(record).version, { tags: {} }, 35 * DAY),
    ],
    [
      'a version is added',
      (record) => {
        const version = { name: 'orders', version: '1', material: '', keyOps: [] }
        return addVersion(record, 'create', { ...version, attributes: { exp: 36 * DAY } }, 35 * DAY)
      },
    ],
  ])('does not wait for a recovery once the clock has moved back and %s', (_, change) => {
    const record = withPolicy({ timeBeforeExpiry: 'P80D' })
    const deleted = recordOf(deleteKey(record, CONTAINER, DAY))
    const recovered = recordOf(recoverKey(deleted, CONTAINER, 40 * DAY))
    expect(rotationDueAt(recovered)).toBe(40 * DAY)
    expect(rotationDueAt(recordOf(change(recovered)))).toBe(35 * DAY)
  })

  it('waits for a recovery if only an older version is updated after it', () => {
    const version = { name: 'orders', version: '1', material: '', keyOps: [] }
    const record = withPolicy({ timeAfterCreate: 'P30D' })
    const two = recordOf(addVersion(record, 'create', { ...version, attributes: {} }, 0))
    const deleted = recordOf(deleteKey(two, CONTAINER, DAY))
    const recovered = recordOf(recoverKey(deleted, CONTAINER, 40 * DAY))
    const [older] = recovered.versions
    const updated = updateVersion(recovered, older?.version ?? '', { tags: {} }, 35 * DAY)
    expect(rotationDueAt(recordOf(updated))).toBe(40 * DAY)
  })

  it('waits for the end of a slow recovery', () => {
    const record = withPolicy({ timeAfterCreate: 'P30D' })
    const deleted = recordOf(deleteKey(record, CONTAINER, DAY))
    const slow = { ...CONTAINER, settlingSeconds: 20 }
    const recovering = recordOf(recoverKey(deleted, slow, 40 * DAY))
    expect(creationDays(applyTime(recovering, 41 * DAY, makeVersion))).toEqual([0, 40 + 20 / DAY])
  })

  it('is not before the version was made, however near its expiry is', () => {
    const attributes = { exp: 110 * DAY }
    const version = { name: 'orders', version: '1', material: '', keyOps: [], attributes }
    const late = recordOf(
      addVersion(withPolicy({ timeBeforeExpiry: 'P30D' }), 'create', version, 90 * DAY),
    )
    expect(rotationDueAt(late)).toBe(90 * DAY)
  })

  it('is not before the version was given its expiry', () => {
    const record = withPolicy({ timeBeforeExpiry: 'P30D' })
    const { version } = currentVersion(record)
    const update = { attributes: { exp: 70 * DAY } }
    const changed = recordOf(updateVersion(record, version, update, 50 * DAY))
    expect(rotationDueAt(changed)).toBe(50 * DAY)
  })
})

describe('applyTime', () => {
  let record: KeyRecord<string>

  beforeEach(() => {
    record = withPolicy({ timeAfterCreate: 'P30D' }, { expiryTime: 'P60D' })
  })

  it('rotates at the second when it is due and not before', () => {
    expect(applyTime(record, 30 * DAY - 1, makeVersion)).toBe(record)
    expect(creationDays(applyTime(record, 30 * DAY, makeVersion))).toEqual([0, 30])
  })

  it('dates each version at the instant when it was due, however far the clock jumps', () => {
    expect(creationDays(applyTime(record, 100 * DAY, makeVersion))).toEqual([0, 30, 60, 90])
  })

  it('copies operations and tags and sets an expiry, but copies neither nbf nor a disabled state', () => {
    const { keyOps, tags, attributes, material } = currentVersion(
      applyTime(record, 30 * DAY, makeVersion) as KeyRecord<string>,
    )
    expect({ keyOps, tags, material }).toEqual({
      keyOps: ['sign'],
      tags: { a: 'b' },
      material: 'material 1',
    })
    expect(attributes).toEqual({
      enabled: true,
      exp: 90 * DAY,
      created: 30 * DAY,
      updated: 30 * DAY,
      exportable: false,
    })
  })

  it('stops if no version can be made', () => {
    expect(applyTime(record, 100 * DAY)).toBe(record)
    const onlyOne: MakeVersion<string> = (record, at) =>
      record.versions.length > 1 ? undefined : makeVersion(record, at)
    expect(creationDays(applyTime(record, 100 * DAY, onlyOne))).toEqual([0, 30])
  })

  it('sets no expiry if the policy has none', () => {
    const rotated = applyTime(withPolicy({ timeAfterCreate: 'P30D' }), 30 * DAY, makeVersion)
    expect(rotated?.versions[1]?.attributes).toEqual({
      enabled: true,
      created: 30 * DAY,
      updated: 30 * DAY,
      exportable: false,
    })
  })

  it('copies the release policy', () => {
    const releasePolicy = {
      contentType: 'application/json',
      data: Uint8Array.of(1),
      immutable: true,
    }
    const first = record.versions.map((version) => ({ ...version, releasePolicy }))
    const rotated = applyTime({ ...record, versions: first }, 30 * DAY, makeVersion)
    expect(rotated?.versions[1]?.releasePolicy).toBe(releasePolicy)
  })
})
