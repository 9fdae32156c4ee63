import { beforeEach, describe, expect, it } from 'vitest'
import {
  addVersion,
  applyTime,
  type Command,
  type Container,
  currentVersion,
  deleteKey,
  dueAt,
  type KeyRecord,
  type KeyState,
  LIFE_CYCLE,
  type NewVersion,
  purgeKey,
  recoverKey,
  recoveryLevel,
  refusalOf,
  setRotationPolicy,
  updateVersion,
} from '../../src/index.ts'

const DAY = 86_400
const CONTAINER: Container = {
  softDeleteRetentionDays: 7,
  purgeProtection: false,
  settlingSeconds: 0,
}
const SLOW: Container = { ...CONTAINER, settlingSeconds: 20 }

function newVersion(ordinal = 0, more: Partial<NewVersion<string>> = {}): NewVersion<string> {
  return {
    name: 'orders',
    version: String(ordinal).padStart(32, '0'),
    material: `material ${ordinal}`,
    keyOps: ['sign'],
    attributes: {},
    ...more,
  }
}

function recordOf(outcome: { readonly record: KeyRecord<string> } | { readonly refused: string }) {
  if ('refused' in outcome) throw new Error(outcome.refused)
  return outcome.record
}

let active: KeyRecord<string>
let deleted: KeyRecord<string>
let purging: KeyRecord<string>

beforeEach(() => {
  active = recordOf(addVersion(undefined, 'create', newVersion(), 100))
  deleted = recordOf(deleteKey(active, CONTAINER, 200))
  const outcome = purgeKey(deleted, SLOW, 300)
  if ('refused' in outcome || outcome.record === undefined) throw new Error('not purging')
  purging = outcome.record
})

describe('addVersion', () => {
  it('makes an active key with one enabled version, created now', () => {
    expect(active).toEqual({
      name: 'orders',
      state: 'active',
      versions: [
        {
          version: '0'.repeat(32),
          material: 'material 0',
          keyOps: ['sign'],
          attributes: { enabled: true, created: 100, updated: 100, exportable: false },
        },
      ],
    })
  })

  it('appends the new version and leaves the older ones unchanged', () => {
    const record = recordOf(addVersion(active, 'rotate', newVersion(1), 150))
    expect(record.versions[0]).toBe(active.versions[0])
    expect(currentVersion(record).material).toBe('material 1')
    expect(currentVersion(record).attributes.created).toBe(150)
  })

  it('keeps the spelling of the first name', () => {
    const record = recordOf(addVersion(active, 'create', newVersion(1, { name: 'ORDERS' }), 150))
    expect(record.name).toBe('orders')
  })

  it('fixes exportable with the first version', () => {
    const first = recordOf(
      addVersion(undefined, 'create', newVersion(0, { attributes: { exportable: true } }), 0),
    )
    const second = recordOf(addVersion(first, 'rotate', newVersion(1), 1))
    expect(currentVersion(second).attributes.exportable).toBe(true)
  })

  it('inherits nothing else from the older version', () => {
    const first = newVersion(0, { tags: { a: 'b' }, attributes: { enabled: false, exp: 9 } })
    const record = recordOf(addVersion(undefined, 'create', first, 0))
    const second = currentVersion(recordOf(addVersion(record, 'create', newVersion(1), 1)))
    expect(second.tags).toBeUndefined()
    expect(second.attributes).toEqual({ enabled: true, created: 1, updated: 1, exportable: false })
  })

  it('refuses the name of a deleted key', () => {
    expect(addVersion(deleted, 'create', newVersion(1), 300)).toEqual({ refused: 'nameIsDeleted' })
  })

  it('refuses to rotate a key that does not exist', () => {
    expect(addVersion(undefined, 'rotate', newVersion(), 0)).toEqual({ refused: 'keyNotFound' })
  })
})

