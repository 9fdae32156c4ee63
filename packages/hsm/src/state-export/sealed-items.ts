/**
 * The bytes of a state export: a line that says what it is, then sealed chunks of JSON items.
 *
 * A chunk is its length in 4 bytes, an IV of 16, the ciphertext and a tag of 32. What is authenticated with it is the
 * line, its number, whether it is the last, and the tag of the chunk before: no chunk can be left out, added, moved or
 * taken from another export.
 *
 * IVs are synthetic: a MAC of all that is sealed, under a key of its own. The same bytes come from the same state, and
 * an IV comes again only with the very same plaintext; to who has no key, a MAC is as unpredictable as CBC asks.
 *
 * @see RFC 7518 section 5.2.5 (A256CBC-HS512); RFC 5297 section 1.3 (synthetic IVs); NIST SP 800-38A appendix C
 */

import {
  bytesToHex,
  bytesToUtf8,
  concatBytes,
  decryptA256CbcHs512,
  encryptA256CbcHs512,
  hmac,
  isCryptoError,
  utf8ToBytes,
} from '@pocket-hsm/crypto'
import { type SecurityDomain, stateProtectionKeys } from '../backup/security-domain.ts'
import { badParameter, type HsmError, printable } from '../hsm-error.ts'
import { damagedState, foreignState, otherStateExport, unknownStateFormat } from './state-errors.ts'

/** What an export can be of. */
export type ExportKind = 'state' | 'changes' | 'full-backup' | 'key'

/** The layout of the bytes and of the items in them. */
const VERSION = 1

/** Characters after which a chunk is closed: no text grows with the HSM, and none takes long to seal. */
const CHUNK_LENGTH = 1 << 16

const LENGTH = 4
const IV = 16
const TAG = 32

/** The sealed bytes, and their last tag in hexadecimal, which depends on everything in them. */
export interface SealedItems {
  readonly bytes: Uint8Array
  readonly id: string
}

/** Seals items, each a JSON text without line breaks; there must be one at least. */
export function sealItems(
  kind: ExportKind,
  domain: SecurityDomain,
  items: Iterable<string>,
): SealedItems {
  const parts: Uint8Array[] = []
  const sealing = sealInParts(kind, domain, items)
  for (;;) {
    const { done, value } = sealing.next()
    if (done) return { bytes: concatBytes(...parts), id: value }
    parts.push(value)
  }
}

/** The bytes of {@link sealItems} in parts, of which none takes long; at the end its `id`. */
export function* sealInParts(
  kind: ExportKind,
  domain: SecurityDomain,
  items: Iterable<string>,
): Generator<Uint8Array, string> {
  const { content, iv: ivKey } = stateProtectionKeys(domain)
  const line = utf8ToBytes(
    `${JSON.stringify({ format: `pocket-hsm/${kind}/${VERSION}`, security_domain: domain.id })}\n`,
  )
  yield line
  let tag: Uint8Array = new Uint8Array(TAG)
  let number = 0
  for (const { text, isLast } of inChunks(items)) {
    const plaintext = utf8ToBytes(text)
    const aad = authenticated(line, number, isLast, tag)
    // The AAD has one line break and 37 bytes after it: where the plaintext begins is beyond doubt.
    const iv = hmac('SHA-512', ivKey, concatBytes(aad, plaintext)).slice(0, IV)
    const sealed = encryptA256CbcHs512(content, iv, aad, plaintext)
    tag = sealed.tag
    yield concatBytes(uint32(IV + sealed.ciphertext.length + TAG), iv, sealed.ciphertext, tag)
    number += 1
  }
  return bytesToHex(tag)
}

/**
 * Opens what {@link sealItems} sealed, chunk by chunk: keep nothing of it unless all items come.
 *
 * @throws {@link HsmError} 400 `StateDamaged`, `StateOfAnotherDomain`, `StateFormatUnknown`, `StateOfAnotherKind`
 */
