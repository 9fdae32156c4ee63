// The other side of every exchange: what a program without an HSM does with node:crypto.

import * as nodeCrypto from 'node:crypto'

/** The public half of a key in the HSM. `-HSM` says where the private half is; RFC 7518 knows the type without it. */
export function publicKeyOf({ key: { kty, n, e, crv, x, y } }) {
  const jwk = { kty: kty.replace('-HSM', ''), n, e, crv, x, y }
  return nodeCrypto.createPublicKey({ key: jwk, format: 'jwk' })
}

/** ES256 signatures are r‖s, not DER: RFC 7518 section 3.4. */
const ES256 = { dsaEncoding: 'ieee-p1363' }

/** Whether an ES256 signature of the message, not of its digest, is right. */
export const nodeVerifiesEs256 = (key, message, signature) =>
  nodeCrypto.verify('sha256', message, { key, ...ES256 }, signature)

/** Signs a message with ES256. */
export const nodeSignsEs256 = (key, message) =>
  nodeCrypto.sign('sha256', message, { key, ...ES256 })

/** Encrypts with A256GCM. */
export function nodeEncrypts(key, plaintext, aad) {
  const iv = nodeCrypto.randomBytes(12)
  const cipher = nodeCrypto.createCipheriv('aes-256-gcm', key, iv).setAAD(aad)
  const value = Buffer.concat([cipher.update(plaintext), cipher.final()])
  return { value, iv, tag: cipher.getAuthTag(), aad }
}

/** Decrypts A256GCM; throws when the tag is wrong. */
export function nodeDecrypts(key, { value, iv, tag, aad }) {
  const decipher = nodeCrypto.createDecipheriv('aes-256-gcm', key, iv, { authTagLength: 16 })
  decipher.setAAD(aad).setAuthTag(tag)
  return Buffer.concat([decipher.update(value), decipher.final()])
}

/** The initial value of RFC 3394 section 2.2.3.1. */
const KEY_WRAP_IV = Buffer.alloc(8, 0xa6)

/** Wraps a key with A256KW. */
export function nodeWraps(kek, key) {
  const cipher = nodeCrypto.createCipheriv('id-aes256-wrap', kek, KEY_WRAP_IV)
  return Buffer.concat([cipher.update(key), cipher.final()])
}

/** Unwraps a key with A256KW; throws when it was not wrapped with this one. */
export function nodeUnwraps(kek, wrapped) {
  const decipher = nodeCrypto.createDecipheriv('id-aes256-wrap', kek, KEY_WRAP_IV)
  return Buffer.concat([decipher.update(wrapped), decipher.final()])
}