describe('updateVersion', () => {
  let two: KeyRecord<string>
  let second: string

  beforeEach(() => {
    two = recordOf(addVersion(active, 'create', newVersion(1, { tags: { a: 'b' } }), 150))
    second = currentVersion(two).version
  })

  it('merges attributes and changes only `updated`', () => {
    const record = recordOf(updateVersion(two, second, { attributes: { exp: 500 } }, 160))
    expect(currentVersion(record).attributes).toEqual({
      enabled: true,
      exp: 500,
      created: 150,
      updated: 160,
      exportable: false,
    })
  })

  it('keeps tags and key_ops if they are absent', () => {
    const record = recordOf(updateVersion(two, second, {}, 160))
    expect(currentVersion(record).tags).toEqual({ a: 'b' })
    expect(currentVersion(record).keyOps).toEqual(['sign'])
  })

  it('replaces tags and key_ops as a whole', () => {
    const record = recordOf(
      updateVersion(two, second, { tags: { c: 'd' }, keyOps: ['verify'] }, 160),
    )
    expect(currentVersion(record).tags).toEqual({ c: 'd' })
    expect(currentVersion(record).keyOps).toEqual(['verify'])
  })

  it('refuses a key that never existed, and a deleted one', () => {
    const update = { attributes: { enabled: false } }
    const { version } = currentVersion(deleted)
    expect(updateVersion(undefined, version, update, 300)).toEqual({ refused: 'keyNotFound' })
    expect(updateVersion(deleted, version, update, 300)).toEqual({ refused: 'keyNotFound' })
  })

  it('refuses a version that the key does not have', () => {
    expect(updateVersion(two, 'f'.repeat(32), {}, 160)).toEqual({ refused: 'keyNotFound' })
  })

  it('does not change the other versions', () => {
    const record = recordOf(updateVersion(two, second, { attributes: { enabled: false } }, 160))
    expect(record.versions[0]).toBe(two.versions[0])
  })
})

describe('updateVersion of an exportable key', () => {
  const releasePolicy = {
    contentType: 'application/json',
    data: Uint8Array.of(1, 2),
    immutable: true,
  }
  const attributes = { exportable: true }
  const exportableKey = (immutable: boolean) => {
    const policy = { ...releasePolicy, immutable }
    const version = newVersion(0, { attributes, releasePolicy: policy })
    return recordOf(addVersion(undefined, 'create', version, 0))
  }
  let fixed: KeyRecord<string>
  let loose: KeyRecord<string>

  beforeEach(() => {
    fixed = exportableKey(true)
    loose = exportableKey(false)
  })

  const { version } = newVersion(0)

  it('refuses another value of exportable', () => {
    const update = { attributes: { exportable: false } }
    expect(updateVersion(fixed, version, update, 1)).toEqual({ refused: 'exportableFixed' })
  })

  it('accepts the present value of exportable', () => {
    expect(updateVersion(fixed, version, { attributes }, 1)).toHaveProperty('record')
  })

  it.each([
    ['another document', { data: Uint8Array.of(1, 3) }],
    ['a longer document', { data: Uint8Array.of(1, 2, 3) }],
    ['another content type', { contentType: 'text/plain' }],
    ['a lifted immutability', { immutable: false }],
  ])('refuses %s for an immutable policy', (_, change) => {
    const update = { releasePolicy: { ...releasePolicy, ...change } }
    expect(updateVersion(fixed, version, update, 1)).toEqual({ refused: 'releasePolicyImmutable' })
  })

  it('accepts the same immutable policy, together with other changes', () => {
    const update = {
      releasePolicy: { ...releasePolicy, data: Uint8Array.of(1, 2) },
      tags: { a: 'b' },
    }
    expect(updateVersion(fixed, version, update, 1)).toHaveProperty('record')
  })

  it('replaces a policy that is not immutable', () => {
    const record = recordOf(updateVersion(loose, version, { releasePolicy }, 1))
    expect(currentVersion(record).releasePolicy).toBe(releasePolicy)
  })
})

