/**
 * RSAEP, RSADP, RSASP1 and RSAVP1 (RFC 8017 section 5), with blinding and a check of every private result.
 *
 * In either engine the steps of an exponentiation do not depend on the exponent. The reductions before it and the
 * recombination after it use BigInt, which is not constant-time: blinding masks inputs that others choose, but the
 * time still depends on the lengths of intermediate numbers.
 */

import { requireRsaKey } from '../checks/key-material.ts'
import { cryptoError, operationFailed } from '../crypto-error.ts'
import { bytesToBigInt } from '../encoding/bytes.ts'
import type { RsaKey, RsaPrivateNumbers } from '../key-material.ts'
import { Secret } from '../secret.ts'
import { preparedOnce } from './engine/choose-rsa-engine.ts'
import { preparePublicExponent, recombine } from './public-exponent.ts'
import { createBlinding } from './rsa-blinding.ts'

/** The public numbers of a key. */
export interface RsaPublicNumbers {
  readonly n: bigint
  readonly e: bigint
  /** Length of n in bytes, and so of every ciphertext and signature. */
  readonly k: number
}

/**
 * Returns the public numbers of a key, computed once for each key value.
 *
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - not an RSA key, or a modulus outside 1024 to 8192 bits.
 */
export function rsaPublicNumbers(key: RsaKey): RsaPublicNumbers {
  const known = publicNumbers.get(key)
  if (known !== undefined) return known
  requireRsaKey('The key', key)
  if (!(key.bits >= 1024 && key.bits <= 8192)) {
    throw cryptoError(
      'INVALID_ARGUMENT',
      `The RSA modulus must have 1024 to 8192 bits, not ${key.bits}.`,
    )
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
  return publicExponent(key).raise(representative)
}

/**
 * Applies the private exponent by the Chinese remainder theorem: RSADP and RSASP1.
 *
 * The input is blinded before the private exponentiation. The result is checked with the public exponent before it
 * is returned: one wrong half would reveal the factors (Boneh, DeMillo, Lipton 1997).
 *
 * @param representative - 0 to n - 1.
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - the key has no private part.
 * @throws {@link CryptoError} `OPERATION_FAILED` - the private numbers do not invert the public exponent.
 */
export function applyPrivateExponent(key: RsaKey, representative: bigint): bigint {
  const { raise, isRoot } = publicExponent(key)
  if (key.privateKey === undefined) {
    throw cryptoError('INVALID_ARGUMENT', 'The RSA key has no private part.')
  }
  const { numbers, halves, nextMask } = privatePower(key.privateKey)
  const { n } = numbers
  const { mask, unmask } = nextMask(representative, raise)
  const blinded = (representative * mask) % n
  const result = (recombine(numbers, halves([blinded, blinded])) * unmask) % n
  if (!isRoot(result, representative)) throw operationFailed()
  return result
}

/** The public exponentiation of a key. */
const publicExponent = preparedOnce((key: RsaKey, engine) => {
  const { n, e } = rsaPublicNumbers(key)
  const numbers = key.privateKey && Secret.reveal(key.privateKey)
  return preparePublicExponent(engine, { n, e, numbers })
})

/** The private operation of a key: the two exponentiations of the theorem, and the masks. */
const privatePower = preparedOnce((secret: Secret<RsaPrivateNumbers>, engine) => {
  const numbers = Secret.reveal(secret)
  const { p, q, dp, dq } = numbers
  return {
    numbers,
    halves: engine.powerPair([p, q], [dp, dq]),
    nextMask: createBlinding(numbers),
  }
})

// Released together with the key.
const publicNumbers = new WeakMap<RsaKey, RsaPublicNumbers>()
