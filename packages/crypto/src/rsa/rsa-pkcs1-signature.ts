/** RSASSA-PKCS1-v1_5 over a digest: RFC 8017 sections 8.2 and 9.2. */

import { concatBytes, hexToBytes } from '@noble/hashes/utils.js'
import { requireBytes } from '../checks/arguments.ts'
import { cryptoError } from '../crypto-error.ts'
import { bigIntToBytes, bytesToBigInt, equalBytes } from '../encoding/bytes.ts'
import type { HashName } from '../hash/hashes.ts'
import type { RsaKey } from '../key-material.ts'
import { applyPrivateExponent, applyPublicExponent, rsaPublicNumbers } from './rsa-primitives.ts'
import { requireDigestOf } from './scheme-hashes.ts'

/**
 * Signs a digest with RSASSA-PKCS1-v1_5.
 *
 * Deterministic: the same key and digest always give the same signature.
 *
 * @param key - RSA private key of 1024 to 8192 bits.
 * @param hash - The hash of the digest, named in the DigestInfo; with `undefined` the bytes are padded without a
 * DigestInfo.
 * @param digest - As long as the hash's digests; without a hash, 0 to k - 11 bytes.
 * @returns A fresh array of k bytes, the length of n.
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - an argument of another type, a digest of another length, or a
 * key without its private part.
 * @throws {@link CryptoError} `OPERATION_FAILED` - a damaged key.
 * @see RFC 8017 sections 8.2.1 and 9.2
 *
 * @example
 * ```ts
 * import { digest, generateKey, rsaPkcs1Sign, rsaPkcs1Verify, utf8ToBytes } from '@pocket-hsm/crypto'
 *
 * const random = (length: number) => crypto.getRandomValues(new Uint8Array(length))
 * const key = generateKey({ kty: 'RSA', bits: 2048 }, random)
 * const hashed = digest('SHA-256', utf8ToBytes('order 1'))
 * const signature = rsaPkcs1Sign(key, 'SHA-256', hashed)
 * rsaPkcs1Verify(key, 'SHA-256', hashed, signature) // true
 * ```
 */
export function rsaPkcs1Sign(
  key: RsaKey,
  hash: HashName | undefined,
  digest: Uint8Array,
): Uint8Array {
  const em = encodedMessage(key, hash, digest)
  return bigIntToBytes(applyPrivateExponent(key, bytesToBigInt(em)), em.length)
}

/**
 * Verifies an RSASSA-PKCS1-v1_5 signature.
 *
 * The expected encoded message is rebuilt and compared as a whole. The signature is not parsed, so no other
 * encoding of the digest passes, such as a DigestInfo without NULL.
 *
 * @param key - RSA key of 1024 to 8192 bits; the public part is enough.
 * @param hash - The hash that was passed to sign.
 * @param digest - The digest that was signed.
 * @param signature - The signature to verify, of any length.
 * @returns `true` for a valid signature, `false` for anything else.
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - an argument of another type, or a digest of another length.
 * @see RFC 8017 section 8.2.2
 *
 * @example
 * ```ts
 * import { makeRsaPublicKey, rsaPkcs1Verify } from '@pocket-hsm/crypto'
 *
 * const key = makeRsaPublicKey((1n << 2047n) + 1n, 65537n)
 * rsaPkcs1Verify(key, 'SHA-256', new Uint8Array(32), new Uint8Array(256)) // false
 * ```
 */
export function rsaPkcs1Verify(
  key: RsaKey,
  hash: HashName | undefined,
  digest: Uint8Array,
  signature: Uint8Array,
): boolean {
  const em = encodedMessage(key, hash, digest)
  requireBytes('The signature', signature)
  const representative = bytesToBigInt(signature)
  if (signature.length !== em.length || representative >= rsaPublicNumbers(key).n) return false
  return equalBytes(em, bigIntToBytes(applyPublicExponent(key, representative), em.length))
}

/** Section 9.2, EMSA-PKCS1-v1_5: 00 01 FF … FF 00 and T, the DigestInfo. */
function encodedMessage(key: RsaKey, hash: HashName | undefined, digest: Uint8Array): Uint8Array {
  const { k } = rsaPublicNumbers(key)
  if (hash === undefined) requireBytes('The digest', digest)
  else requireDigestOf(hash, digest)
  const prefix = hash === undefined ? '' : DIGEST_INFO_PREFIX[hash]
  const t = concatBytes(hexToBytes(prefix), digest)
  if (t.length > k - 11) {
    throw cryptoError('INVALID_ARGUMENT', `The key signs at most ${k - 11} bytes, not ${t.length}.`)
  }
  const em = new Uint8Array(k).fill(0xff)
  em.set([0, 1])
  em[k - t.length - 1] = 0
  em.set(t, k - t.length)
  return em
}

/** Section 9.2, note 1: the DER of DigestInfo up to the digest, with NULL parameters. */
const DIGEST_INFO_PREFIX: Readonly<Record<HashName, string>> = Object.freeze({
  'SHA-1': '3021300906052b0e03021a05000414',
  'SHA-224': '302d300d06096086480165030402040500041c',
  'SHA-256': '3031300d060960864801650304020105000420',
  'SHA-384': '3041300d060960864801650304020205000430',
  'SHA-512': '3051300d060960864801650304020305000440',
})
