/** Base blinding for RSA: what an attacker chooses never meets the private exponents as he chose it. */

import { concatBytes } from '@noble/hashes/utils.js'
import { operationFailed } from '../crypto-error.ts'
import { minimalBytes } from '../encoding/bytes.ts'
import type { RsaPrivateNumbers } from '../key-material.ts'
import { drawBetween, modInverse } from '../numbers/number-theory.ts'
import { createHmacDrbg } from '../random/hmac-drbg.ts'

/**
 * Answers the next pair for an input: multiply by `mask` before, by `unmask` after.
 *
 * `raise` applies the public exponent of the key.
 */
export type Blinding = (
  representative: bigint,
  raise: (base: bigint) => bigint,
) => {
  readonly mask: bigint
  readonly unmask: bigint
}

/** How many private operations one drawn pair serves, each with the square of the pair before. */
const USES_OF_ONE_DRAW = 32

/**
 * Makes the blinding of one key: pairs r^e and r^-1 modulo n (Kocher 1996).
 *
 * Decrypting takes no random source and gives the same result every time, so the pairs come from an HMAC_DRBG
 * keyed by the private exponent and the first input. Whoever could foretell a pair would have to know d; two
 * processes that hold the same key still go different ways from their first inputs on. Between draws a pair
 * is squared, which costs two multiplications where a new inverse costs half an exponentiation.
 *
 * @param numbers - The modulus and the private exponent.
 * @returns A function with the sequence inside: each call moves on by one pair.
 */
export function createBlinding({ n, d }: Pick<RsaPrivateNumbers, 'n' | 'd'>): Blinding {
  let random: ReturnType<typeof createHmacDrbg> | undefined
  let mask = 1n
  let unmask = 1n
  let uses = 0
  return (representative, raise) => {
    if (uses % USES_OF_ONE_DRAW === 0) {
      random ??= createHmacDrbg(concatBytes(minimalBytes(d), minimalBytes(representative)))
      const r = drawBetween(n, random)
      const inverse = modInverse(r, n)
      // Only a divisor of n has no inverse.
      if (inverse === undefined) throw operationFailed()
      mask = raise(r)
      unmask = inverse
    } else {
      mask = (mask * mask) % n
      unmask = (unmask * unmask) % n
    }
    uses++
    return { mask, unmask }
  }
}