describe('deleteKey', () => {
  it('schedules the purge for the end of the retention', () => {
    expect(deleted.state).toBe('deleted')
    expect(deleted.deletion).toEqual({ deletedDate: 200, scheduledPurgeDate: 200 + 7 * DAY })
  })

  it('refuses to delete a key twice', () => {
    expect(deleteKey(deleted, CONTAINER, 201)).toEqual({ refused: 'keyNotFound' })
  })

  it('passes through deleting if deletions take time', () => {
    const slow = recordOf(deleteKey(active, SLOW, 200))
    expect(slow).toMatchObject({ state: 'deleting', settlesAt: 220 })
    expect(applyTime(slow, 219)).toBe(slow)
    expect(applyTime(slow, 220)).toEqual(deleted)
  })
})

describe('recoverKey', () => {
  it('restores every version unchanged', () => {
    expect(recordOf(recoverKey(deleted, CONTAINER, 300))).toEqual(active)
  })

  it('refuses an active key', () => {
    expect(recoverKey(active, CONTAINER, 300)).toEqual({ refused: 'keyToRecoverNotFound' })
  })

  it('records its instant only if the current version can expire or rotate', () => {
    const ending = (...exps: readonly (number | undefined)[]) => {
      const key = exps.reduce<KeyRecord<string> | undefined>((record, exp, ordinal) => {
        const attributes = exp === undefined ? {} : { exp }
        return recordOf(addVersion(record, 'create', newVersion(ordinal, { attributes }), 100))
      }, undefined)
      return recordOf(recoverKey(recordOf(deleteKey(key, CONTAINER, 200)), SLOW, 300))
    }
    expect(ending(9000)).toMatchObject({ recoveredAt: 320 })
    expect(ending(undefined, 9000)).toMatchObject({ recoveredAt: 320 })
    expect(ending(9000, undefined)).not.toHaveProperty('recoveredAt')
    expect(ending(undefined)).not.toHaveProperty('recoveredAt')
  })

  it('passes through recovering if recoveries take time', () => {
    const slow = recordOf(recoverKey(deleted, SLOW, 300))
    expect(slow).toMatchObject({ state: 'recovering', settlesAt: 320 })
    expect(applyTime(slow, 320)).toEqual(active)
  })
})

describe('a key that never existed', () => {
  it('cannot be deleted', () => {
    expect(deleteKey(undefined, CONTAINER, 0)).toEqual({ refused: 'keyNotFound' })
  })

  it('cannot be recovered', () => {
    expect(recoverKey(undefined, CONTAINER, 0)).toEqual({ refused: 'keyToRecoverNotFound' })
  })

  it('cannot be purged', () => {
    expect(purgeKey(undefined, CONTAINER, 0)).toEqual({ refused: 'deletedKeyNotFound' })
  })
})

