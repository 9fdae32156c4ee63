/**
 * JSON Web Encryption in compact form, with A256CBC-HS512: directly under a shared key, or under an RSA key.
 *
 * @see RFC 7516; RFC 7518 sections 4.3 (`RSA-OAEP-256`), 4.5 (`dir`) and 5.2.5 (`A256CBC-HS512`)
 */

import { utf8ToBytes } from '@noble/hashes/utils.js'
import { decryptA256CbcHs512, encryptA256CbcHs512 } from '../aes/a256cbc-hs512.ts'
import { requireObject } from '../checks/arguments.ts'
import { type CryptoError, cryptoError, isCryptoError, operationFailed } from '../crypto-error.ts'
import { fromBase64url, toBase64url } from '../encoding/base64.ts'
import { bytesToUtf8 } from '../encoding/bytes.ts'
import type { RsaKey } from '../key-material.ts'
import { drawBytes, type RandomSource } from '../random/random-source.ts'
import { rsaOaepDecrypt, rsaOaepEncrypt } from '../rsa/rsa-oaep.ts'

/**
 * Whom a JWE is for: 64 bytes that encrypt the content themselves (`dir`), or an RSA key that a new content key is
 * encrypted to (`RSA-OAEP-256`).
 */
export type JweRecipient = Uint8Array | RsaKey

/** The parts of a JWE in compact form. Nothing of it is authenticated before it is decrypted. */
export interface CompactJwe {
  readonly header: Readonly<Record<string, unknown>>
  /** The header as it is written: it is authenticated in this form. */
  readonly protectedHeader: string
  /** Empty with `dir`. */
  readonly encryptedKey: Uint8Array
  readonly iv: Uint8Array
  readonly ciphertext: Uint8Array
  readonly tag: Uint8Array
}

/**
 * Encrypts to a JWE in compact form.
 *
 * The header has `alg`, `enc`, and then the given parameters in their order, without blanks.
 *
 * @param recipient - 64 bytes for `dir`, an RSA key for `RSA-OAEP-256`; its public part is enough.
 * @param parameters - Further header parameters, such as `kid`: anything that JSON has a form for.
 * @param plaintext - Any number of bytes.
 * @param random - Source of the content key and its OAEP seed, with an RSA key, and of the IV: in this order.
 * @returns ASCII text of five parts with points between.
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - a key of another length, or an argument of another type.
 * @see RFC 7516 section 5.1
 *
 * @example
 * ```ts
 * import { decryptJwe, encryptJwe, parseJwe, utf8ToBytes } from '@pocket-hsm/crypto'
 *
 * const random = (length: number) => crypto.getRandomValues(new Uint8Array(length))
 * const key = random(64)
 * const jwe = encryptJwe(key, { kid: 'orders' }, utf8ToBytes('secret'), random)
 * decryptJwe(key, parseJwe(jwe)).length // 6
 * ```
 */
export function encryptJwe(
  recipient: JweRecipient,
  parameters: Readonly<Record<string, unknown>>,
  plaintext: Uint8Array,
  random: RandomSource,
): string {
  const { alg, newContentKey } = recipientOf(recipient)
  const { contentKey, encryptedKey } = newContentKey(random)
  const header = { alg, enc: ENC, ...parameters }
  const protectedHeader = toBase64url(utf8ToBytes(JSON.stringify(header)))
  const iv = drawBytes(random, IV_LENGTH)
  const aad = utf8ToBytes(protectedHeader)
  const { ciphertext, tag } = encryptA256CbcHs512(contentKey, iv, aad, plaintext)
  return [protectedHeader, ...[encryptedKey, iv, ciphertext, tag].map(toBase64url)].join('.')
}

/**
 * Reads the form of a JWE in compact form, and decrypts nothing.
 *
 * @param text - Limit its length yourself: reading takes time and memory in proportion to it.
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - another number of parts, base64url that is not canonical, a header
 * that is not a JSON object, or one with critical extensions.
 * @see RFC 7516 sections 5.2 and 7.1
 *
 * @example
 * ```ts
 * import { parseJwe } from '@pocket-hsm/crypto'
 *
 * const enc = (jwe: string) => parseJwe(jwe).header['enc']
 * ```
 */
export function parseJwe(text: string): CompactJwe {
  if (typeof text !== 'string') throw damagedJwe('it is not text')
  const parts = text.split('.', 6)
  if (parts.length !== 5) throw damagedJwe('it does not have five parts')
  const [protectedHeader, ...others] = parts as [string, string, string, string, string]
  const header = parseHeader(canonicalBytes(protectedHeader))
  const [encryptedKey, iv, ciphertext, tag] = others.map(canonicalBytes) as [
    Uint8Array,
    Uint8Array,
    Uint8Array,
    Uint8Array,
  ]
  return { header, protectedHeader, encryptedKey, iv, ciphertext, tag }
}