export function* openItems(
  kind: ExportKind,
  domain: SecurityDomain,
  bytes: Uint8Array,
): Generator<string, undefined> {
  if (!(bytes instanceof Uint8Array)) {
    throw badParameter(`The export must be a Uint8Array, not ${printable(bytes)}.`)
  }
  const line = bytes.subarray(0, bytes.indexOf(LINE_BREAK) + 1)
  const refusal = whole(() => refusalOfLine(kind, domain, line))
  if (refusal !== undefined) throw refusal
  const { content } = stateProtectionKeys(domain)
  let tag: Uint8Array = new Uint8Array(TAG)
  let at = line.length
  for (let number = 0; number === 0 || at < bytes.length; number++) {
    const start = at + LENGTH
    const end = start + readUint32(bytes, at)
    if (end < start + IV + TAG || end > bytes.length) throw damagedState()
    const aad = authenticated(line, number, end === bytes.length, tag)
    const iv = bytes.subarray(start, start + IV)
    const ciphertext = bytes.subarray(start + IV, end - TAG)
    tag = bytes.subarray(end - TAG, end)
    const text = whole(() => bytesToUtf8(decryptA256CbcHs512(content, iv, aad, ciphertext, tag)))
    yield* text.split('\n')
    at = end
  }
}

/** What an export that was opened is called: its last tag, as when it was sealed. */
export function idOf(bytes: Uint8Array): string {
  return bytesToHex(bytes.subarray(-TAG))
}

/** Whatever does not decrypt or does not read is damage. */
function whole<Result>(open: () => Result): Result {
  try {
    return open()
  } catch (error) {
    throw isCryptoError(error) || error instanceof SyntaxError ? damagedState() : error
  }
}

const LINE_BREAK = 10

/** Longer than any line that was ever written. */
const LONGEST_LINE = 1024

const FORMAT = /^pocket-hsm\/(state|changes|full-backup|key)\/([1-9]\d{0,8})$/

/** The line is read before it can be authenticated, as it says with which key. */
function refusalOfLine(
  kind: ExportKind,
  domain: SecurityDomain,
  line: Uint8Array,
): HsmError | undefined {
  if (line.length === 0 || line.length > LONGEST_LINE) return damagedState()
  const header: unknown = JSON.parse(bytesToUtf8(line))
  const { format, security_domain: belongsTo } = (header ?? {}) as Readonly<Record<string, unknown>>
  const [named, itsKind, version] = (typeof format === 'string' && FORMAT.exec(format)) || []
  if (named === undefined || typeof belongsTo !== 'string') return damagedState()
  if (version !== String(VERSION)) return unknownStateFormat(named)
  if (belongsTo !== domain.id) return foreignState()
  return itsKind === kind ? undefined : otherStateExport(KINDS[kind])
}

const KINDS: Readonly<Record<ExportKind, string>> = {
  state: 'a whole HSM, as exportState makes',
  changes: 'changes, as exportChanges makes',
  'full-backup': 'a full backup, as exportFullBackup makes',
  key: 'one key, as exportParts makes',
}

function* inChunks(
  items: Iterable<string>,
): Generator<{ readonly text: string; readonly isLast: boolean }, undefined> {
  let chunk: string[] = []
  let length = 0
  for (const item of items) {
    if (length >= CHUNK_LENGTH) {
      yield { text: chunk.join('\n'), isLast: false }
      chunk = []
      length = 0
    }
    chunk.push(item)
    length += item.length + 1
  }
  yield { text: chunk.join('\n'), isLast: true }
}

function authenticated(
  line: Uint8Array,
  number: number,
  isLast: boolean,
  tagBefore: Uint8Array,
): Uint8Array {
  return concatBytes(line, uint32(number), Uint8Array.of(isLast ? 1 : 0), tagBefore)
}

function uint32(number: number): Uint8Array {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setUint32(0, number)
  return bytes
}

/** Bytes that are not there read as none at all, which no length is. */
function readUint32(bytes: Uint8Array, at: number): number {
  if (at + LENGTH > bytes.length) return -1
  return new DataView(bytes.buffer, bytes.byteOffset + at, LENGTH).getUint32(0)
}
