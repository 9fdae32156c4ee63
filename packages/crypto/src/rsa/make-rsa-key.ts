/** Creates RSA keys from their numbers: frozen, with the private part inside a {@link Secret}. */

import { requireBigInt, requireObject } from '../checks/arguments.ts'
import { cryptoError } from '../crypto-error.ts'
import { minimalBytes } from '../encoding/bytes.ts'
import type { RsaKey, RsaPrivateKey, RsaPrivateNumbers } from '../key-material.ts'
import { Secret } from '../secret.ts'

/**
 * Creates an RSA private key from its numbers.
 *
 * The numbers are not checked against each other: use {@link importJwk} for numbers from outside.
 *
 * @param numbers - All eight members; copied.
 * @returns A frozen key whose `bits` is the length of n.
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - a member that is not a bigint, or an n or e below 1.
 * @see RFC 8017 section 3.2
 *
 * @example
 * ```ts
 * import { generateKey, makeRsaKey, Secret } from '@pocket-hsm/crypto'
 *
 * const random = (length: number) => crypto.getRandomValues(new Uint8Array(length))
 * const key = generateKey({ kty: 'RSA', bits: 2048 }, random)
 * makeRsaKey(Secret.reveal(key.privateKey)).bits // 2048
 * ```
 */
export function makeRsaKey(numbers: RsaPrivateNumbers): RsaPrivateKey {
  requireObject('The numbers', numbers)
  const { n, e, d, p, q, dp, dq, qi } = numbers
  for (const [name, number] of Object.entries({ d, p, q, dp, dq, qi }))
    requireBigInt(`The number ${name}`, number)
  const privateKey = new Secret(Object.freeze({ n, e, d, p, q, dp, dq, qi }))
  return Object.freeze({ ...makeRsaPublicKey(n, e), privateKey })
}

/**
 * Creates an RSA public key, for encrypt, wrapKey and verify.
 *
 * @param n - Modulus, 1 or more.
 * @param e - Public exponent, 1 or more.
 * @returns A frozen key whose `bits` is the length of n.
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - an argument that is not a bigint, or is below 1.
 * @see RFC 8017 section 3.1
 *
 * @example
 * ```ts
 * import { makeRsaPublicKey } from '@pocket-hsm/crypto'
 *
 * makeRsaPublicKey((1n << 2047n) + 1n, 65537n).bits // 2048
 * ```
 */
export function makeRsaPublicKey(n: bigint, e: bigint): RsaKey {
  for (const [name, number] of Object.entries({ n, e })) {
    if (requireBigInt(`The number ${name}`, number) < 1n) {
      throw cryptoError(
        'INVALID_ARGUMENT',
        `The number ${name} must be 1 or more, not 0 or negative.`,
      )
    }
  }
  const publicKey = Object.freeze({ n: minimalBytes(n), e: minimalBytes(e) })
  return Object.freeze({ kty: 'RSA', bits: n.toString(2).length, publicKey })
}