/**
 * Decrypts a JWE.
 *
 * @param recipient - The 64 bytes, or the RSA key with its private part. It decides which `alg` the header must have.
 * @param jwe - From {@link parseJwe}.
 * @returns The plaintext, a fresh array.
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - a header with another `alg` or `enc`, or a key of another length.
 * @throws {@link CryptoError} `OPERATION_FAILED` - anything else: another key, or one bit that was changed.
 * @see RFC 7516 section 5.2
 *
 * @example
 * ```ts
 * import { decryptJwe, encryptJwe, generateKey, parseJwe, type RsaKey, utf8ToBytes } from '@pocket-hsm/crypto'
 *
 * const random = (length: number) => crypto.getRandomValues(new Uint8Array(length))
 * const key = generateKey({ kty: 'RSA', bits: 2048 }, random) as RsaKey
 * const jwe = encryptJwe(key, {}, utf8ToBytes('secret'), random)
 * decryptJwe(key, parseJwe(jwe)).length // 6
 * ```
 */
export function decryptJwe(recipient: JweRecipient, jwe: CompactJwe): Uint8Array {
  const { alg, contentKeyOf } = recipientOf(recipient)
  const { header, protectedHeader, encryptedKey, iv, ciphertext, tag } = jwe
  if (header['alg'] !== alg || header['enc'] !== ENC) {
    throw cryptoError('INVALID_ARGUMENT', `The JWE must have alg ${alg} and enc ${ENC}.`)
  }
  const contentKey = contentKeyOf(encryptedKey)
  return decryptA256CbcHs512(contentKey, iv, utf8ToBytes(protectedHeader), ciphertext, tag)
}

const ENC = 'A256CBC-HS512'
const CONTENT_KEY_LENGTH = 64
const IV_LENGTH = 16
const OAEP = { hash: 'SHA-256' } as const

interface ContentKey {
  readonly contentKey: Uint8Array
  readonly encryptedKey: Uint8Array
}

interface Recipient {
  readonly alg: 'dir' | 'RSA-OAEP-256'
  readonly newContentKey: (random: RandomSource) => ContentKey
  readonly contentKeyOf: (encryptedKey: Uint8Array) => Uint8Array
}

const NONE = new Uint8Array(0)

function recipientOf(recipient: JweRecipient): Recipient {
  requireObject('The recipient', recipient)
  if ('kty' in recipient) {
    return {
      alg: 'RSA-OAEP-256',
      newContentKey: (random) => {
        const contentKey = drawBytes(random, CONTENT_KEY_LENGTH)
        return { contentKey, encryptedKey: rsaOaepEncrypt(recipient, OAEP, contentKey, random) }
      },
      contentKeyOf: (encryptedKey) => {
        const contentKey = rsaOaepDecrypt(recipient, OAEP, encryptedKey)
        // What was encrypted is not said: the answer is that of a wrong ciphertext.
        if (contentKey.length !== CONTENT_KEY_LENGTH) throw operationFailed()
        return contentKey
      },
    }
  }
  return {
    alg: 'dir',
    newContentKey: () => ({ contentKey: recipient, encryptedKey: NONE }),
    contentKeyOf: (encryptedKey) => {
      // RFC 7518 section 4.5: the encrypted key is empty.
      if (encryptedKey.length > 0) throw operationFailed()
      return recipient
    },
  }
}

/** RFC 4648 section 3.5: padding and unused bits can be altered without altering the bytes. */
function canonicalBytes(part: string): Uint8Array {
  try {
    const bytes = fromBase64url(part)
    if (toBase64url(bytes) === part) return bytes
  } catch (error) {
    if (!isCryptoError(error)) throw error
  }
  throw damagedJwe('a part of it is not base64url')
}

function parseHeader(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  const header = jsonOf(bytes)
  if (typeof header !== 'object' || header === null || Array.isArray(header)) {
    throw damagedJwe('its header is not a JSON object')
  }
  // RFC 7516 section 4.1.13: what `crit` names must be understood, and nothing of it is.
  if ('crit' in header) throw damagedJwe('its header has critical extensions')
  return header as Readonly<Record<string, unknown>>
}

/** JSON.parse throws a SyntaxError, or another error of the host where text nests too deep for it. */
function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(bytesToUtf8(bytes))
  } catch {
    return undefined
  }
}

const damagedJwe = (problem: string): CryptoError =>
  cryptoError('INVALID_ARGUMENT', `The JWE cannot be read: ${problem}.`)
