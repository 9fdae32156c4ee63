/** Imported RSA keys: the numbers are checked before they become a key. */

import { type CryptoError, cryptoError } from '../crypto-error.ts'
import type { RsaKey, RsaPrivateKey } from '../key-material.ts'
import { bitLength, modInverse } from '../numbers/number-theory.ts'
import { makeRsaKey, makeRsaPublicKey } from './make-rsa-key.ts'
import { arePrimes } from './primality.ts'
import { type RsaExponents, recoverPrimes } from './recover-primes.ts'

/** The numbers of an RSA private key as imported: the members that d determines may be absent. */
export interface RsaPrivateParts extends RsaExponents {
  readonly p?: bigint | undefined
  readonly q?: bigint | undefined
  readonly dp?: bigint | undefined
  readonly dq?: bigint | undefined
  readonly qi?: bigint | undefined
}

/** The error text for keys of more than two primes, in PKCS#1 and as a JWK with `oth`. */
export const MULTI_PRIME =
  'RSA keys of more than two primes are not supported, and cannot be converted: make a new key.'

const MINIMUM_RSA_BITS = 1024
const MAXIMUM_RSA_BITS = 8192

/**
 * Makes an RSA public key from numbers that may be wrong.
 *
 * @param n - Odd, of 1024 to 8192 bits.
 * @param e - Odd, at least 3, at most 256 bits.
 * @throws {@link CryptoError} `INVALID_KEY` - n is even, or e is outside its range.
 * @throws {@link CryptoError} `UNSUPPORTED_KEY` - n is shorter or longer than the range.
 * @see NIST SP 800-56B Rev. 2 section 6.4.2
 */
export function checkedRsaPublicKey(n: bigint, e: bigint): RsaKey {
  const bits = bitLength(n)
  if (bits < MINIMUM_RSA_BITS || bits > MAXIMUM_RSA_BITS) {
    const range = `${MINIMUM_RSA_BITS} to ${MAXIMUM_RSA_BITS}`
    throw cryptoError(
      'UNSUPPORTED_KEY',
      `RSA keys of ${bits} bits are not supported: ${range} are.`,
    )
  }
  if (n % 2n === 0n) throw invalidRsa('n is even')
  if (e < 3n || e % 2n === 0n || bitLength(e) > 256) {
    throw invalidRsa('e is not an odd number from 3 to 2^256')
  }
  return makeRsaPublicKey(n, e)
}

/**
 * Makes an RSA private key from numbers that may be wrong or incomplete.
 *
 * The checks: n = p·q; p and q are different primes, each near half the length of n; e·d = 1 modulo both p-1 and q-1,
 * which holds for a d computed with Carmichael's or with Euler's function; and each CRT member that is present is the
 * one that p, q and d determine. p may be less than q.
 *
 * @param parts - Both p and q or neither: without them they are recovered from d.
 * @throws {@link CryptoError} `INVALID_KEY` - the numbers do not belong together; the text names them.
 * @throws {@link CryptoError} `UNSUPPORTED_KEY` - n has a length outside 1024 to 8192 bits.
 * @see NIST SP 800-56B Rev. 2 section 6.4.1
 */
export function checkedRsaKey(parts: RsaPrivateParts): RsaPrivateKey {
  const { n, e, d } = parts
  checkedRsaPublicKey(n, e)
  if (d < 2n || d >= n) throw invalidRsa('d is outside 2 to n - 1')
  const [p, q] = primesOf(parts)
  if (p * q !== n) throw invalidRsa('n is not p times q')
  if (p === q) throw invalidRsa('p and q are the same')
  const shortest = bitLength(n) / 2 - LENGTH_TOLERANCE_BITS
  if (bitLength(p) < shortest || bitLength(q) < shortest) {
    throw invalidRsa('p and q are of very different lengths')
  }
  const dp = d % (p - 1n)
  const dq = d % (q - 1n)
  if ((e * dp) % (p - 1n) !== 1n || (e * dq) % (q - 1n) !== 1n) {
    throw invalidRsa('d does not invert e')
  }
  const [isPrimeP, isPrimeQ] = arePrimes([p, q])
  if (!isPrimeP) throw invalidRsa('p is not prime')
  if (!isPrimeQ) throw invalidRsa('q is not prime')
  const qi = modInverse(q, p)
  // Different primes always have an inverse; composite numbers that pass the test could share a factor.
  if (qi === undefined) throw invalidRsa('p and q share a factor')
  checkMember('dp', parts.dp, dp)
  checkMember('dq', parts.dq, dq)
  checkMember('qi', parts.qi, qi)
  return makeRsaKey({ n, e, d, p, q, dp, dq, qi })
}

/** How much shorter than half of n a prime may be: enough for old generators, too little for a small factor. */
const LENGTH_TOLERANCE_BITS = 16

function primesOf(parts: RsaPrivateParts): readonly [bigint, bigint] {
  const { p, q, dp, dq, qi } = parts
  if (p !== undefined && q !== undefined) return [p, q]
  if (p !== undefined || q !== undefined) throw invalidRsa('one of p and q is missing')
  // RFC 7518 section 6.3.2: a key with one of the CRT members has all of them.
  if (dp !== undefined || dq !== undefined || qi !== undefined) {
    throw invalidRsa('p and q are missing')
  }
  const primes = recoverPrimes(parts)
  if (primes === undefined) throw invalidRsa('d does not invert e')
  return primes
}

function checkMember(name: string, imported: bigint | undefined, computed: bigint): void {
  if (imported !== undefined && imported !== computed) {
    throw invalidRsa(`${name} does not belong to the other numbers`)
  }
}

const invalidRsa = (problem: string): CryptoError =>
  cryptoError('INVALID_KEY', `The RSA key is not valid: ${problem}.`)
