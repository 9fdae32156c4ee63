/** The items of a security domain, sealed under a master key: for each tag a key of its own. */

import {
  counterKdf,
  decryptJwe,
  encryptJwe,
  isCryptoError,
  parseJwe,
  type RandomSource,
  type RsaKey,
  utf8ToBytes,
} from '@pocket-hsm/crypto'
import type { SealedDataJson } from './domain-json.ts'

/** The bytes of a master key. */
export const MASTER_KEY_LENGTH = 32

/** An item in the clear. */
export interface DomainItem {
  readonly tag: string
  readonly content: Uint8Array
}

/** Seals items: the key of each is derived from the master key and the tag. */
export function sealItems(
  masterKey: Uint8Array,
  items: readonly DomainItem[],
  random: RandomSource,
): SealedDataJson {
  return {
    data: items.map(({ tag, content }) => ({
      compact_jwe: encryptJwe(itemKey(masterKey, tag), { kid: tag }, content, random),
      tag,
    })),
    kdf: 'sp108_kdf',
  }
}

/** Opens what {@link sealItems} sealed: all items, or `undefined` for another master key or damage of any kind. */
export function openItems(
  masterKey: Uint8Array,
  { data }: SealedDataJson,
): readonly DomainItem[] | undefined {
  return unlessRefused(() =>
    data.map(({ compact_jwe, tag }) => ({
      tag,
      content: decryptJwe(itemKey(masterKey, tag), parseJwe(compact_jwe)),
    })),
  )
}

/** Encrypts a share or a master key to the key of a certificate. */
export function wrapForCertificate(key: RsaKey, content: Uint8Array, random: RandomSource): string {
  return encryptJwe(key, { kid: 'not used' }, content, random)
}

/** Decrypts what {@link wrapForCertificate} encrypted; `undefined` for another key or damage of any kind. */
export function unwrapWithKey(key: RsaKey, text: string): Uint8Array | undefined {
  return unlessRefused(() => decryptJwe(key, parseJwe(text)))
}

const NO_CONTEXT = new Uint8Array(0)

/** NIST SP 800-108: one block of HMAC-SHA-512 with the tag as the label. */
function itemKey(masterKey: Uint8Array, tag: string): Uint8Array {
  return counterKdf('SHA-512', masterKey, utf8ToBytes(tag), NO_CONTEXT, 64)
}

/** What the cryptography refuses is one answer: which check failed is nobody's to know. */
function unlessRefused<Result>(work: () => Result): Result | undefined {
  try {
    return work()
  } catch (error) {
    if (isCryptoError(error)) return undefined
    throw error
  }
}
