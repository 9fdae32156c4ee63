/** Transfer blobs made and opened by node:crypto alone, and the KEKs for them. */

import {
  constants,
  createCipheriv,
  createDecipheriv,
  type KeyObject,
  privateDecrypt,
  publicEncrypt,
  randomBytes,
} from 'node:crypto'
import type { JsonWebKey } from '@pocket-hsm/crypto'
import { type BundleKey, type Hsm, importKey, type KeyBundle } from '../src/index.ts'
import { CURVES, ecJwk, nodeKey, nodePublicKey, octJwk, rsaJwk } from './known-keys.ts'

export type RsaBits = 2048 | 3072 | 4096
export type AesBits = 128 | 192 | 256

export const RSA_BITS: readonly RsaBits[] = [2048, 3072, 4096]
export const AES_BITS: readonly AesBits[] = [128, 192, 256]

/** One key of every kind that can be transferred, under its name in a test's title. */
export const TARGETS: readonly (readonly [string, JsonWebKey])[] = [
  ...RSA_BITS.map((bits) => [`RSA ${bits}`, rsaJwk(bits)] as const),
  ...CURVES.map((crv) => [crv, ecJwk(crv)] as const),
  ...AES_BITS.map((bits) => [`oct ${bits}`, octJwk(bits)] as const),
]

/** RFC 5649 section 3: the constant half of the alternative initial value. */
const AIV = Buffer.from('a65959a6', 'hex')

const OAEP = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' }

/** The KEK of a size: a known key, so that node:crypto can open what is wrapped under it. */
export function importKek(hsm: Hsm, bits: RsaBits = 2048, name = 'kek'): KeyBundle {
  return importKey(hsm, name, { ...rsaJwk(bits), kty: 'RSA-HSM' }, { keyOps: ['import'] })
}

/** What travels of a key: PKCS#8, or the bytes of a symmetric one, as node:crypto writes them. */
export function nodeTarget(jwk: JsonWebKey): Buffer {
  const key = nodeKey(jwk)
  return jwk.kty === 'oct' ? key.export() : key.export({ type: 'pkcs8', format: 'der' })
}

/** C1 and C2 of CKM_RSA_AES_KEY_WRAP. */
export function nodeCiphertext(kek: BundleKey, target: Uint8Array, aesBits: AesBits = 256): Buffer {
  const aesKey = randomBytes(aesBits / 8)
  const wrap = createCipheriv(`id-aes${aesBits}-wrap-pad`, aesKey, AIV)
  const wrappedKey = publicEncrypt({ key: nodePublicKey(kek), ...OAEP }, aesKey)
  return Buffer.concat([wrappedKey, wrap.update(target), wrap.final()])
}

/** The key inside a transfer blob, and the size of the AES key that was between. */
export function nodeUnwrap(
  kek: KeyObject,
  blob: Uint8Array,
): { readonly target: Buffer; readonly aesBits: number; readonly length: number } {
  const ciphertext = Buffer.from(JSON.parse(Buffer.from(blob).toString()).ciphertext, 'base64url')
  const k = (kek.asymmetricKeyDetails?.modulusLength ?? 0) / 8
  const aesKey = privateDecrypt({ key: kek, ...OAEP }, ciphertext.subarray(0, k))
  const aesBits = 8 * aesKey.length
  const unwrap = createDecipheriv(`id-aes${aesBits}-wrap-pad`, aesKey, AIV)
  const target = Buffer.concat([unwrap.update(ciphertext.subarray(k)), unwrap.final()])
  return { target, aesBits, length: ciphertext.length }
}

/** The JSON of a transfer blob, its members changed or added as told; `undefined` leaves one out. */
export function byok(
  kid: string,
  ciphertext: Uint8Array,
  { header, ...changes }: { readonly header?: object; readonly [member: string]: unknown } = {},
): string {
  return JSON.stringify({
    schema_version: '1.0.0',
    header: { kid, alg: 'dir', enc: 'CKM_RSA_AES_KEY_WRAP', ...header },
    ciphertext: Buffer.from(ciphertext).toString('base64url'),
    generator: 'node:crypto',
    ...changes,
  })
}

/** A file as it stands in `key_hsm`. */
export const base64url = (file: string | Uint8Array): string =>
  Buffer.from(file).toString('base64url')
