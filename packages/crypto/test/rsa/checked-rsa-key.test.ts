import { describe, expect, it } from 'vitest'
import type { RsaPrivateKey, RsaPrivateNumbers } from '../../src/key-material.ts'
import { gcd, modInverse } from '../../src/numbers/number-theory.ts'
import {
  checkedRsaKey,
  checkedRsaPublicKey,
  type RsaPrivateParts,
} from '../../src/rsa/checked-rsa-key.ts'
import { Secret } from '../../src/secret.ts'
import { refusalOf } from '../refusal.ts'
import { rsaTestKey } from '../test-keys.ts'

const numbersOf = ({ privateKey }: RsaPrivateKey): RsaPrivateNumbers => Secret.reveal(privateKey)

const good = numbersOf(rsaTestKey(1024))
const other = numbersOf(rsaTestKey(1024, 257))
const refusal = (changes: Partial<RsaPrivateParts>) =>
  refusalOf(() => checkedRsaKey({ ...good, ...changes }))
const problem = (changes: Partial<RsaPrivateParts>) => {
  const { code, message } = refusal(changes)
  expect(code).toBe('INVALID_KEY')
  return message
}

/** A key with consistent exponents for two numbers, prime or composite. */
function partsOf(p: bigint, q: bigint): RsaPrivateParts {
  const lambda = ((p - 1n) * (q - 1n)) / gcd(p - 1n, q - 1n)
  for (let e = 65537n; ; e += 2n) {
    const d = modInverse(e, lambda)
    if (d !== undefined) return { n: p * q, e, d, p, q }
  }
}

