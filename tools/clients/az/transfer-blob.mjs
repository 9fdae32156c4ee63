// Holds: a .byok file as another tool makes it: OpenSSL's OAEP and key wrap with padding, nothing of ours.

import { constants, createCipheriv, publicEncrypt, randomBytes } from 'node:crypto'

/** RFC 5649 section 3: the first half of the alternative initial value. */
const AIV = Buffer.from('a65959a6', 'hex')

/**
 * Wraps a key as CKM_RSA_AES_KEY_WRAP does.
 *
 * @param {string} kid The KEK's identifier, with its version.
 * @param {Buffer} kek Its public key, PEM.
 * @param {Buffer} target PKCS#8, or the bytes of a symmetric key.
 * @returns {string} The file.
 */
export function transferBlob(kid, kek, target) {
  const between = randomBytes(32)
  const wrap = createCipheriv('id-aes256-wrap-pad', between, AIV)
  const ciphertext = Buffer.concat([
    publicEncrypt(
      { key: kek, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' },
      between,
    ),
    wrap.update(target),
    wrap.final(),
  ])
  return JSON.stringify({
    schema_version: '1.0.0',
    header: { kid, alg: 'dir', enc: 'CKM_RSA_AES_KEY_WRAP' },
    ciphertext: ciphertext.toString('base64url'),
    generator: 'openssl',
  })
}
