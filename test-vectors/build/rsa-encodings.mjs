/** The encodings of RFC 8017, written for checks alone: with a chosen seed or salt, which node has not. */

import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { hexToBytes } from './bytes.mjs'

/** The names of hash functions: ours to node's. */
export const NODE_HASH = {
  'SHA-1': 'sha1',
  'SHA-224': 'sha224',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
}

export const digest = (hash, ...parts) => {
  const state = createHash(NODE_HASH[hash])
  for (const part of parts) state.update(part)
  return state.digest()
}

export const digestLength = (hash) => digest(hash, Buffer.alloc(0)).length

/** @see RFC 8017 appendix B.2.1 */
export function mgf1(hash, seed, length) {
  const blocks = []
  for (let counter = 0; counter * digestLength(hash) < length; counter += 1) {
    const suffix = Buffer.alloc(4)
    suffix.writeUInt32BE(counter)
    blocks.push(digest(hash, seed, suffix))
  }
  return Buffer.concat(blocks).subarray(0, length)
}

const xor = (a, b) => Buffer.from(a.map((byte, index) => byte ^ b[index]))

/** @see RFC 8017 section 7.1.1 step 2 */
export function encodeOaep({ hash, mgfHash, label, length, message, seed }) {
  const labelHash = digest(hash, label)
  const zeros = Buffer.alloc(length - message.length - 2 * labelHash.length - 2)
  const block = Buffer.concat([labelHash, zeros, Buffer.of(1), message])
  const maskedBlock = xor(block, mgf1(mgfHash, seed, block.length))
  const maskedSeed = xor(seed, mgf1(mgfHash, maskedBlock, seed.length))
  return Buffer.concat([Buffer.of(0), maskedSeed, maskedBlock])
}

/** The seed and the message of an encoded block. @see RFC 8017 section 7.1.2 step 3 */
export function decodeOaep({ hash, mgfHash, label, encoded }) {
  const seedEnd = 1 + digestLength(hash)
  const maskedBlock = encoded.subarray(seedEnd)
  const seed = xor(encoded.subarray(1, seedEnd), mgf1(mgfHash, maskedBlock, seedEnd - 1))
  const block = xor(maskedBlock, mgf1(mgfHash, seed, maskedBlock.length))
  const labelHash = digest(hash, label)
  assert.deepEqual(block.subarray(0, labelHash.length), labelHash, 'OAEP label hash')
  const one = block.indexOf(1, labelHash.length)
  return { seed, message: block.subarray(one + 1) }
}

/** @see RFC 8017 section 9.1.1 */
export function encodePss({ hash, mgfHash, bits, message, salt }) {
  const length = Math.ceil((bits - 1) / 8)
  const messageHash = digest(hash, message)
  const h = digest(hash, Buffer.alloc(8), messageHash, salt)
  const zeros = Buffer.alloc(length - salt.length - h.length - 2)
  const block = Buffer.concat([zeros, Buffer.of(1), salt])
  const masked = xor(block, mgf1(mgfHash, h, block.length))
  masked[0] &= 0xff >> (8 * length - (bits - 1))
  return Buffer.concat([masked, h, Buffer.of(0xbc)])
}

/** DER of DigestInfo up to the digest, per hash. @see RFC 8017 section 9.2 note 1 */
const DIGEST_INFO = {
  'SHA-1': '3021300906052b0e03021a05000414',
  'SHA-256': '3031300d060960864801650304020105000420',
  'SHA-384': '3041300d060960864801650304020205000430',
  'SHA-512': '3051300d060960864801650304020305000440',
}

/** @see RFC 8017 section 9.2 */
export const encodePkcs1Signature = ({ hash, length, message }) =>
  padPkcs1(Buffer.concat([hexToBytes(DIGEST_INFO[hash]), digest(hash, message)]), length)

/** The same with `parameters` absent instead of NULL: two bytes fewer in both SEQUENCEs. */
export function encodePkcs1SignatureWithoutNull({ hash, length, message }) {
  const prefix = hexToBytes(DIGEST_INFO[hash].replace('0500', ''))
  prefix[1] -= 2
  prefix[3] -= 2
  return padPkcs1(Buffer.concat([prefix, digest(hash, message)]), length)
}

const padPkcs1 = (info, length) =>
  Buffer.concat([Buffer.of(0, 1), Buffer.alloc(length - info.length - 3, 0xff), Buffer.of(0), info])

/** @see RFC 8017 section 7.2.1 step 2 */
export const encodePkcs1Encryption = ({ message, seed }) =>
  Buffer.concat([Buffer.of(0, 2), seed, Buffer.of(0), message])
