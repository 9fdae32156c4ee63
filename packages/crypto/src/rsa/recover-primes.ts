/** The primes of an RSA key that has only n, e and d: NIST SP 800-56B Rev. 2 appendix C.2. */

import { gcd, integerSquareRoot } from '../numbers/number-theory.ts'

/** An RSA private key in its shortest form (RFC 8017 section 3.2, first representation). */
export interface RsaExponents {
  readonly n: bigint
  readonly e: bigint
  readonly d: bigint
}

/**
 * Finds p and q from n, e and d, without randomness and without exponentiation.
 *
 * @param exponents - d inverts e modulo lcm(p-1, q-1); a d that inverts e modulo (p-1)(q-1) does so too.
 * @returns p, the greater, and q, whose product is n; `undefined` if there are no such numbers.
 */
export function recoverPrimes({ n, e, d }: RsaExponents): readonly [bigint, bigint] | undefined {
  const k = d * e - 1n
  if (k <= 0n) return undefined
  // A multiple of (p-1)(q-1): the factor missing in lcm(p-1, q-1) is gcd(p-1, q-1), which divides n - 1 and k.
  const a = k * gcd(n - 1n, k)
  const m = a / n
  const r = a % n
  if ((n - r) % (m + 1n) !== 0n) return undefined
  const sum = (n - r) / (m + 1n) + 1n
  const square = sum * sum - 4n * n
  if (square <= 0n) return undefined
  const difference = integerSquareRoot(square)
  if (difference * difference !== square) return undefined
  return [(sum + difference) / 2n, (sum - difference) / 2n]
}
