/**
 * The transfer blob: the JSON of a `.byok` file, which carries a key to an HSM under one of its KEKs.
 *
 * @see Azure Key Vault "Bring your own key specification", key transfer blob
 */

import {
  bytesToUtf8,
  fromBase64,
  fromBase64url,
  RSA_AES_KEY_WRAP_ALGORITHMS,
  type RsaAesKeyWrapAlgorithm,
  toBase64url,
  utf8ToBytes,
} from '@pocket-hsm/crypto'
import { badParameter, type HsmError } from '../hsm-error.ts'

/** What a transfer blob says. */
export interface TransferBlob {
  /** The identifier of the KEK, with its version. */
  readonly kid: string
  /** The key, wrapped with {@link TRANSFER_ALGORITHM}. */
  readonly ciphertext: Uint8Array
}

/** The one algorithm of transfer blobs. */
export const TRANSFER_ALGORITHM: RsaAesKeyWrapAlgorithm = RSA_AES_KEY_WRAP_ALGORITHMS[
  'CKM_RSA_AES_KEY_WRAP'
] as RsaAesKeyWrapAlgorithm

/** The specification has the first; release payloads of the same layout, the second. */
const SCHEMA_VERSIONS: readonly unknown[] = ['1.0.0', '1.0']

/** More than ten times what an RSA key of 4096 bits takes. */
const MOST_CHARACTERS = 65_536

const KEK_IDENTIFIER = /^https?:\/\/[^/?#\s]+\/keys\/[0-9a-z-]{1,127}\/[0-9a-z]+$/i

/**
 * Reads a transfer blob.
 *
 * `generator` is not looked at, and members that the specification does not name are passed over.
 *
 * @param text - The whole file in base64url or base64, padded or not: the `key_hsm` of a JWK.
 * @throws {@link HsmError} 400 `BadParameter` - not a transfer blob; the text says why.
 */
export function parseTransferBlob(text: unknown): TransferBlob {
  if (typeof text !== 'string') throw invalidBlob('key_hsm must be base64url text')
  if (text.length > MOST_CHARACTERS) {
    throw invalidBlob(`key_hsm must have at most ${MOST_CHARACTERS} characters`)
  }
  const { schema_version, header, ciphertext } = parseObject(text)
  if (!SCHEMA_VERSIONS.includes(schema_version)) throw invalidBlob('schema_version must be "1.0.0"')
  const { kid, alg, enc } = membersOf(header, 'header must be an object')
  if (alg !== 'dir') throw invalidBlob('header.alg must be "dir"')
  if (enc !== TRANSFER_ALGORITHM.alg) {
    throw invalidBlob(`header.enc must be "${TRANSFER_ALGORITHM.alg}"`)
  }
  return {
    kid: parseKekIdentifier(kid),
    ciphertext: parseBase64(ciphertext, 'ciphertext must be base64url text'),
  }
}

/**
 * Writes a transfer blob.
 *
 * @param generator - Free text that names what made it.
 * @returns A fresh array: UTF-8 bytes of JSON.
 */
export function serializeTransferBlob(blob: TransferBlob, generator: string): Uint8Array {
  const json = {
    schema_version: '1.0.0',
    header: { kid: blob.kid, alg: 'dir', enc: TRANSFER_ALGORITHM.alg },
    ciphertext: toBase64url(blob.ciphertext),
    generator,
  }
  return utf8ToBytes(JSON.stringify(json))
}

/** Reads what names a KEK: no shorter form of a reference will do. */
export function parseKekIdentifier(kid: unknown): string {
  if (typeof kid === 'string' && KEK_IDENTIFIER.test(kid)) return kid
  throw invalidBlob('header.kid must be the key identifier of the KEK, with its version')
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  const bytes = parseBase64(text, 'key_hsm must be base64url text')
  try {
    return membersOf(JSON.parse(bytesToUtf8(bytes)), 'it must be a JSON object')
  } catch {
    throw invalidBlob('it must be a JSON object')
  }
}

function membersOf(value: unknown, rule: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalidBlob(rule)
  return value as Readonly<Record<string, unknown>>
}

/** Either alphabet: the documentation says base64, the clients write base64url. */
function parseBase64(text: unknown, rule: string): Uint8Array {
  if (typeof text !== 'string') throw invalidBlob(rule)
  try {
    return /[+/]/.test(text) ? fromBase64(text) : fromBase64url(text)
  } catch {
    throw invalidBlob(rule)
  }
}

const invalidBlob = (rule: string): HsmError =>
  badParameter(`The transfer blob is not valid: ${rule}.`)
