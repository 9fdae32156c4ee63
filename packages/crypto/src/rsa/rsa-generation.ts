/** RSA key pairs from random primes that are probably prime, after FIPS 186-5 appendix A.1.3. */

import { cryptoError, operationFailed } from '../crypto-error.ts'
import type { RsaKey, RsaPrivateNumbers } from '../key-material.ts'
import { drawBetween, gcd, modInverse } from '../numbers/number-theory.ts'
import type { RandomSource } from '../random/random-source.ts'
import { makeRsaKey } from './make-rsa-key.ts'
import { areProbablePrimes } from './primality.ts'
import { searchPrime } from './prime-search.ts'
import { applyPrivateExponent, applyPublicExponent } from './rsa-primitives.ts'

/**
 * Generates an RSA key.
 *
 * All randomness is drawn from `random` in an order that nothing but its bytes decides: the same source
 * gives the same key on every machine and with either engine. The time it takes varies from key to key.
 *
 * The conditions on the primes and on d, the bounds and the tests are those of FIPS 186-5. The candidates are
 * not drawn one by one as appendix A.1.3 has it, but window by window: see {@link searchPrime}.
 *
 * @param bits - Length of n: even, from 1024 to 8192 in steps of 256.
 * @param e - Public exponent: odd, from 3 to 2^53 - 1. FIPS 186-5 wants one above 2^16.
 * @param random - Source of the first prime, the other, the bases that test both, and the test of the pair.
 * @returns A key whose p is above q.
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - a size or an exponent outside these ranges, or a source
 * that repeats itself.
 * @see FIPS 186-5 appendices A.1.1, A.1.3 and B.3.1
 */
export function generateRsaKey(bits: number, e: number, random: RandomSource): RsaKey {
  if (!Number.isInteger(bits) || bits < 1024 || bits > 8192 || bits % 256 !== 0) {
    throw cryptoError('INVALID_ARGUMENT', 'An RSA key has 1024 to 8192 bits, in steps of 256.')
  }
  if (!Number.isSafeInteger(e) || e < 3 || e % 2 === 0) {
    throw cryptoError('INVALID_ARGUMENT', 'A public exponent is odd, from 3 to 2^53 - 1.')
  }
  const request = { modulusBits: bits, e: BigInt(e) }
  for (;;) {
    const first = searchPrime(request, random)
    const second = searchPrime({ ...request, other: first }, random)
    if (!areProbablePrimes([first, second], random)) continue
    const numbers = privateNumbers(request.e, first, second)
    // Appendix A.1.1, criterion 3: a d so small is drawn again, both primes with it.
    if (numbers.d >> BigInt(bits / 2) === 0n) continue
    checkPair(numbers, random)
    return makeRsaKey(numbers)
  }
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

/**
 * The pairwise consistency test: what the public exponent does, the private one undoes (SP 800-56B Rev. 2
 * section 6.4.1). On a key of its own, so that what is prepared for the test is forgotten with it.
 */
function checkPair(numbers: RsaPrivateNumbers, random: RandomSource): void {
  const key = makeRsaKey(numbers)
  const message = drawBetween(numbers.n, random)
  if (applyPrivateExponent(key, applyPublicExponent(key, message)) !== message) {
    throw operationFailed()
  }
}
