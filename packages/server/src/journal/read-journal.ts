/** Reads a journal, and distinguishes a write that was never finished from damage to one that was. */

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
  /** A warning: the file ends in a record that is not complete, or may have been cut off. */
  readonly warning?: string
}

/** A disk writes one sector whole or not at all; a write of several sectors can leave any of them out. */
const SECTOR = 512

/**
 * Reads a journal.
 *
 * | what is at the end | outcome |
 * | --- | --- |
 * | zeros | everything is there; a record that was replaced by zeros cannot be noticed |
 * | nothing at all | a warning: a record may have been cut off exactly there |
 * | a record without its end, or with a sector of it still zeros | a warning; the record is left out |
 * | a record that is complete except for its tag | refused: it was written in full once |
 *
 * Damage before another record is always refused, and so is damage to the first record, which was complete when the
 * file got its name: an interrupted write can leave neither.
 *
 * @param key - The key of the journal.
 * @param file - The bytes of the whole file.
 * @param path - Its name in error texts.
 * @throws `BadState` - damage as above, another format, another key. The text has the offset.
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

/** Checks what follows the last whole record. Returns a warning; throws if an interrupted write cannot have left it. */
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
      `Another record follows at offset ${next}, so it had been written in full.`,
    )
  }
  if (isFirst) throw damage(path, end, 'Nothing of a journal can be read without its first record.')
  if (!isTorn(tail, end, headAt(key, file, end))) {
    throw damage(
      path,
      end,
      `It is the last record and had been written in full. To continue without it, cut the file to ${end} bytes.`,
    )
  }
  if (tail.length === 0) {
    return `The state in ${path} ends at offset ${end}, right after a record: if the file was cut off there, what followed is lost.`
  }
  return `The state in ${path} ends in an incomplete record: ${tail.length} bytes from offset ${end} on were removed. They contain a request that got a response only if something else shortened or damaged the file.`
}

function damage(path: string, offset: number, detail: string): ServerError {
  return serverError(
    'BadState',
    `The state in ${path} is refused, and the file is unchanged: the record at offset ${offset} is damaged or does not follow the one before. ${detail}`,
  )
}

/** Whether an interrupted write can have left this: its end or a sector in it is missing. */
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
