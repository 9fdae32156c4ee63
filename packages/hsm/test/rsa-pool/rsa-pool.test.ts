import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import {
  addToRsaPool,
  createHsm,
  createKey,
  createRsaPool,
  createSecurityDomain,
  exportRsaPool,
  exportState,
  fillRsaPool,
  forkHsm,
  getKey,
  type Hsm,
  importRsaPool,
  importState,
  listKeyVersions,
  type RsaPool,
  type RsaPoolRequest,
  rotateKey,
  sign,
  updateRotationPolicy,
  verify,
  viewHsm,
} from '../../src/index.ts'
import { badParameter, errorOf, refusalOf } from '../refusal.ts'
import { DAY, testHsm } from '../test-hsm.ts'
import { wrongType } from '../wrong-type.ts'

/** Four keys, made once: of the usual exponent, of 3, and of a seed. */
const FILLED = (() => {
  const pool = createRsaPool()
  fillRsaPool(pool, [
    { count: 2 },
    { publicExponent: 3 },
    { seed: 'pool tests', name: 'Orders', versions: 1 },
  ])
  return exportRsaPool(pool)
})()

const filledPool = (): RsaPool => importRsaPool(FILLED)

/** How many of two fresh keys of the usual exponent are gone. */
const taken = (pool: RsaPool): number => fillRsaPool(pool, [{ count: 2 }], { atMost: 0 })

const unseeded = (rsaPool: RsaPool): Hsm => createHsm({ rsaPool })

const modulus = (hsm: Hsm, name = 'orders'): string | undefined => getKey(hsm, name).key.n

describe('a pool gives a fresh key', () => {
  it('to createKey, which then works as any', () => {
    const pool = filledPool()
    const hsm = unseeded(pool)
    expect(createKey(hsm, 'orders', { kty: 'RSA' }).key).toMatchObject({
      kty: 'RSA-HSM',
      e: 'AQAB',
    })
    expect(taken(pool)).toBe(1)
    const digest = new Uint8Array(32)
    const { value } = sign(hsm, 'orders', { alg: 'PS256', value: digest })
    expect(verify(hsm, 'orders', { alg: 'PS256', digest, value })).toBe(true)
  })

  it('to rotateKey', () => {
    const pool = filledPool()
    const hsm = unseeded(pool)
    createKey(hsm, 'orders', { kty: 'RSA' })
    const before = modulus(hsm)
    expect(rotateKey(hsm, 'orders').key.n).not.toBe(before)
    expect(taken(pool)).toBe(2)
  })

  it('to a rotation that falls due', () => {
    const pool = filledPool()
    let now = 0
    const hsm = createHsm({ rsaPool: pool, clock: () => now })
    createKey(hsm, 'orders', { kty: 'RSA' })
    updateRotationPolicy(hsm, 'orders', {
      lifetimeActions: [{ trigger: { timeAfterCreate: 'P30D' }, action: { type: 'Rotate' } }],
    })
    now = 31 * DAY * 1000
    expect(listKeyVersions(hsm, 'orders').value).toHaveLength(2)
    expect(taken(pool)).toBe(2)
  })

  it('of the exponent that is asked for', () => {
    const pool = filledPool()
    const made = createKey(unseeded(pool), 'orders', { kty: 'RSA', publicExponent: 3 })
    expect(made.key.e).toBe('Aw')
    expect(taken(pool)).toBe(0)
    expect(fillRsaPool(pool, [{ publicExponent: 3 }], { atMost: 0 })).toBe(1)
  })

  it('once, to an HSM, its fork, its view and its neighbour', () => {
    const pool = filledPool()
    const hsm = unseeded(pool)
    const fork = forkHsm(hsm)
    createKey(hsm, 'orders', { kty: 'RSA' })
    createKey(fork, 'orders', { kty: 'RSA' })
    expect(modulus(hsm)).not.toBe(modulus(fork))
    expect(taken(pool)).toBe(2)
    const again = importRsaPool(FILLED)
    const view = viewHsm(unseeded(again), { baseUrl: 'https://view.test' })
    createKey(view, 'orders', { kty: 'RSA' })
    createKey(unseeded(again), 'orders', { kty: 'RSA' })
    expect(taken(again)).toBe(2)
  })

  it('to nobody where the call is refused', () => {
    const pool = filledPool()
    const hsm = createHsm({ rsaPool: pool, limits: { versions: 1 } })
    createKey(hsm, 'orders', { kty: 'RSA' })
    expect(errorOf(() => createKey(hsm, 'a_b', { kty: 'RSA' })).status).toBe(400)
    const keySize: number = 1024
    expect(errorOf(() => createKey(hsm, 'k', { kty: 'RSA', keySize })).status).toBe(400)
    expect(errorOf(() => rotateKey(hsm, 'orders')).status).toBe(403)
    expect(taken(pool)).toBe(1)
  })

  it('until it is empty: then the HSM makes it as it would without', () => {
    const hsm = unseeded(createRsaPool())
    expect(createKey(hsm, 'orders', { kty: 'RSA' }).key.n).toHaveLength(342)
  })

  it('and none but RSA keys', () => {
    const pool = filledPool()
    const hsm = unseeded(pool)
    createKey(hsm, 'point', { kty: 'EC' })
    createKey(hsm, 'bytes', { kty: 'oct' })
    expect(taken(pool)).toBe(0)
  })
})

