import { inspect } from 'node:util'
import { afterEach, describe, expect, it, vi } from 'vitest'
import {
  addToRsaPool,
  type ComingCall,
  createHsm,
  createKey,
  createRsaPool,
  deleteKey,
  exportRsaPool,
  fillRsaPool,
  getKey,
  type Hsm,
  type HsmOptions,
  importRsaPool,
  listKeyVersions,
  missingRsaKey,
  onEvent,
  purgeDeletedKey,
  type RsaPoolRequest,
  readAudit,
  rotateKey,
  updateRotationPolicy,
} from '../../src/index.ts'
import { badParameter, refusalOf } from '../refusal.ts'
import { DAY } from '../test-hsm.ts'

const SEED = 'missing keys'

const pooled = (options: HsmOptions = {}): Hsm =>
  createHsm({ rsaPool: createRsaPool(), ...options })

const create = (name = 'orders', parameters: object = {}): ComingCall => ({
  operation: 'createKey',
  name,
  parameters: { kty: 'RSA', ...parameters },
})

const rotate = (name = 'orders'): ComingCall => ({ operation: 'rotateKey', name })

/** What another thread would do, given what can be sent to one. */
function makeElsewhere(request: RsaPoolRequest | undefined): Uint8Array {
  const pool = createRsaPool()
  fillRsaPool(pool, request === undefined ? [] : [structuredClone(request)])
  return exportRsaPool(pool)
}

/** Has what a call needs made elsewhere, and checks that nothing is missing then. */
function prepare(hsm: Hsm, coming: ComingCall): void {
  addToRsaPool(hsm, makeElsewhere(missingRsaKey(hsm, coming)))
  expect(missingRsaKey(hsm, coming)).toBeUndefined()
}

afterEach(() => {
  vi.restoreAllMocks()
})

describe('the missing key of an HSM without a seed', () => {
  it('is one of the size and exponent that are asked for', () => {
    const hsm = pooled()
    expect(missingRsaKey(hsm, create())).toEqual({ keySize: 2048 })
    const parameters = { keySize: 3072, publicExponent: 3 }
    expect(missingRsaKey(hsm, create('orders', parameters))).toEqual(parameters)
  })

  it('is for a rotation one like the current version', () => {
    const hsm = pooled()
    createKey(hsm, 'orders', { kty: 'RSA', publicExponent: 3 })
    expect(missingRsaKey(hsm, rotate())).toEqual({ keySize: 2048, publicExponent: 3 })
  })

  it('is the key that the call then has', () => {
    const hsm = pooled()
    const bytes = makeElsewhere(missingRsaKey(hsm, create()))
    addToRsaPool(hsm, bytes)
    const { n } = createKey(hsm, 'orders', { kty: 'RSA' }).key
    const other = createHsm({ rsaPool: importRsaPool(bytes) })
    expect(createKey(other, 'letters', { kty: 'RSA' }).key.n).toBe(n)
    expect(missingRsaKey(hsm, rotate())).toBeDefined()
  })

  it('is missing without a pool too', () => {
    expect(missingRsaKey(createHsm(), create())).toEqual({ keySize: 2048 })
  })
})

describe('the missing key of a seeded HSM', () => {
  it('is the very key that it would make, for each version and each key of the name', () => {
    const [hsm, plain] = [pooled({ seed: SEED }), createHsm({ seed: SEED })]
    prepare(hsm, create())
    for (const each of [hsm, plain]) createKey(each, 'orders', { kty: 'RSA' })
    prepare(hsm, rotate())
    for (const each of [hsm, plain]) rotateKey(each, 'Orders')
    expect(getKey(hsm, 'orders')).toEqual(getKey(plain, 'orders'))
    for (const each of [hsm, plain]) {
      deleteKey(each, 'orders')
      purgeDeletedKey(each, 'orders')
    }
    prepare(hsm, create('ORDERS'))
    const again = [hsm, plain].map((each) => createKey(each, 'ORDERS', { kty: 'RSA' }).key.n)
    expect(again[0]).toBe(again[1])
  })

  it('is asked for without the seed', () => {
    const request = missingRsaKey(createHsm({ seed: SEED }), create())
    expect(Object.keys(request ?? {})).toEqual(['keySize', 'place'])
    expect(request?.place).toMatch(/^[\w-]{128}$/)
    const places = [
      missingRsaKey(createHsm({ seed: SEED }), create('letters')),
      missingRsaKey(createHsm({ seed: 'another' }), create()),
      missingRsaKey(createHsm({ seed: SEED }), create('orders', { keySize: 3072 })),
    ].map((other) => other?.place)
    expect(new Set([request?.place, ...places]).size).toBe(4)
    expect(inspect(request)).not.toContain(SEED)
  })

  it('is not missing where the pool was filled from the seed', () => {
    const rsaPool = createRsaPool()
    fillRsaPool(rsaPool, [{ seed: SEED, name: 'orders' }])
    expect(missingRsaKey(createHsm({ seed: SEED, rsaPool }), create())).toBeUndefined()
  })
})

