import { afterEach, describe, expect, it, vi } from 'vitest'
import {
  createHsm,
  createKey,
  encrypt,
  forkHsm,
  getRandomBytes,
  type Hsm,
} from '../../src/index.ts'
import { badParameter, errorOf, itRefuses } from '../refusal.ts'
import { testHsm } from '../test-hsm.ts'

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

describe('getRandomBytes', () => {
  it.each([1, 2, 31, 32, 127, 128])('answers %i bytes', (count) => {
    expect(getRandomBytes(createHsm(), count)).toHaveLength(count)
    expect(getRandomBytes(testHsm().hsm, count)).toHaveLength(count)
  })

  it.each([
    ['without a seed', () => createHsm()],
    ['under a seed', () => testHsm().hsm],
  ])('never answers the same bytes twice %s', (_, make) => {
    const hsm = make()
    const drawn = Array.from({ length: 200 }, () => hex(getRandomBytes(hsm, 16)))
    expect(new Set(drawn).size).toBe(200)
  })

  it('has every value in every place, sooner or later', () => {
    const hsm = createHsm()
    const seen = Array.from({ length: 4 }, () => new Set<number>())
    for (let i = 0; i < 8000; i++) {
      for (const [place, byte] of getRandomBytes(hsm, 4).entries()) seen[place]?.add(byte)
    }
    expect(seen.map(({ size }) => size)).toEqual([256, 256, 256, 256])
  })

  it('answers bytes that are the caller’s alone', () => {
    const { hsm } = testHsm()
    const fork = forkHsm(hsm)
    getRandomBytes(hsm, 16).fill(0)
    expect(hex(getRandomBytes(fork, 16))).not.toBe('0'.repeat(32))
  })

  it('draws from a stream of its own: keys come and go beside it', () => {
    const [busy, idle] = [testHsm().hsm, testHsm().hsm]
    createKey(busy, 'orders', { kty: 'EC' })
    expect(hex(getRandomBytes(busy, 16))).toBe(hex(getRandomBytes(idle, 16)))
    createKey(idle, 'orders', { kty: 'EC' })
    expect(createKey(idle, 'letters', { kty: 'EC' })).toEqual(
      createKey(busy, 'letters', { kty: 'EC' }),
    )
  })
})

describe('getRandomBytes refuses', () => {
  const counts = [0, -1, 129, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '16', null, undefined]
  for (const count of counts) {
    itRefuses(
      `a count of ${JSON.stringify(count)} (${typeof count} ${String(count)})`,
      (hsm) => () => getRandomBytes(hsm, count as number),
      badParameter(`count must be a whole number from 1 to 128, not ${String(count)}.`),
      { profiles: ['managed-hsm'] },
    )
  }
  itRefuses(
    'in a vault',
    (hsm: Hsm) => () => getRandomBytes(hsm, 16),
    badParameter('A vault does not hand out random bytes.'),
    { profiles: ['vault-premium', 'vault-standard'] },
  )
})

describe('the generator of the host', () => {
  afterEach(() => {
    vi.unstubAllGlobals()
  })

  it('is asked at each call', () => {
    const hsm = createHsm()
    vi.stubGlobal('crypto', {
      getRandomValues: (bytes: Uint8Array) => bytes.fill(7),
    })
    expect(getRandomBytes(hsm, 4)).toEqual(Uint8Array.of(7, 7, 7, 7))
  })

  it('is not needed under a seed', () => {
    vi.stubGlobal('crypto', undefined)
    const { hsm } = testHsm()
    createKey(hsm, 'content', { kty: 'oct' })
    const question = { alg: 'A256GCM', value: new Uint8Array(4) }
    expect(encrypt(hsm, 'content', question).iv).toHaveLength(12)
    expect(getRandomBytes(hsm, 4)).toHaveLength(4)
  })

  it('is missed with a text that says what to do', () => {
    const hsm = createHsm()
    vi.stubGlobal('crypto', undefined)
    const { status, code, message } = errorOf(() => getRandomBytes(hsm, 4))
    expect([status, code]).toEqual([500, 'InternalServerError'])
    expect(message).toMatch(
      /^pocket-hsm needs Node 20\.19 or later, or another host with Web Crypto\./,
    )
  })
})
