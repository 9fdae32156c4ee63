/** RSA key generation from random probable primes, following FIPS 186-5 appendix A.1.3. */

import { cryptoError, operationFailed } from '../crypto-error.ts'
import type { RsaPrivateKey, RsaPrivateNumbers } from '../key-material.ts'
import { drawBetween, gcd, modInverse } from '../numbers/number-theory.ts'
import type { RandomSource } from '../random/random-source.ts'
import { makeRsaKey } from './make-rsa-key.ts'
import { areProbablePrimes } from './primality.ts'
import { searchPrime } from './prime-search.ts'
import { applyPrivateExponent, applyPublicExponent } from './rsa-primitives.ts'

/**
 * Generates an RSA key.
 *
 * All randomness is drawn from `random`, in an order that depends only on its bytes: the same source gives the
 * same key on every platform and with either engine. The time varies from key to key.
 *
 * The conditions on the primes and on d, the bounds and the tests are those of FIPS 186-5. The candidates are
 * not drawn one by one as in appendix A.1.3, but window by window: see {@link searchPrime}.
 *
 * @param bits - Length of n: from 1024 to 8192 in steps of 256.
 * @param e - Public exponent: odd, from 3 to 2^53 - 1. FIPS 186-5 requires one above 2^16.
 * @param random - Source of the first prime, the second, the bases that test both, and the test of the pair.
 * @returns A key with p greater than q.
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - a size or an exponent outside these ranges, or a source
 * that repeats itself.
 * @see FIPS 186-5 appendices A.1.1, A.1.3 and B.3.1
 */
export function generateRsaKey(bits: number, e: number, random: RandomSource): RsaPrivateKey {
  if (!Number.isInteger(bits) || bits < 1024 || bits > 8192 || bits % 256 !== 0) {
    throw cryptoError(
      'INVALID_ARGUMENT',
      'An RSA key must have 1024 to 8192 bits, in steps of 256.',
    )
  }
  if (!Number.isSafeInteger(e) || e < 3 || e % 2 === 0) {
    throw cryptoError('INVALID_ARGUMENT', 'The public exponent must be odd, from 3 to 2^53 - 1.')
  }
  const request = { modulusBits: bits, e: BigInt(e) }
  for (;;) {
    const first = searchPrime(request, random)
    const second = searchPrime({ ...request, other: first }, random)
    if (!areProbablePrimes([first, second], random)) continue
    const numbers = privateNumbers(request.e, first, second)
    // Appendix A.1.1, criterion 3: if d is so small, both primes are drawn again.
    if (numbers.d >> BigInt(bits / 2) === 0n) continue
    checkPair(numbers, random)
    return makeRsaKey(numbers)
  }
}

/** RFC 8017 section 3.2, with d modulo the least common multiple as in FIPS 186-5 appendix A.1.1. */
function privateNumbers(e: bigint, first: bigint, second: bigint): RsaPrivateNumbers {
  const [p, q] = first > second ? [first, second] : [second, first]
  const lcm = ((p - 1n) / gcd(p - 1n, q - 1n)) * (q - 1n)
  const d = modInverse(e, lcm)
  const qi = modInverse(q, p)
  if (d === undefined || qi === undefined) throw operationFailed()
  return { n: p * q, e, d, p, q, dp: d % (p - 1n), dq: d % (q - 1n), qi }
}

/**
 * The pairwise consistency test: the private exponent inverts the public one (SP 800-56B Rev. 2 section 6.4.1).
 * It uses a temporary key, so that the caches filled by the test are released with it.
 */
function checkPair(numbers: RsaPrivateNumbers, random: RandomSource): void {
  const key = makeRsaKey(numbers)
  const message = drawBetween(numbers.n, random)
  if (applyPrivateExponent(key, applyPublicExponent(key, message)) !== message) {
    throw operationFailed()
  }
}
