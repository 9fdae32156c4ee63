/** Reads a journal and tells a write that was never finished from damage to one that was. */

import { type ServerError, serverError } from '../server-error.ts'
import {
  HEAD_LENGTH,
  HEADER_LENGTH,
  headAt,
  headerFault,
  headerTag,
  type JournalKey,
  nextHead,
  type RecordHead,
  recordLength,
  recordTagAt,
} from './journal-format.ts'

/** What a journal holds, and where the next record goes. */
export interface JournalContent {
  /** The payloads of the records, in order: views of the file's bytes. */
  readonly payloads: readonly Buffer[]
  /** Where the last whole record ends. */
  readonly end: number
  /** Where the first record ends. */
  readonly firstEnd: number
  /** The tag of the last whole record. */
  readonly lastTag: Uint8Array
  /** What is to be told: the file ends where a record was not written in full, or may have been cut off. */
  readonly warning?: string
}

/** What one write of a disk puts down whole or not at all; a write of several can leave any of them out. */
const SECTOR = 512

/**
 * Reads a journal.
 *
 * | what is at the end | outcome |
 * | --- | --- |
 * | zeros | all is there |
 * | nothing at all | a warning: a record may have been cut off exactly there |
 * | a record without its end, or with a sector of it still zeros | a warning; the record is left out |
 * | a record that is all there, but for its checksum | refused: it was written in full once |
 *
 * Damage with a record behind it is always refused, and so is damage to the first record, which the file got its name
 * with: neither can be left by a write that was interrupted.
 *
 * @param key - The key of the journal.
 * @param file - The bytes of the whole file.
 * @param path - What messages call it.
 * @throws `BadState` - damage as above, another format, another key. The message names the offset.
 */
export function readJournal(key: JournalKey, file: Buffer, path: string): JournalContent {
  const fault = headerFault(key, file)
  if (fault !== undefined)
    throw serverError('BadState', `The state in ${path} is refused: ${fault}.`)
  const payloads: Buffer[] = []
  let lastTag = headerTag(file)
  let end = HEADER_LENGTH
  for (;;) {
    const head = headAt(key, file, end)
    const tag = head && follows(head, payloads.length, lastTag) && recordTagAt(key, file, end, head)
    if (!head || !tag) break
    const start = end + HEAD_LENGTH
    payloads.push(file.subarray(start, start + head.payloadLength))
    lastTag = tag
    end += recordLength(head.payloadLength)
  }
  const warning = checkTail(key, file, path, end, payloads.length === 0)
  const firstEnd = HEADER_LENGTH + recordLength(payloads[0]?.length ?? 0)
  return { payloads, end, firstEnd, lastTag, ...(warning !== undefined && { warning }) }
}

function follows({ number, previousTag }: RecordHead, count: number, lastTag: Buffer): boolean {
  return number === count + 1 && lastTag.equals(previousTag)
}

/** What to warn of behind the last whole record; throws where more is wrong than a write that was interrupted. */
function checkTail(
  key: JournalKey,
  file: Buffer,
  path: string,
  end: number,
  isFirst: boolean,
): string | undefined {
  const tail = file.subarray(end)
  if (!isFirst && tail.length > 0 && isZeros(tail)) return undefined
  const next = nextHead(key, file, end + 1)
  if (next !== undefined) {
    throw damage(
      path,
      end,
      `A record stands behind it, at offset ${next}, so that it had been written in full.`,
    )
  }
  if (isFirst) throw damage(path, end, 'Without its first record nothing of a journal can be read.')
  if (!isTorn(tail, end, headAt(key, file, end))) {
    throw damage(
      path,
      end,
      `It is the last record and was written in full. To go on without it, cut the file to ${end} bytes.`,
    )
  }
  if (tail.length === 0) {
    return `The state in ${path} ends at offset ${end} with its last record: if the file was cut off there, what was behind is lost.`
  }
  return `The state in ${path} ends in a record that is not there in full: ${tail.length} bytes from offset ${end} on were cut off. A request that was answered is only among them if something else shortened or damaged the file.`
}

function damage(path: string, offset: number, detail: string): ServerError {
  return serverError(
    'BadState',
    `The state in ${path} is refused, and the file was left as it is: the record at offset ${offset} is damaged or does not follow the one before. ${detail}`,
  )
}

/** Whether an interrupted write can have left this: it lacks its end, or a sector in it. */
function isTorn(tail: Buffer, offset: number, head: RecordHead | undefined): boolean {
  if (head === undefined) {
    return (
      isZeros(tail.subarray(HEAD_LENGTH)) ||
      isZeros(tail.subarray(0, 4)) ||
      isZeros(tail.subarray(40, HEAD_LENGTH))
    )
  }
  const length = recordLength(head.payloadLength)
  // No byte of the end mark is zero, nor becomes so by one flipped bit.
  if (length > tail.length || tail[length - 1] === 0) return true
  for (let start = 0; start < length; ) {
    const next = Math.min(length, start + SECTOR - ((offset + start) % SECTOR))
    if (isZeros(tail.subarray(start, next))) return true
    start = next
  }
  return false
}

const ZEROS = Buffer.alloc(65_536)

function isZeros(bytes: Buffer): boolean {
  for (let start = 0; start < bytes.length; start += ZEROS.length) {
    const slice = bytes.subarray(start, start + ZEROS.length)
    if (!slice.equals(ZEROS.subarray(0, slice.length))) return false
  }
  return true
}
