import { describe, expect, it } from 'vitest'
import {
  createHsm,
  createKey,
  createPartialHsm,
  deleteKey,
  describeHsm,
  exportFullBackup,
  exportParts,
  exportState,
  forkHsm,
  getKey,
  type Hsm,
  importFullBackup,
  type LoadedParts,
  listDeletedKeys,
  listKeys,
  missingParts,
  openKeyPart,
  passTime,
  purgeDeletedKey,
  readAudit,
  readClock,
  updateRotationPolicy,
} from '../../src/index.ts'
import { CALLS, furnishedHsm } from '../every-operation.ts'
import { DAY, testHsm } from '../test-hsm.ts'
import { emptyStore, load, NOTHING, runOn, storeParts, wantNames } from './part-store.ts'

const NOW = 1_900_000_000_000

/** An HSM and a database with the same keys. */
function stored(hsm: Hsm) {
  const store = emptyStore()
  storeParts(store, exportParts(hsm))
  return { hsm, store }
}

function twoKeys() {
  const hsm = createHsm({ clock: () => NOW })
  createKey(hsm, 'orders', { kty: 'oct-HSM' })
  createKey(hsm, 'Invoices', { kty: 'oct-HSM' })
  return stored(hsm)
}

const partial = (loaded: Partial<LoadedParts> = {}, template = createHsm()): Hsm =>
  createPartialHsm(template, { keys: [], keyCount: 2, now: NOW, ...loaded })