describe('the missing keys of rotations that are due', () => {
  /** An HSM in which the keys of these names have been due for rotation twice. */
  function dueTwice(names: readonly string[], options: HsmOptions = {}): Hsm {
    let now = 0
    const hsm = createHsm({ clock: () => now, ...options })
    for (const name of names) {
      createKey(hsm, name, { kty: name === 'curve' ? 'EC' : 'RSA', attributes: { exp: 90 * DAY } })
      updateRotationPolicy(hsm, name, {
        lifetimeActions: [{ trigger: { timeAfterCreate: 'P30D' }, action: { type: 'Rotate' } }],
      })
    }
    now = 61 * DAY * 1000
    return hsm
  }

  const read = (name?: string): ComingCall => ({
    operation: 'passTime',
    ...(name !== undefined && { name }),
  })

  /** Has all that is missing made elsewhere, one after the other; answers how many that were. */
  function prepareAll(hsm: Hsm, coming: ComingCall): number {
    const request = missingRsaKey(hsm, coming)
    if (request === undefined) return 0
    addToRsaPool(hsm, makeElsewhere(request))
    return 1 + prepareAll(hsm, coming)
  }

  it('are those of the key that is read, and of all where all are', () => {
    const names = ['orders', 'letters', 'curve']
    const rsaPool = createRsaPool()
    const hsm = dueTwice(names, { rsaPool })
    expect(prepareAll(hsm, read('curve'))).toBe(0)
    expect(prepareAll(hsm, read('nobody'))).toBe(0)
    expect(prepareAll(hsm, read('Orders'))).toBe(2)
    expect(prepareAll(hsm, read())).toBe(2)
    for (const name of names) expect(listKeyVersions(hsm, name).value).toHaveLength(3)
    expect(fillRsaPool(rsaPool, [{ count: 1 }], { atMost: 0 })).toBe(1)
  })

  it('are under a seed the very keys that it would make', () => {
    const seeded = { seed: SEED }
    const [hsm, plain] = [
      dueTwice(['orders'], { ...seeded, rsaPool: createRsaPool() }),
      dueTwice(['orders'], seeded),
    ]
    expect(prepareAll(hsm, read(`${hsm.baseUrl}/keys/orders`))).toBe(2)
    expect(listKeyVersions(hsm, 'orders')).toEqual(listKeyVersions(plain, 'orders'))
    expect(getKey(hsm, 'orders')).toEqual(getKey(plain, 'orders'))
  })

  it('come before the key of the call itself', () => {
    const hsm = dueTwice(['orders'], { rsaPool: createRsaPool() })
    expect(prepareAll(hsm, rotate())).toBe(3)
    rotateKey(hsm, 'orders')
    expect(listKeyVersions(hsm, 'orders').value).toHaveLength(4)
  })

  it('are no more than the key may have', () => {
    const hsm = dueTwice(['orders'], { rsaPool: createRsaPool(), limits: { versions: 2 } })
    expect(prepareAll(hsm, read('orders'))).toBe(1)
  })

  it('are not made by asking', () => {
    const hsm = dueTwice(['orders'])
    const before = readAudit(hsm)
    missingRsaKey(hsm, read('orders'))
    expect(readAudit(hsm)).toEqual(before)
  })
})

describe('nothing is missing', () => {
  it.each<readonly [string, ComingCall]>([
    ['for a curve', create('orders', { kty: 'EC' })],
    ['for bytes', create('orders', { kty: 'oct' })],
    ['for a rotation of a curve', rotate('curve')],
    ['for another size', create('orders', { keySize: 1024 })],
    ['for a name that is none', create('a_b')],
    ['for an operation that is none', create('orders', { keyOps: ['fly'] })],
    ['where a deleted key holds the name', create('deleted')],
    ['where there is nothing to rotate', rotate('orders')],
    ['without parameters', { operation: 'createKey', name: 'orders' } as never],
    ['of a call that is none', null as never],
  ])('%s', (_, coming) => {
    const hsm = pooled()
    createKey(hsm, 'curve', { kty: 'EC' })
    createKey(hsm, 'deleted', { kty: 'EC' })
    deleteKey(hsm, 'deleted')
    expect(missingRsaKey(hsm, coming)).toBeUndefined()
  })

  it('where the limit of versions has been reached', () => {
    const hsm = pooled({ limits: { versions: 1 } })
    prepare(hsm, create())
    createKey(hsm, 'orders', { kty: 'RSA' })
    expect([create(), rotate()].map((coming) => missingRsaKey(hsm, coming))).toEqual([
      undefined,
      undefined,
    ])
  })
})

describe('asking what is missing', () => {
  it('is no call, and makes no key', () => {
    const hsm = pooled()
    createKey(hsm, 'curve', { kty: 'EC' })
    const before = readAudit(hsm)
    for (const coming of [create(), rotate('curve'), rotate('nobody')]) missingRsaKey(hsm, coming)
    expect(readAudit(hsm)).toEqual(before)
  })

  it('lets those who listen hear what time has done', () => {
    let now = 0
    const hsm = createHsm({ clock: () => now })
    createKey(hsm, 'orders', { kty: 'EC' })
    updateRotationPolicy(hsm, 'orders', {
      lifetimeActions: [{ trigger: { timeAfterCreate: 'P30D' }, action: { type: 'Rotate' } }],
    })
    const heard: string[] = []
    onEvent(hsm, ({ eventType }) => heard.push(eventType))
    now = 31 * DAY * 1000
    missingRsaKey(hsm, create('letters'))
    expect(heard).toContain('Microsoft.KeyVault.KeyNewVersionCreated')
    expect(listKeyVersions(hsm, 'orders').value).toHaveLength(2)
  })

  it('refuses what is no HSM', () => {
    expect(refusalOf(() => missingRsaKey({} as never, create()))).toEqual(
      badParameter('The first argument must be an HSM from createHsm.'),
    )
  })

  it.each(['', 'A'.repeat(127), 'A'.repeat(129), `${'A'.repeat(127)}=`])(
    'has no answer whose place is %j',
    (place) => {
      const fill = () => fillRsaPool(createRsaPool(), [{ place: place as never }])
      expect(refusalOf(fill)).toEqual(badParameter('The place must be one from missingRsaKey.'))
    },
  )
})
