/** RSA key values from their numbers: frozen, with the private part inside a {@link Secret}. */

import { minimalBytes } from '../encoding/bytes.ts'
import type { RsaKey, RsaPrivateNumbers } from '../key-material.ts'
import { Secret } from '../secret.ts'

/**
 * Makes an RSA private key of its numbers.
 *
 * The numbers are taken as they are: that they belong together is for whoever imports or makes them to see.
 *
 * @param numbers - All eight members; copied.
 * @returns A frozen key whose `bits` is the length of n.
 * @see RFC 8017 section 3.2
 *
 * @example
 * ```ts
 * import { generateKey, makeRsaKey, Secret } from '@pocket-hsm/crypto'
 *
 * const random = (length: number) => crypto.getRandomValues(new Uint8Array(length))
 * const key = generateKey({ kty: 'RSA', bits: 2048 }, random)
 * if (key.kty !== 'RSA' || key.privateKey === undefined) throw new Error('not a private key')
 * makeRsaKey(Secret.reveal(key.privateKey)).bits // 2048
 * ```
 */
export function makeRsaKey(numbers: RsaPrivateNumbers): RsaKey {
  const { n, e, d, p, q, dp, dq, qi } = numbers
  const privateKey = new Secret(Object.freeze({ n, e, d, p, q, dp, dq, qi }))
  return Object.freeze({ ...makeRsaPublicKey(n, e), privateKey })
}

/**
 * Makes an RSA public key, good for encrypt, wrapKey and verify.
 *
 * @param n - Modulus.
 * @param e - Public exponent.
 * @returns A frozen key whose `bits` is the length of n.
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
  const publicKey = Object.freeze({ n: minimalBytes(n), e: minimalBytes(e) })
  return Object.freeze({ kty: 'RSA', bits: n.toString(2).length, publicKey })
}