describe('a seeded HSM with a pool', () => {
  const SEED = 'pool tests'
  const OTHERS: readonly RsaPoolRequest[] = [{ seed: SEED, name: 'letters' }]

  it('has the keys that it would make without, wherever they were made', () => {
    const hsm = createHsm({ seed: SEED })
    createKey(hsm, 'orders', { kty: 'RSA' })
    const pooled = createHsm({ seed: SEED, rsaPool: filledPool() })
    createKey(pooled, 'orders', { kty: 'RSA' })
    expect(getKey(pooled, 'orders').key).toEqual(getKey(hsm, 'orders').key)
  })

  it('takes no fresh key, and gives its own to each HSM of the seed', () => {
    const pool = filledPool()
    const keys = ['ORDERS', 'orders'].map(
      (name) => createKey(createHsm({ seed: SEED, rsaPool: pool }), name, { kty: 'RSA' }).key.n,
    )
    expect(keys[0]).toBe(keys[1])
    expect(taken(pool)).toBe(0)
  })

  it('leaves there what it had to make', () => {
    const pool = createRsaPool()
    expect(fillRsaPool(pool, OTHERS, { atMost: 0 })).toBe(1)
    createKey(createHsm({ seed: SEED, rsaPool: pool }), 'letters', { kty: 'RSA' })
    expect(fillRsaPool(pool, OTHERS, { atMost: 0 })).toBe(0)
  })

  it('is filled for rotations too, whether the exponent was named or not', () => {
    const pool = createRsaPool()
    const request = { seed: SEED, name: 'orders', versions: 2, publicExponent: 65_537 }
    fillRsaPool(pool, [request])
    const { hsm } = testHsm({ seed: SEED, rsaPool: pool })
    const made = exportRsaPool(pool)
    createKey(hsm, 'orders', { kty: 'RSA' })
    rotateKey(hsm, 'orders')
    expect(exportRsaPool(pool)).toEqual(made)
  })

  it('has other keys than one of another seed', () => {
    const pool = filledPool()
    const other = createHsm({ seed: 'another', rsaPool: pool })
    const { n } = createKey(createHsm({ seed: SEED, rsaPool: pool }), 'orders', { kty: 'RSA' }).key
    expect(createKey(other, 'orders', { kty: 'RSA' }).key.n).not.toBe(n)
  })
})

describe('filling a pool', () => {
  it('makes one key at a time where it is asked to, and says how many are missing', () => {
    const pool = createRsaPool()
    const requests = [{ count: 2 }, { seed: 's', name: 'orders' }]
    const missing = [1, 1, 1, 1].map((atMost) => fillRsaPool(pool, requests, { atMost }))
    expect(missing).toEqual([2, 1, 0, 0])
  })

  it('makes what two requests ask for once', () => {
    const pool = createRsaPool()
    const requests = [
      { count: 3 },
      { count: 1 },
      { seed: 's', name: 'k' },
      { seed: 's', name: 'K' },
    ]
    expect(fillRsaPool(pool, requests, { atMost: 0 })).toBe(4)
    expect(fillRsaPool(pool, [{ count: 2 }, { count: 1 }, { count: 0 }])).toBe(0)
    expect(fillRsaPool(pool, [{ count: 3 }], { atMost: 0 })).toBe(1)
  })
})

describe('a pool as bytes', () => {
  it('holds the same keys', () => {
    const [one, other] = [filledPool(), filledPool()]
    expect(exportRsaPool(one)).toEqual(FILLED)
    const keys = [one, other].map((pool) => createKey(unseeded(pool), 'k', { kty: 'RSA' }).key.n)
    expect(keys[0]).toBe(keys[1])
  })

  it('does not hold what was taken', () => {
    const pool = filledPool()
    createKey(unseeded(pool), 'k', { kty: 'RSA' })
    expect(taken(importRsaPool(exportRsaPool(pool)))).toBe(1)
  })
})

