// Wrapping keys with AES: deterministic, so that all must return the same bytes.

import { deepEqual } from 'node:assert/strict'
import { createCipheriv, randomBytes } from 'node:crypto'
import { aeskw, aeskwp } from '@noble/ciphers/aes.js'
import * as primitives from '@pocket-hsm/crypto'
import { unwrapKey, wrapKey } from 'pocket-hsm'
import { hsmWith, subtle } from '../subjects/keys.mjs'

const KEK = randomBytes(32)
const stored = primitives.makeOctKey(KEK)
const KW = primitives.findAlgorithm('A256KW')
const hsm = hsmWith({ kty: 'oct', k: KEK.toString('base64url') })

export const wrap = {
  name: 'wrap',
  title: 'Wrapping keys',
  noise: 'Microseconds: as noisy as AES and HMAC.',
  effort: (quick) =>
    quick
      ? { warmUp: 20, batch: 1, budget: 10, most: 10 }
      : { warmUp: 400, batch: 3, budget: 1000, most: 300 },
  async tasks() {
    const cek = randomBytes(32)
    const pkcs8 = randomBytes(1218)
    const kw = nodeWrap('id-aes256-wrap', Buffer.alloc(8, 0xa6), cek)
    const kwp = nodeWrap('id-aes256-wrap-pad', Buffer.from('a65959a6', 'hex'), pkcs8)
    const webKek = await subtle.importKey('raw', KEK, 'AES-KW', false, ['wrapKey'])
    const webCek = await subtle.importKey('raw', cek, 'AES-GCM', true, ['encrypt'])
    const is = (expected) => (_, bytes) => deepEqual(Buffer.from(bytes), expected)
    return [
      {
        name: 'A256KW wrap, a key of 32 bytes',
        contenders: {
          'pocket-hsm': () => wrapKey(hsm, 'key', { alg: 'A256KW', value: cek }).value,
          '@pocket-hsm/crypto': () => primitives.wrapKey(stored, KW, cek, noRandom),
          '@noble/ciphers': () => aeskw(KEK).encrypt(cek),
          WebCrypto: () => subtle.wrapKey('raw', webCek, webKek, 'AES-KW'),
          'node:crypto': () => nodeWrap('id-aes256-wrap', Buffer.alloc(8, 0xa6), cek),
        },
        check: is(kw),
      },
      {
        name: 'A256KW unwrap, a key of 32 bytes',
        contenders: {
          'pocket-hsm': () => unwrapKey(hsm, 'key', { alg: 'A256KW', value: kw }).value,
          '@pocket-hsm/crypto': () => primitives.unwrapKey(stored, KW, kw),
          '@noble/ciphers': () => aeskw(KEK).decrypt(kw),
        },
        check: is(cek),
      },
      {
        name: 'AES-KWP wrap, 1,218 bytes (an RSA-2048 key)',
        contenders: {
          'pocket-hsm': () =>
            wrapKey(hsm, 'key', { alg: 'CKM_AES_KEY_WRAP_PAD', value: pkcs8 }).value,
          '@pocket-hsm/crypto': () => primitives.aesKwpWrap(KEK, pkcs8),
          '@noble/ciphers': () => aeskwp(KEK).encrypt(pkcs8),
          'node:crypto': () =>
            nodeWrap('id-aes256-wrap-pad', Buffer.from('a65959a6', 'hex'), pkcs8),
        },
        check: is(kwp),
      },
    ]
  },
}

/** Key wrap is deterministic. */
function noRandom() {
  throw new Error('Key wrap drew random bytes.')
}

function nodeWrap(algorithm, iv, bytes) {
  const cipher = createCipheriv(algorithm, KEK, iv)
  return Buffer.concat([cipher.update(bytes), cipher.final()])
}
