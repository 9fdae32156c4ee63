/** RSA key pairs from random primes that are probably prime: FIPS 186-5 appendix A.1.3. */

import { cryptoError, operationFailed } from './crypto-error.ts'
import type { RsaKey, RsaPrivateNumbers } from './key-material.ts'
import { makeRsaKey } from './make-key.ts'
import { modPow } from './modular-exponentiation.ts'
import { drawBetween, gcd, integerSquareRoot, modInverse } from './number-theory.ts'
import { octetsToBigInt } from './octets.ts'
import { isProbablePrime } from './primality.ts'
import { brokenSource, drawOctets, type RandomSource } from './random-source.ts'

/**
 * Generates an RSA key.
 *
 * All randomness is drawn from `random` in an order that nothing but its octets decides: the same source
 * gives the same key on every machine. The time it takes varies from key to key.
 *
 * @param bits - Length of n: even, from 1024 to 8192 in steps of 256.
 * @param e - Public exponent: odd, from 3 to 2^53 - 1. FIPS 186-5 wants one above 2^16.
 * @param random - Source of the primes and of the bases that test them.
 * @returns A key whose p is above q.
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - a size or an exponent outside these ranges, or a source
 * that repeats itself.
 * @see FIPS 186-5 appendix A.1.3
 */
export function generateRsaKey(bits: number, e: number, random: RandomSource): RsaKey {
  if (!Number.isInteger(bits) || bits < 1024 || bits > 8192 || bits % 256 !== 0) {
    throw cryptoError('INVALID_ARGUMENT', 'An RSA key has 1024 to 8192 bits, in steps of 256.')
  }
  if (!Number.isSafeInteger(e) || e < 3 || e % 2 === 0) {
    throw cryptoError('INVALID_ARGUMENT', 'A public exponent is odd, from 3 to 2^53 - 1.')
  }
  for (;;) {
    const first = generatePrime(bits, e, random)
    const second = generatePrime(bits, e, random, first)
    const numbers = privateNumbers(BigInt(e), first, second)
    // Appendix A.1.1, criterion 3: a d so small is drawn again, both primes with it.
    if (numbers.d >> BigInt(bits / 2) === 0n) continue
    checkPair(numbers, random)
    return makeRsaKey(numbers)
  }
}

/** Appendix A.1.3, step 4 for p, and with `other` step 5 for q. */
function generatePrime(bits: number, e: number, random: RandomSource, other?: bigint): bigint {
  const length = bits / 16
  const half = BigInt(bits / 2)
  const least = leastPrime(bits)
  // Steps 4.7 and 5.8 end the search. An honest source meets it less than once in 2^30 searches.
  for (let draws = 0; draws < 20 * bits; draws++) {
    const octets = drawOctets(random, length)
    // Steps 4.2 and 4.3. A number without its first bit is below the bound of 4.4: set, it spares the draw.
    octets[0] = (octets[0] ?? 0) | 0x80
    octets[length - 1] = (octets[length - 1] ?? 0) | 1
    const candidate = octetsToBigInt(octets)
    if (candidate < least) continue
    if (other !== undefined && isNear(candidate, other, half - 100n)) continue
    if (gcd((candidate - 1n) % BigInt(e), BigInt(e)) !== 1n) continue
    if (isProbablePrime(candidate, random)) return candidate
  }
  throw brokenSource()
}

/** Step 4.4: √2·2^(nlen/2 - 1), rounded up. Its square is 2^(nlen - 1). */
const leastPrime = (bits: number) => integerSquareRoot(1n << BigInt(bits - 1)) + 1n

/** Step 5.4: |p - q| ≤ 2^(nlen/2 - 100). */
function isNear(a: bigint, b: bigint, exponent: bigint): boolean {
  const difference = a > b ? a - b : b - a
  return difference <= 1n << exponent
}

/** RFC 8017 section 3.2, with d modulo the least common multiple as FIPS 186-5 appendix A.1.1 has it. */
function privateNumbers(e: bigint, first: bigint, second: bigint): RsaPrivateNumbers {
  const [p, q] = first > second ? [first, second] : [second, first]
  const lcm = ((p - 1n) / gcd(p - 1n, q - 1n)) * (q - 1n)
  const d = modInverse(e, lcm)
  const qi = modInverse(q, p)
  if (d === undefined || qi === undefined) throw operationFailed()
  return { n: p * q, e, d, p, q, dp: d % (p - 1n), dq: d % (q - 1n), qi }
}

/** The pairwise consistency test: what the public exponent does, d undoes (SP 800-56B Rev. 2 section 6.4.1). */
function checkPair({ n, e, d }: RsaPrivateNumbers, random: RandomSource): void {
  const message = drawBetween(n, random)
  if (modPow(modPow(message, e, n), d, n) !== message) throw operationFailed()
}
