/** The bytes of a journal: one header, then records, each of which names the record before it. */

import { createHmac, type Hmac, type KeyObject } from 'node:crypto'

/**
 * header, 72 bytes: `pocket-hsm state` | version, 4 | zeros, 4 | key id, 16 | journal id, 16 | tag of these, 16.
 * record: head | payload | zeros to a multiple of 8 | tag of all before, 16 | `recorded`.
 * head, 48 bytes: mark, 4 | length of the payload, 4 | number, 8 | tag of the record before, 16 | tag of these, 16.
 *
 * Tags are HMAC-SHA-256 under the journal's key, cut to 16 bytes. Zeros follow the last record.
 */
export const HEADER_LENGTH = 72
export const HEAD_LENGTH = 48
export const END_LENGTH = 24

const TAG_LENGTH = 16
const MAGIC = Buffer.from('pocket-hsm state')
const VERSION = 1
const MARK = Buffer.from([0x70, 0x68, 0x72, 0x01])
const END_MARK = Buffer.from('recorded')

/** The key of a journal. */
export interface JournalKey {
  /** Identifies the key and reveals nothing about it: 16 bytes. */
  readonly id: Uint8Array
  /** The key of the tags. */
  readonly tagKey: KeyObject
}

/** The head of a record. */
export interface RecordHead {
  readonly payloadLength: number
  readonly number: number
  readonly previousTag: Uint8Array
}

/** The bytes of a whole record with a payload of this length. */
export function recordLength(payloadLength: number): number {
  return HEAD_LENGTH + padded(payloadLength) + END_LENGTH
}

/** Makes a header; its last 16 bytes are the tag that the first record names as its predecessor's. */
export function headerBytes(key: JournalKey, journalId: Uint8Array): Buffer {
  const header = Buffer.alloc(HEADER_LENGTH)
  MAGIC.copy(header)
  header.writeUInt32BE(VERSION, 16)
  header.set(key.id, 24)
  header.set(journalId, 40)
  tagOf(key, header.subarray(0, 56)).copy(header, 56)
  return header
}

/**
 * Says why these bytes do not begin a journal of this key; `undefined` if they do.
 *
 * @param file - The whole file.
 */
export function headerFault(key: JournalKey, file: Buffer): string | undefined {
  if (!file.subarray(0, 16).equals(MAGIC)) return 'it is not a journal of pocket-hsm'
  if (file.length < HEADER_LENGTH) return `its header ends after ${file.length} bytes`
  if (tagOf(key, file.subarray(0, 56)).equals(file.subarray(56, HEADER_LENGTH))) {
    return file.readUInt32BE(16) === VERSION ? undefined : wrongVersion(file)
  }
  if (file.readUInt32BE(16) !== VERSION) return wrongVersion(file)
  const owner = file.subarray(24, 40)
  if (owner.equals(key.id)) return 'its header is damaged (offset 0)'
  return `it belongs to the key ${owner.toString('hex')}, and the key given is ${hex(key.id)}`
}

function wrongVersion(file: Buffer): string {
  return `its format is version ${file.readUInt32BE(16)}, and this version of pocket-hsm reads version ${VERSION}`
}

/** The tag that the first record of a file names. */
export function headerTag(file: Buffer): Buffer {
  return file.subarray(56, HEADER_LENGTH)
}

/** Makes a record in pieces, in order; the payload is not copied. */
export function* recordPieces(
  key: JournalKey,
  { number, previousTag }: Pick<RecordHead, 'number' | 'previousTag'>,
  payload: readonly Uint8Array[],
): Generator<Uint8Array, Buffer> {
  const payloadLength = payload.reduce((sum, { length }) => sum + length, 0)
  const head = Buffer.alloc(HEAD_LENGTH)
  MARK.copy(head)
  head.writeUInt32BE(payloadLength, 4)
  head.writeBigUInt64BE(BigInt(number), 8)
  head.set(previousTag, 16)
  tagOf(key, head.subarray(0, 32)).copy(head, 32)
  const hmac = createHmac('sha256', key.tagKey)
  for (const piece of [head, ...payload, Buffer.alloc(padded(payloadLength) - payloadLength)]) {
    hmac.update(piece)
    yield piece
  }
  const tag = cut(hmac)
  yield Buffer.concat([tag, END_MARK])
  return tag
}

/** Reads the head at an offset, if there is a complete and undamaged one. */
export function headAt(key: JournalKey, file: Buffer, offset: number): RecordHead | undefined {
  const head = file.subarray(offset, offset + HEAD_LENGTH)
  if (head.length < HEAD_LENGTH || !head.subarray(0, 4).equals(MARK)) return undefined
  if (!tagOf(key, head.subarray(0, 32)).equals(head.subarray(32))) return undefined
  return {
    payloadLength: head.readUInt32BE(4),
    number: Number(head.readBigUInt64BE(8)),
    previousTag: head.subarray(16, 32),
  }
}

/** Reads the tag of the record at an offset, if the record is complete and undamaged. */
export function recordTagAt(
  key: JournalKey,
  file: Buffer,
  offset: number,
  { payloadLength }: RecordHead,
): Buffer | undefined {
  const end = offset + recordLength(payloadLength)
  const tag = file.subarray(end - END_LENGTH, end - END_MARK.length)
  if (end > file.length || !file.subarray(end - END_MARK.length, end).equals(END_MARK))
    return undefined
  const expected = tagOf(key, file.subarray(offset, end - END_LENGTH))
  return expected.equals(tag) ? tag : undefined
}

/** Finds the next undamaged head from an offset on. */
export function nextHead(key: JournalKey, file: Buffer, from: number): number | undefined {
  for (
    let offset = file.indexOf(MARK, from);
    offset >= 0;
    offset = file.indexOf(MARK, offset + 1)
  ) {
    if (headAt(key, file, offset) !== undefined) return offset
  }
  return undefined
}

const padded = (length: number) => Math.ceil(length / 8) * 8

const tagOf = (key: JournalKey, bytes: Uint8Array) =>
  cut(createHmac('sha256', key.tagKey).update(bytes))

const cut = (hmac: Hmac) => hmac.digest().subarray(0, TAG_LENGTH)

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
