/**
 * RSAEP, RSADP, RSASP1 and RSAVP1 (RFC 8017 section 5), with blinding and a check of every result.
 *
 * Exponentiation takes the same steps whatever the exponent, in either engine. BigInt, which reduces before it
 * and recombines after it, promises nothing about time: blinding keeps what others choose away from the private
 * numbers; the lengths of intermediate numbers still show in the time that they take.
 */

import { cryptoError, operationFailed } from '../crypto-error.ts'
import { bytesToBigInt } from '../encoding/bytes.ts'
import type { RsaKey, RsaPrivateNumbers } from '../key-material.ts'
import { Secret } from '../secret.ts'
import { preparedOnce } from './engine/choose-rsa-engine.ts'
import { createBlinding } from './rsa-blinding.ts'

/** The public numbers of a key. */
export interface RsaPublicNumbers {
  readonly n: bigint
  readonly e: bigint
  /** Bytes of n, and so of every ciphertext and signature. */
  readonly k: number
}

/**
 * Reads the public numbers of a key, once for each key value.
 *
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - a modulus outside 1024 to 8192 bits.
 */
export function rsaPublicNumbers(key: RsaKey): RsaPublicNumbers {
  const known = publicNumbers.get(key)
  if (known !== undefined) return known
  if (key.bits < 1024 || key.bits > 8192) {
    throw cryptoError('INVALID_ARGUMENT', 'An RSA modulus has 1024 to 8192 bits.')
  }
  const { n, e } = key.publicKey
  const numbers = { n: bytesToBigInt(n), e: bytesToBigInt(e), k: Math.ceil(key.bits / 8) }
  publicNumbers.set(key, numbers)
  return numbers
}

/**
 * Applies the public exponent: RSAEP and RSAVP1.
 *
 * @param representative - 0 to n - 1.
 */
export function applyPublicExponent(key: RsaKey, representative: bigint): bigint {
  return publicPower(key)(representative)
}

/**
 * Applies the private exponent by the Chinese remainder theorem: RSADP and RSASP1.
 *
 * The input is blinded before it meets the private exponents. The result is checked with the public exponent
 * before it is answered: from one wrong half anyone could compute the factors (Boneh, DeMillo, Lipton 1997).
 *
 * @param representative - 0 to n - 1.
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - the key has no private part.
 * @throws {@link CryptoError} `OPERATION_FAILED` - private numbers that don't undo the public exponent.
 */
export function applyPrivateExponent(key: RsaKey, representative: bigint): bigint {
  const raise = publicPower(key)
  if (key.privateKey === undefined) {
    throw cryptoError('INVALID_ARGUMENT', 'The RSA key has no private part.')
  }
  const { numbers, halves, nextMask } = privatePower(key.privateKey)
  const { n, p, q, qi } = numbers
  const { mask, unmask } = nextMask(representative, raise)
  const blinded = (representative * mask) % n
  // RFC 8017 section 5.1.2, step 2.b.
  const [m1, m2] = halves([blinded, blinded])
  const h = ((((m1 - m2) * qi) % p) + p) % p
  const result = ((m2 + q * h) * unmask) % n
  if (raise(result) !== representative) throw operationFailed()
  return result
}

/** What the public operation of a key needs beside the representative. */
const publicPower = preparedOnce((key: RsaKey, engine) => {
  const { n, e } = rsaPublicNumbers(key)
  return engine.publicPower(n, e)
})

/** What the private operation needs: the two exponentiations of the theorem, and the masks. */
const privatePower = preparedOnce((secret: Secret<RsaPrivateNumbers>, engine) => {
  const numbers = Secret.reveal(secret)
  const { p, q, dp, dq } = numbers
  return {
    numbers,
    halves: engine.powerPair([p, q], [dp, dq]),
    nextMask: createBlinding(numbers),
  }
})

// Forgotten with the key that they belong to.
const publicNumbers = new WeakMap<RsaKey, RsaPublicNumbers>()