describe('adding to a pool', () => {
  const SEEDED = { seed: 'pool tests', name: 'orders' }

  it('puts fresh keys behind those that are there', () => {
    const pool = importRsaPool(FILLED)
    const more = createRsaPool()
    fillRsaPool(more, [{ count: 1 }])
    addToRsaPool(pool, exportRsaPool(more))
    expect(fillRsaPool(pool, [{ count: 3 }, SEEDED], { atMost: 0 })).toBe(0)
    const [first, , third] = [1, 2, 3].map(
      () => createKey(unseeded(pool), 'k', { kty: 'RSA' }).key.n,
    )
    expect(first).toBe(createKey(unseeded(filledPool()), 'k', { kty: 'RSA' }).key.n)
    expect(third).toBe(createKey(unseeded(more), 'k', { kty: 'RSA' }).key.n)
  })

  it('of what it has, or had and gave away, adds nothing', () => {
    const pool = filledPool()
    addToRsaPool(pool, FILLED)
    expect(exportRsaPool(pool)).toEqual(FILLED)
    createKey(unseeded(pool), 'k', { kty: 'RSA' })
    addToRsaPool(pool, FILLED)
    expect(taken(pool)).toBe(1)
  })

  it('knows the keys that were made in it', () => {
    const pool = createRsaPool()
    fillRsaPool(pool, [{ count: 1 }])
    const bytes = exportRsaPool(pool)
    createKey(unseeded(pool), 'k', { kty: 'RSA' })
    addToRsaPool(pool, bytes)
    expect(taken(pool)).toBe(2)
  })

  it('is done by way of an HSM too', () => {
    const pool = createRsaPool()
    addToRsaPool(viewHsm(unseeded(pool), { caller: 'anybody' }), FILLED)
    expect(exportRsaPool(pool)).toEqual(FILLED)
  })

  it('adds nothing of bytes that are damaged', () => {
    const pool = createRsaPool()
    const refusal = refusalOf(() => addToRsaPool(pool, FILLED.slice(0, -2)))
    const message = 'The bytes must be those of exportRsaPool, as they were written.'
    expect(refusal).toEqual(badParameter(message))
    expect(taken(pool)).toBe(2)
  })

  it('needs a pool', () => {
    const refusal = refusalOf(() => addToRsaPool(createHsm(), FILLED))
    expect(refusal).toEqual(badParameter('The HSM must have an rsaPool.'))
  })
})

describe('an export of an HSM', () => {
  it('holds nothing of its pool; the HSM made of it takes from the pool of its own host', () => {
    const securityDomain = createSecurityDomain()
    const exported = (rsaPool?: RsaPool) =>
      exportState(createHsm({ securityDomain, ...(rsaPool && { rsaPool }) })).length
    expect(exported(filledPool())).toBe(exported())
    const pool = filledPool()
    const hsm = importState(exportState(createHsm({ securityDomain, rsaPool: filledPool() })), {
      securityDomain,
      rsaPool: pool,
    })
    createKey(hsm, 'orders', { kty: 'RSA' })
    expect(taken(pool)).toBe(1)
  })
})

describe('nothing of a pool', () => {
  it('prints, is walked or cloned', () => {
    const pool = filledPool()
    const shown = [inspect(pool, { showHidden: true, depth: 9 }), JSON.stringify(pool), `${pool}`]
    expect(shown).toEqual(["{ kind: 'rsa-pool' }", '{"kind":"rsa-pool"}', '[object Object]'])
    expect(Object.isFrozen(pool)).toBe(true)
    expect(errorOf(() => fillRsaPool(structuredClone(pool), [])).status).toBe(400)
  })

  it('is told by the names of its seeded keys', () => {
    const printed = new TextDecoder().decode(FILLED)
    expect(printed).not.toMatch(/orders|pool tests/i)
  })
})

