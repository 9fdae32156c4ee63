/** Base blinding for RSA: inputs that an attacker may have chosen are masked before a private exponentiation. */

import { concatBytes } from '@noble/hashes/utils.js'
import { operationFailed } from '../crypto-error.ts'
import { minimalBytes } from '../encoding/bytes.ts'
import type { RsaPrivateNumbers } from '../key-material.ts'
import { drawBetween, modInverse } from '../numbers/number-theory.ts'
import { createHmacDrbg } from '../random/hmac-drbg.ts'

/**
 * Returns the next pair for an input: multiply by `mask` before the exponentiation, by `unmask` after it.
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

/** How many private operations use one drawn pair, each with the square of the previous pair. */
const USES_PER_DRAW = 32

/**
 * Creates the blinding of one key: pairs r^e and r^-1 modulo n (Kocher 1996).
 *
 * Decryption takes no random source, so the pairs come from an HMAC_DRBG keyed by the private exponent and the
 * first input. Predicting a pair requires d. Two processes that hold the same key use different pairs as soon as
 * their first inputs differ. Between draws a pair is squared: that costs two multiplications, a new inverse half an
 * exponentiation.
 *
 * @param numbers - The modulus and the private exponent.
 * @returns A function that returns the next pair at each call.
 */
export function createBlinding({ n, d }: Pick<RsaPrivateNumbers, 'n' | 'd'>): Blinding {
  let random: ReturnType<typeof createHmacDrbg> | undefined
  let mask = 1n
  let unmask = 1n
  let uses = 0
  return (representative, raise) => {
    if (uses % USES_PER_DRAW === 0) {
      random ??= createHmacDrbg(concatBytes(minimalBytes(d), minimalBytes(representative)))
      const r = drawBetween(n, random)
      const inverse = modInverse(r, n)
      // Only multiples of p or q have no inverse.
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