describe('a partial HSM', () => {
  it('has the keys that were loaded, and knows the names that no key has', () => {
    const { hsm, store } = twoKeys()
    const one = load(hsm, store, wantNames('orders', 'nobody'), NOW)
    expect(getKey(one, 'orders')).toEqual(getKey(hsm, 'orders'))
    expect(() => getKey(one, 'nobody')).toThrow(expect.objectContaining({ status: 404 }))
    expect(missingParts(one)).toEqual([])
  })

  it.each([
    ['a key', (hsm: Hsm) => getKey(hsm, 'Orders'), { kind: 'key', name: 'ORDERS' }],
    ['what is due', (hsm: Hsm) => passTime(hsm), { kind: 'due', until: NOW / 1000 }],
    ['everything', (hsm: Hsm) => exportState(hsm), { kind: 'all' }],
    ['everything', (hsm: Hsm) => exportParts(hsm), { kind: 'all' }],
    ['everything', (hsm: Hsm) => exportFullBackup(hsm), { kind: 'all' }],
  ])('that does not hold %s says so, and changes nothing', (_, call, part) => {
    const hsm = partial()
    const before = forkHsm(hsm)
    expect(() => call(hsm)).toThrow(expect.objectContaining({ status: 503, code: 'PartNotLoaded' }))
    expect(missingParts(hsm)).toEqual([part])
    expect(exportParts(hsm, before)).toEqual({ keys: [], gone: [], purges: [] })
  })

  it.each([
    ['managed-hsm', 'creation', 7],
    ['vault-premium', 'name', 'K7'],
  ] as const)('of a %s asks for a page in the order of %s', (profile, order, after) => {
    const template = createHsm({ profile })
    for (let i = 0; i < 9; i++) createKey(template, `k${i}`, { kty: 'EC' })
    const { nextMarker } = listKeys(template, { maxResults: 8 })
    const loaded = { dueUntil: NOW / 1000 }
    const first = partial(loaded, template)
    expect(() => listDeletedKeys(first)).toThrow('missingParts')
    expect(missingParts(first)).toEqual([{ kind: 'page', list: 'deleted', order, count: 26 }])
    const later = partial(loaded, template)
    expect(() => listKeys(later, { maxResults: 3, marker: nextMarker })).toThrow('missingParts')
    expect(missingParts(later)).toEqual([{ kind: 'page', list: 'active', order, after, count: 4 }])
  })

  it('counts the keys that are elsewhere: the limit is that of all', () => {
    const template = createHsm({ limits: { keys: 3 }, clock: () => NOW })
    const create = (keyCount: number) => () =>
      createKey(partial({ keyCount, absent: ['NEW'], dueUntil: NOW / 1000 }, template), 'new', {
        kty: 'oct-HSM',
      })
    expect(create(2)).not.toThrow()
    expect(create(3)).toThrow(expect.objectContaining({ status: 403 }))
  })

  it('knows that a key is gone that was purged in the same run', () => {
    const { hsm, store } = twoKeys()
    deleteKey(hsm, 'orders')
    storeParts(store, exportParts(hsm))
    const { result, runs } = runOn(
      hsm,
      store,
      NOW,
      (one) => {
        purgeDeletedKey(one, 'orders')
        return createKey(one, 'orders', { kty: 'EC-HSM' }).key.kty
      },
      wantNames('orders'),
    )
    expect(result()).toBe('EC-HSM')
    expect(runs).toBe(1)
    expect(store.keys.size).toBe(2)
  })

  it('gives a key that was purged and made again a new place in the order of creation', () => {
    const { hsm, store } = twoKeys()
    deleteKey(hsm, 'orders')
    storeParts(store, exportParts(hsm))
    runOn(hsm, store, NOW, (one) => {
      purgeDeletedKey(one, 'orders')
      createKey(one, 'orders', { kty: 'EC-HSM' })
    })
    const { result } = runOn(hsm, store, NOW, (one) => listKeys(one).value)
    expect(result().map(({ kid }) => kid.split('/').at(-1))).toEqual(['Invoices', 'orders'])
  })

  it('stands still in time, and has an audit trail of its own', () => {
    const { hsm, store } = twoKeys()
    const one = load(hsm, store, wantNames('orders'), NOW + DAY * 1000)
    getKey(one, 'orders')
    expect(readAudit(one).entries.map(({ at, operation }) => [at, operation])).toEqual([
      [NOW + DAY * 1000, 'getKey'],
    ])
  })

  it('needs one run for a key, and one more for each thing that a list does not find', () => {
    const { hsm, store } = twoKeys()
    const runsOf = (work: (one: Hsm) => unknown) =>
      runOn(hsm, store, NOW, work, wantNames('orders')).runs
    expect(runsOf((one) => getKey(one, 'orders'))).toBe(1)
    expect(runsOf((one) => listKeys(one))).toBe(3)
    expect(runsOf((one) => describeHsm(one))).toBe(3)
  })

  it('applies the rotations and purges that are due, once', () => {
    const { hsm, clock } = testHsm({ softDeleteRetentionDays: 7 })
    createKey(hsm, 'rotating', { kty: 'EC-HSM' })
    updateRotationPolicy(hsm, 'rotating', {
      lifetimeActions: [{ trigger: { timeAfterCreate: 'P30D' }, action: { type: 'Rotate' } }],
    })
    createKey(hsm, 'doomed', { kty: 'EC-HSM' })
    deleteKey(hsm, 'doomed')
    const { store } = stored(hsm)
    const later = (clock.seconds + 31 * DAY) * 1000
    runOn(hsm, store, later, passTime)
    expect([...store.keys.keys()]).toEqual(['ROTATING'])
    const { result } = runOn(hsm, store, later, (one) => exportParts(one, forkHsm(one)))
    expect(result()).toEqual({ keys: [], gone: [], purges: [] })
    runOn(hsm, store, later, (one) => {
      expect(describeHsm(one).keys[0]?.versions).toHaveLength(2)
    })
  })

  it('restores a full backup in place of every key, loaded or not', () => {
    const { hsm, store } = twoKeys()
    const { blobs } = exportFullBackup(hsm)
    createKey(hsm, 'later', { kty: 'oct-HSM' })
    storeParts(store, exportParts(hsm))
    runOn(hsm, store, NOW, (one) => importFullBackup(one, blobs))
    expect([...store.keys.keys()].sort()).toEqual(['INVOICES', 'ORDERS'])
  })

  it.each([
    [{ keyCount: -1 }, 'keyCount'],
    [{ keyCount: 'all' }, 'keyCount'],
    [{ names: [] }, 'names'],
    [{ keys: 'ORDERS' }, 'keys'],
    [{ keys: [null] }, 'keys[0]'],
    [{ keys: [{ opened: {}, sequence: -1 }] }, 'keys[0]'],
    [{ keys: undefined }, '"keys" of createPartialHsm is missing'],
    [{ keyCount: undefined }, '"keyCount" of createPartialHsm is missing'],
    [{ now: undefined }, '"now" of createPartialHsm is missing'],
    [{ now: -1 }, 'milliseconds since 1970'],
    [{ now: 1e300 }, 'milliseconds since 1970'],
    [{ absent: [1] }, 'absent[0]'],
    [{ page: { list: 'all', count: 1 } }, '"page" of'],
    [{ page: { list: 'active', count: -1 } }, '"page" of'],
    [{ purges: [{ name: 'ORDERS', times: 0.5 }] }, 'purges[0].times'],
    [{ randomDraws: -1 }, 'randomDraws'],
    [{ keys: [{ opened: { name: 'ORDERS' }, sequence: 0 }] }, 'openKeyPart'],
  ])('is refused with %j', (loaded, text) => {
    expect(() => partial(loaded as unknown as Partial<LoadedParts>)).toThrow(text)
  })
})