describe('a pool refuses', () => {
  const NOT_A_POOL = 'The rsaPool must be one from createRsaPool.'
  const MISSHAPEN = 'The options of a request of fillRsaPool must be an object, not null.'

  const refused = (request: object) => {
    const pool = filledPool()
    const refusal = refusalOf(() => fillRsaPool(pool, [{ count: 3 }, request as RsaPoolRequest]))
    expect(exportRsaPool(pool)).toEqual(FILLED)
    return refusal
  }

  it.each<readonly [string, object, string]>([
    ['another size', { keySize: 1024 }, 'Invalid key_size for a key of type RSA: 1024'],
    [
      'a size that is text',
      { keySize: '2048' },
      wrongType('a request of fillRsaPool', 'keySize', 'a whole number', '2048'),
    ],
    ['an even exponent', { publicExponent: 4 }, 'Invalid public_exponent value: 4'],
    ['a count below zero', { count: -1 }, 'count must be a whole number from 0 to 10000, not -1.'],
    ['half a key', { count: 0.5 }, 'count must be a whole number from 0 to 10000, not 0.5.'],
    ['a slip', { count: 1e9 }, 'count must be a whole number from 0 to 10000, not 1000000000.'],
    [
      'versions that are no number',
      { seed: 's', name: 'k', versions: '1' },
      wrongType('a request of fillRsaPool', 'versions', 'a number', '1'),
    ],
    [
      'a seed that is none',
      { seed: 7, name: 'k' },
      wrongType('a request of fillRsaPool', 'seed', 'a string or a Uint8Array', 7),
    ],
    ['a seed without a name', { seed: 's' }, 'The request URI contains an invalid name: undefined'],
    [
      'a name that is none',
      { seed: 's', name: 'a_b' },
      'The request URI contains an invalid name: a_b',
    ],
  ])('%s', (_, request, message) => {
    expect(refused(request)).toEqual(badParameter(message))
  })

  it('a request that is no object', () => {
    expect(refused(null as never)).toEqual(badParameter(MISSHAPEN))
  })

  it('requests that are no list', () => {
    const requests = { count: 1 } as never
    const refusal = refusalOf(() => fillRsaPool(createRsaPool(), requests))
    expect(refusal).toEqual(
      badParameter('The second argument of fillRsaPool must be an array of requests.'),
    )
  })

  it.each([-1, 0.5])('to make %j keys at the most', (atMost) => {
    const pool = createRsaPool()
    const refusal = refusalOf(() => fillRsaPool(pool, [{}], { atMost: atMost as never }))
    const message = `atMost must be a whole number from 0 on, not ${atMost}.`
    expect(refusal).toEqual(badParameter(message))
    expect(fillRsaPool(pool, [{}], { atMost: 0 })).toBe(1)
  })

  it.each([Number.NaN, '1'])('to make %j keys at the most', (atMost) => {
    const refusal = refusalOf(() => fillRsaPool(createRsaPool(), [{}], { atMost: atMost as never }))
    expect(refusal).toEqual(badParameter(wrongType('fillRsaPool', 'atMost', 'a number', atMost)))
  })

  it.each([7, 'pool'])('an option that is none: %j', (stranger) => {
    expect(refusalOf(() => createHsm({ rsaPool: stranger as never }))).toEqual(
      badParameter(wrongType('createHsm', 'rsaPool', 'an object', stranger)),
    )
  })

  it.each([{}, { kind: 'rsa-pool' }])('to be what is none: %j', (stranger) => {
    const refusals = [
      () => createHsm({ rsaPool: stranger as never }),
      () => fillRsaPool(stranger as never, []),
      () => exportRsaPool(stranger as never),
    ]
    for (const call of refusals) expect(refusalOf(call)).toEqual(badParameter(NOT_A_POOL))
    expect(refusalOf(() => addToRsaPool(stranger as never, FILLED)).status).toBe(400)
  })

  it.each<readonly [string, unknown]>([
    ['none', undefined],
    ['text', new TextDecoder().decode(FILLED)],
    ['nothing', new Uint8Array()],
    ['something else', new TextEncoder().encode('{"format":"pocket-hsm/rsa-pool/1"}')],
    ['null', new TextEncoder().encode('null')],
    ['another layout', edited('pool/1', 'pool/2')],
    ['a key with another digit', edited('\\"n\\":\\"', '\\"n\\":\\"A')],
    ['a part of them', FILLED.slice(0, -2)],
  ])('bytes that are %s', (_, bytes) => {
    const message = 'The bytes must be those of exportRsaPool, as they were written.'
    expect(refusalOf(() => importRsaPool(bytes as never))).toEqual(badParameter(message))
  })
})

function edited(before: string, after: string): Uint8Array {
  const text = new TextDecoder().decode(FILLED)
  const changed = text.replace(before, after)
  expect(changed).not.toBe(text)
  return new TextEncoder().encode(changed)
}
