import { describe, expect, it } from 'vitest'
import { gcd, modInverse } from '../../src/numbers/number-theory.ts'
import { recoverPrimes } from '../../src/rsa/recover-primes.ts'
import { Secret } from '../../src/secret.ts'
import { rsaTestKey } from '../test-keys.ts'

const numbers = (bits: number, e: number) => Secret.reveal(rsaTestKey(bits, e).privateKey)

describe('NIST SP 800-56B appendix C.2', () => {
  it.each([
    [1024, 3],
    [1024, 17],
    [1024, 65537],
    [2048, 65537],
    [1024, 2 ** 53 - 1],
  ])('finds the primes of %i bits with e = %i', (bits, e) => {
    const { n, d, p, q } = numbers(bits, e)
    expect(recoverPrimes({ n, e: BigInt(e), d })).toEqual([p, q])
  })

  it('finds them if p - 1 and q - 1 share a large factor', () => {
    // p - 1 = 2·3·5·7·11·13·f and q - 1 = 2·3·5·7·11·13·g: lcm(p-1, q-1) is much smaller than (p-1)(q-1).
    const [p, q] = [23_431n * 30_030n + 1n, 23_441n * 30_030n + 1n].map(nextPrimeInStep)
    if (p === undefined || q === undefined || p === q) throw new Error('Two primes are needed.')
    const lambda = ((p - 1n) * (q - 1n)) / gcd(p - 1n, q - 1n)
    const d = modInverse(17n, lambda)
    if (d === undefined) throw new Error('17 has no inverse.')
    expect(recoverPrimes({ n: p * q, e: 17n, d })?.toSorted()).toEqual([p, q].toSorted())
  })

  it.each([
    ['d that inverts nothing', (d: bigint) => d + 2n],
    ['d of zero', () => 0n],
    ['d that inverts e of another modulus', () => numbers(1024, 257).d],
  ])('returns undefined for %s', (_, change) => {
    const { n, e, d } = numbers(1024, 65537)
    expect(recoverPrimes({ n, e, d: change(d) })).toBeUndefined()
  })

  it('returns undefined for the modulus of another key', () => {
    const { e, d } = numbers(1024, 65537)
    expect(recoverPrimes({ n: numbers(1024, 257).n, e, d })).toBeUndefined()
  })

  it('returns two numbers whose product is n, or undefined, for any input', () => {
    for (let n = 6n; n < 80n; n++) {
      for (let e = 1n; e < 12n; e++) {
        for (let d = 0n; d < n; d++) {
          const found = recoverPrimes({ n, e, d })
          if (found !== undefined) expect(found[0] * found[1]).toBe(n)
        }
      }
    }
    expect(recoverPrimes({ n: 77n, e: 7n, d: 13n })).toEqual([11n, 7n])
  })

  it('returns undefined if n is a square', () => {
    const { p } = numbers(1024, 65537)
    const d = modInverse(65537n, p * (p - 1n)) ?? 0n
    expect(recoverPrimes({ n: p * p, e: 65537n, d })).toBeUndefined()
  })
})

/** The next prime that is 1 modulo 30030, by trial division: the numbers are small. */
function nextPrimeInStep(least: bigint): bigint {
  for (let n = least; ; n += 30_030n) if (isPrime(Number(n))) return n
}

function isPrime(n: number): boolean {
  for (let i = 2; i * i <= n; i++) if (n % i === 0) return false
  return true
}