describe('every operation', () => {
  it.each(Object.keys(CALLS) as (keyof typeof CALLS)[])(
    '%s runs on the parts that it names',
    (operation) => {
      const whole = furnishedHsm()
      const { store } = stored(whole)
      const { result, hsm } = runOn(whole, store, readClock(whole), CALLS[operation])
      expect(result).not.toThrow()
      expect(readAudit(hsm).entries.at(-1)).toMatchObject({ operation, outcome: 'success' })
    },
  )
})

describe('openKeyPart', () => {
  const hsm = createHsm()
  createKey(hsm, 'orders', { kty: 'EC-HSM' })
  const bytes = exportParts(hsm).keys[0]?.bytes as Uint8Array

  it('opens the key of its name', () => {
    expect(openKeyPart(hsm, 'ORDERS', bytes)).toEqual({ name: 'ORDERS' })
  })

  it('refuses the bytes of another key, so that no row can stand in for another', () => {
    expect(() => openKeyPart(hsm, 'INVOICES', bytes)).toThrow(
      expect.objectContaining({ code: 'StateDamaged' }),
    )
  })

  it('refuses every changed byte', () => {
    for (let i = 0; i < bytes.length; i += 7) {
      const changed = bytes.slice()
      changed[i] = (changed[i] as number) ^ 1
      expect(() => openKeyPart(hsm, 'ORDERS', changed)).toThrow(
        expect.objectContaining({ code: expect.stringMatching(/^State/) }),
      )
    }
  })

  it.each([['of another HSM', () => createHsm(), 'StateOfAnotherDomain']])(
    'refuses a key %s',
    (_, other, code) => {
      expect(() => openKeyPart(other(), 'ORDERS', bytes)).toThrow(expect.objectContaining({ code }))
    },
  )

  it('refuses a whole export', () => {
    expect(() => openKeyPart(hsm, 'ORDERS', exportState(hsm))).toThrow(
      expect.objectContaining({ code: 'StateOfAnotherKind' }),
    )
  })

  it('shows nothing of the key', () => {
    expect(JSON.stringify(openKeyPart(hsm, 'ORDERS', bytes))).toBe('{"name":"ORDERS"}')
  })
})

describe('exportParts', () => {
  it('refuses an HSM that is no fork', () => {
    expect(() => exportParts(createHsm(), createHsm())).toThrow('forkHsm')
  })

  it('exports what is of no key only if it has changed', () => {
    const hsm = createHsm()
    const before = forkHsm(hsm)
    createKey(hsm, 'orders', { kty: 'oct-HSM' })
    expect(exportParts(hsm, before).hsm).toBeUndefined()
    expect(exportParts(hsm).hsm).toBeInstanceOf(Uint8Array)
  })

  it('tells when a key waits for time', () => {
    const { hsm, clock } = testHsm({ softDeleteRetentionDays: 7 })
    createKey(hsm, 'orders', { kty: 'oct-HSM' })
    deleteKey(hsm, 'orders')
    expect(exportParts(hsm).keys[0]).toMatchObject({
      list: 'deleted',
      dueAt: clock.seconds + 7 * DAY,
    })
  })
})

it('loads nothing that was not asked for', () => {
  const { hsm, store } = twoKeys()
  const one = load(hsm, store, NOTHING, NOW)
  expect(() => getKey(one, 'orders')).toThrow('missingParts')
})