describe('an RSA private key', () => {
  it('is accepted with all its numbers', () => {
    expect(numbersOf(checkedRsaKey(good))).toEqual(good)
  })

  it('is completed from p and q', () => {
    const { n, e, d, p, q } = good
    expect(numbersOf(checkedRsaKey({ n, e, d, p, q }))).toEqual(good)
  })

  it('is completed from only d', () => {
    const { n, e, d } = good
    expect(numbersOf(checkedRsaKey({ n, e, d }))).toEqual(good)
  })

  it('may have its primes in either order', () => {
    const { n, e, d, p, q, dp, dq } = good
    const swapped = numbersOf(checkedRsaKey({ n, e, d, p: q, q: p, dp: dq, dq: dp }))
    expect(swapped.qi).toBe(modInverse(p, q))
    expect(swapped).not.toEqual(good)
  })

  it('keeps a d made with Euler’s function, which is longer than Carmichael’s', () => {
    const { n, e, p, q } = good
    const d = modInverse(e, (p - 1n) * (q - 1n)) ?? 0n
    expect(numbersOf(checkedRsaKey({ n, e, d, p, q })).d).toBe(d)
    expect(numbersOf(checkedRsaKey({ n, e, d })).p).toBe(p)
  })

  it('with n other than p times q is rejected', () => {
    expect(problem({ p: other.p, dp: undefined, dq: undefined, qi: undefined })).toContain(
      'p times q',
    )
    expect(problem({ p: 0n })).toContain('p times q')
  })

  it('with only the trivial factors 1 and n is rejected', () => {
    expect(problem({ p: good.n, q: 1n })).toContain('very different lengths')
  })

  it('with a prime much shorter than the other is rejected', () => {
    const parts = partsOf((1n << 1279n) - 1n, (1n << 521n) - 1n)
    expect(refusalOf(() => checkedRsaKey(parts)).message).toContain('very different lengths')
  })

  it('with two equal primes is rejected', () => {
    const { p } = good
    const parts = partsOf(p, p)
    expect(refusalOf(() => checkedRsaKey(parts)).message).toContain('the same')
  })

  it('with d that does not invert e is rejected', () => {
    expect(problem({ d: good.d + 2n })).toContain('d does not invert e')
  })

  it('with d that inverts e for only one prime is rejected', () => {
    expect(problem({ d: good.dp })).toContain('d does not invert e')
    expect(problem({ d: good.dq })).toContain('d does not invert e')
  })

  it('with only a d that does not invert e is rejected', () => {
    const { n, e, d } = good
    const { code, message } = refusalOf(() => checkedRsaKey({ n, e, d: d + 2n }))
    expect([code, message]).toEqual(['INVALID_KEY', expect.stringContaining('does not invert e')])
  })

  it.each([0n, 1n, good.n, good.n + good.d])('with d outside 2 to n - 1 is rejected (%#)', (d) => {
    expect(problem({ d })).toContain('outside 2 to n - 1')
  })

  it('with a p that is not prime is refused though the exponents fit', () => {
    const composite = good.p + 2n
    expect(refusalOf(() => checkedRsaKey(partsOf(composite, good.q))).message).toContain(
      'p is not prime',
    )
  })

  it('with a q that is not prime is refused though the exponents fit', () => {
    const composite = good.q + 2n
    expect(refusalOf(() => checkedRsaKey(partsOf(good.p, composite))).message).toContain(
      'q is not prime',
    )
  })

  it('whose numbers pass the test to base 2 and share a factor is refused', () => {
    // Both divide 2^641 - 1 and are 1 modulo 641, so that they pass every test to base 2.
    const mersenne = (1n << 641n) - 1n
    const parts = partsOf(mersenne / 35897n, mersenne / 49999n)
    expect(refusalOf(() => checkedRsaKey(parts)).message).toContain('p is not prime')
  })

  it('with the p (4^509 - 1)/3, which passes Fermat’s test to base 2, is refused', () => {
    const pseudoprime = ((1n << 1018n) - 1n) / 3n
    const { p: prime } = numbersOf(rsaTestKey(2048))
    const first = refusalOf(() => checkedRsaKey(partsOf(pseudoprime, prime)))
    expect(first).toMatchObject({
      code: 'INVALID_KEY',
      message: expect.stringContaining('p is not prime'),
    })
    const second = refusalOf(() => checkedRsaKey(partsOf(prime, pseudoprime)))
    expect(second).toMatchObject({
      code: 'INVALID_KEY',
      message: expect.stringContaining('q is not prime'),
    })
  })

  it.each(['dp', 'dq', 'qi'] as const)(
    'with another %s is rejected with an error that names it',
    (member) => {
      expect(problem({ [member]: good[member] + 2n })).toContain(member)
    },
  )

  it('with dp that is congruent but not reduced is rejected', () => {
    expect(problem({ dp: good.dp + good.p - 1n })).toContain('dp')
  })

  it.each(['p', 'q'] as const)('without %s but with the other is rejected', (member) => {
    expect(problem({ [member]: undefined })).toContain('one of p and q is missing')
  })

  it('with CRT members but no primes is rejected', () => {
    const { n, e, d, qi } = good
    expect(refusalOf(() => checkedRsaKey({ n, e, d, qi })).message).toContain('p and q are missing')
  })

  it('never shows its numbers in an error', () => {
    expect(problem({ d: good.d + 2n })).not.toMatch(/\d{3}/)
  })
})

describe('an RSA public key', () => {
  it.each([1023, 8193])('of %i bits is not supported, and the error says what is', (bits) => {
    const n = (1n << BigInt(bits - 1)) + 1n
    const { code, message } = refusalOf(() => checkedRsaPublicKey(n, 65537n))
    expect(code).toBe('UNSUPPORTED_KEY')
    expect(message).toContain(`${bits} bits are not supported: 1024 to 8192 are`)
  })

  it.each([1024, 1025, 8192])('of %i bits is accepted', (bits) => {
    expect(checkedRsaPublicKey((1n << BigInt(bits - 1)) + 1n, 3n).bits).toBe(bits)
  })

  it('with an even n is rejected', () => {
    expect(refusalOf(() => checkedRsaPublicKey(1n << 1023n, 3n)).message).toContain('n is even')
  })

  it.each([0n, 1n, 2n, 65536n, (1n << 256n) + 1n])('with e = %s is rejected', (e) => {
    const { code, message } = refusalOf(() => checkedRsaPublicKey(good.n, e))
    expect([code, message]).toEqual([
      'INVALID_KEY',
      expect.stringContaining('e is not an odd number'),
    ])
  })

  it.each([3n, 65537n, (1n << 256n) - 1n])('with e = %s is accepted', (e) => {
    expect(checkedRsaPublicKey(good.n, e).privateKey).toBeUndefined()
  })
})
