/**
 * RSAEP, RSADP, RSASP1 and RSAVP1 (RFC 8017 section 5), with blinding and a check of every result.
 *
 * BigInt promises nothing about time. Blinding keeps what others choose away from the private exponents; the
 * lengths of intermediate numbers still show in the time that they take.
 */

import { cryptoError, operationFailed } from './crypto-error.ts'
import type { RsaKey, RsaPrivateNumbers } from './key-material.ts'
import { modPow } from './modular-exponentiation.ts'
import { octetsToBigInt } from './octets.ts'
import { type Blinding, createBlinding } from './rsa-blinding.ts'
import { Secret } from './secret.ts'

/** The public numbers of a key. */
export interface RsaPublicNumbers {
  readonly n: bigint
  readonly e: bigint
  /** Octets of n, and so of every ciphertext and signature. */
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
  const numbers = { n: octetsToBigInt(n), e: octetsToBigInt(e), k: Math.ceil(key.bits / 8) }
  publicNumbers.set(key, numbers)
  return numbers
}

/**
 * Applies the public exponent: RSAEP and RSAVP1.
 *
 * @param representative - 0 to n - 1.
 */
export function applyPublicExponent(key: RsaKey, representative: bigint): bigint {
  const { n, e } = rsaPublicNumbers(key)
  return modPow(representative, e, n)
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
  const { n, e } = rsaPublicNumbers(key)
  if (key.privateKey === undefined) {
    throw cryptoError('INVALID_ARGUMENT', 'The RSA key has no private part.')
  }
  const numbers = Secret.reveal(key.privateKey)
  const { mask, unmask } = blindingOf(key.privateKey, numbers)(representative)
  const blinded = (representative * mask) % n
  const result = (privateExponentiation(numbers, blinded) * unmask) % n
  if (modPow(result, e, n) !== representative) throw operationFailed()
  return result
}

/** RFC 8017 section 5.1.2, step 2.b. */
function privateExponentiation(
  { p, q, dp, dq, qi }: RsaPrivateNumbers,
  representative: bigint,
): bigint {
  const m1 = modPow(representative, dp, p)
  const m2 = modPow(representative, dq, q)
  const h = ((((m1 - m2) * qi) % p) + p) % p
  return m2 + q * h
}

function blindingOf(secret: Secret<RsaPrivateNumbers>, numbers: RsaPrivateNumbers): Blinding {
  const known = blindings.get(secret)
  if (known !== undefined) return known
  const blinding = createBlinding(numbers)
  blindings.set(secret, blinding)
  return blinding
}

// Both are forgotten with the key that they belong to.
const publicNumbers = new WeakMap<RsaKey, RsaPublicNumbers>()
const blindings = new WeakMap<Secret<RsaPrivateNumbers>, Blinding>()