describe('every command follows the life-cycle table', () => {
  type Run = (record: KeyRecord<string> | undefined) => string | undefined

  const refusalIn = (outcome: object): string | undefined =>
    'refused' in outcome ? String(outcome.refused) : undefined

  const add =
    (command: 'create' | 'import' | 'rotate'): Run =>
    (record) =>
      refusalIn(addVersion(record, command, newVersion(1), 300))

  /** Each function that runs a command, under the row that decides it. */
  const RUNS: readonly (readonly [name: string, command: Command, run: Run])[] = [
    ['addVersion', 'create', add('create')],
    ['addVersion', 'import', add('import')],
    ['addVersion', 'rotate', add('rotate')],
    [
      'updateVersion',
      'update',
      (record) => refusalIn(updateVersion(record, newVersion().version, {}, 300)),
    ],
    [
      'setRotationPolicy',
      'update',
      (record) => refusalIn(setRotationPolicy(record, { lifetimeActions: [] }, 300)),
    ],
    ['deleteKey', 'delete', (record) => refusalIn(deleteKey(record, SLOW, 300))],
    ['recoverKey', 'recover', (record) => refusalIn(recoverKey(record, SLOW, 300))],
    ['purgeKey', 'purge', (record) => refusalIn(purgeKey(record, CONTAINER, 300))],
  ]

  /** A key in each state. */
  const KEYS: Readonly<Record<KeyState, () => KeyRecord<string> | undefined>> = {
    absent: () => undefined,
    active: () => active,
    deleting: () => recordOf(deleteKey(active, SLOW, 200)),
    deleted: () => deleted,
    recovering: () => recordOf(recoverKey(deleted, SLOW, 250)),
    purging: () => purging,
  }
  const STATES = Object.keys(KEYS) as readonly KeyState[]

  it.each(
    RUNS.flatMap(([name, command, run]) =>
      STATES.map((state) => [name, command, state, run] as const),
    ),
  )('%s (%s) of a key that is %s', (_, command, state, run) => {
    const record = KEYS[state]()
    expect(record?.state ?? 'absent').toBe(state)
    expect(run(record)).toBe(refusalOf(state, command))
  })

  it('of every row that changes a record', () => {
    const tested = new Set(RUNS.map(([, command]) => command))
    const others = Object.keys(LIFE_CYCLE).filter((command) => !tested.has(command as Command))
    // These only read a record, make one from a backup, or are no call: `applyTime` has tests of its own.
    expect(others).toEqual(['restore', 'get', 'backup', 'use', 'getDeleted', 'passTime'])
  })
})

describe('purgeKey', () => {
  it('allows a deleted key', () => {
    expect(purgeKey(deleted, CONTAINER, 300)).toEqual({ record: undefined })
  })

  it('refuses an active key', () => {
    expect(purgeKey(active, CONTAINER, 300)).toEqual({ refused: 'deletedKeyNotFound' })
  })

  it('refuses under purge protection', () => {
    const container = { ...CONTAINER, purgeProtection: true }
    expect(purgeKey(deleted, container, 300)).toEqual({ refused: 'purgeProtected' })
  })

  it('keeps the name and nothing else for as long as the container takes', () => {
    expect(purging).toEqual({ name: deleted.name, state: 'purging', versions: [], settlesAt: 320 })
    expect(applyTime(purging, 319)).toBe(purging)
    expect(applyTime(purging, 320)).toBeUndefined()
  })
})

describe('applyTime', () => {
  it('never changes an active key', () => {
    expect(dueAt(active)).toBeUndefined()
    expect(applyTime(active, Number.MAX_SAFE_INTEGER)).toBe(active)
  })

  it('keeps a deleted key until the last second of its retention', () => {
    expect(dueAt(deleted)).toBe(200 + 7 * DAY)
    expect(applyTime(deleted, 200 + 7 * DAY - 1)).toBe(deleted)
    expect(applyTime(deleted, 200 + 7 * DAY)).toBeUndefined()
  })

  it('applies everything that is due, however far the clock jumps', () => {
    const slow = recordOf(deleteKey(active, SLOW, 200))
    expect(applyTime(slow, 200 + 8 * DAY)).toBeUndefined()
  })

  it('does nothing if the clock goes back', () => {
    expect(applyTime(deleted, 0)).toBe(deleted)
  })

  it('returns undefined for a key that does not exist', () => {
    expect(applyTime(undefined, 0)).toBeUndefined()
  })
})

describe('recoveryLevel', () => {
  it.each([
    [90, false, 'Recoverable+Purgeable'],
    [90, true, 'Recoverable'],
    [7, false, 'CustomizedRecoverable+Purgeable'],
    [89, true, 'CustomizedRecoverable'],
  ])('%d days, purge protection %s: %s', (softDeleteRetentionDays, purgeProtection, level) => {
    expect(recoveryLevel({ softDeleteRetentionDays, purgeProtection })).toBe(level)
  })
})
