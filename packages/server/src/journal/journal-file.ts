/** A journal on the disk: opened, appended to, and written anew under another name first. */

import { randomBytes } from 'node:crypto'
import { type FileHandle, open, readFile, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import {
  HEADER_LENGTH,
  headerBytes,
  headerTag,
  type JournalKey,
  recordLength,
  recordPieces,
} from './journal-format.ts'
import { type JournalContent, readJournal } from './read-journal.ts'

/** A journal that is open for records. */
export interface JournalFile {
  /** The bytes of its records so far, header included. */
  readonly length: () => number
  /** The bytes up to the end of its first record, with which it began. */
  readonly firstLength: () => number
  /** Adds one record; it is on the disk once this resolves. One call at a time. */
  readonly append: (payload: readonly Uint8Array[]) => Promise<void>
  /** Puts it in the place of the journal of this path; `syncFolderOf` makes that last. Nothing is changed where it rejects. */
  readonly moveTo: (path: string) => Promise<void>
  readonly close: () => Promise<void>
}

/** Where a file stands; changed only after what it says is on the disk. */
interface Position {
  end: number
  /** Where the first record ends. */
  firstEnd: number
  lastTag: Uint8Array
  records: number
  /** The length of the file, with the zeros behind its last record. */
  size: number
}

/** A file grows by as much: a write that does not lengthen it can end a record only by being whole. */
const STEP = 16_384

/** What is written at once; other requests are answered between two. */
const SLICE = 1_048_576

/**
 * Opens the journal of a path, and cuts off a last record that is not there in full.
 *
 * @returns Nothing where there is no file.
 * @throws `BadState` - as `readJournal`; the file is as it was then.
 */
export async function openJournal(
  key: JournalKey,
  path: string,
): Promise<{ readonly file: JournalFile; readonly content: JournalContent } | undefined> {
  const bytes = await readFile(path).catch(ifMissing)
  if (bytes === undefined) return undefined
  const content = readJournal(key, bytes, path)
  const { end, firstEnd, lastTag, payloads } = content
  const handle = await open(path, 'r+')
  const position = { end, firstEnd, lastTag, records: payloads.length, size: bytes.length }
  if (content.warning !== undefined) {
    await handle.truncate(end)
    position.size = end
    await pad(handle, position, end)
    await handle.sync()
  }
  return { file: journalFile(key, handle, path, position), content }
}

/** Makes a journal at a path, in the place of whatever is there, with its header and no record. */
export async function createJournal(key: JournalKey, path: string): Promise<JournalFile> {
  const header = headerBytes(key, randomBytes(16))
  const handle = await open(path, 'w', 0o600)
  await writeAll(handle, header, 0)
  const end = HEADER_LENGTH
  const position = { end, firstEnd: end, lastTag: headerTag(header), records: 0, size: end }
  return journalFile(key, handle, path, position)
}

function journalFile(
  key: JournalKey,
  handle: FileHandle,
  path: string,
  position: Position,
): JournalFile {
  return {
    length: () => position.end,
    firstLength: () => position.firstEnd,
    append: async (payload) => {
      const length = payload.reduce((sum, piece) => sum + piece.length, 0)
      // First the zeros, then the record into them: where there is no room, nothing of the record is there. What is long
      // is not written twice.
      if (length < SLICE) await pad(handle, position, position.end + recordLength(length))
      const { end, lastTag } = await writeRecord(key, handle, position, payload)
      position.size = Math.max(position.size, end)
      await pad(handle, position, end)
      await handle.datasync()
      const firstEnd = position.records === 0 ? end : position.firstEnd
      Object.assign(position, { end, firstEnd, lastTag, records: position.records + 1 })
    },
    moveTo: async (place) => {
      await handle.sync()
      await rename(path, place)
    },
    close: () => handle.close(),
  }
}

async function writeRecord(
  key: JournalKey,
  handle: FileHandle,
  { end, lastTag, records }: Position,
  payload: readonly Uint8Array[],
): Promise<Pick<Position, 'end' | 'lastTag'>> {
  const pieces = recordPieces(
    key,
    { number: records + 1, previousTag: lastTag },
    payload.flatMap(slices),
  )
  let at = end
  let gathered: Uint8Array[] = []
  let length = 0
  const flush = async () => {
    await writeAll(handle, Buffer.concat(gathered), at)
    at += length
    gathered = []
    length = 0
  }
  for (;;) {
    const { done, value } = pieces.next()
    if (done) {
      await flush()
      return { end: at, lastTag: value }
    }
    gathered.push(value)
    length += value.length
    if (length < SLICE) continue
    await flush()
    // Much that waits for the disk holds up every other file: the journal that goes on meanwhile.
    await handle.datasync()
  }
}

function slices(bytes: Uint8Array): readonly Uint8Array[] {
  const count = Math.ceil(bytes.length / SLICE)
  return Array.from({ length: count }, (_, index) =>
    bytes.subarray(index * SLICE, (index + 1) * SLICE),
  )
}

/** Sees to it that the file goes on behind this offset, with zeros: where it does not, something was cut off. */
async function pad(handle: FileHandle, position: Position, end: number): Promise<void> {
  if (end < position.size) return
  const size = (Math.floor(end / STEP) + 1) * STEP
  await writeAll(handle, new Uint8Array(size - position.size), position.size)
  position.size = size
}

async function writeAll(handle: FileHandle, bytes: Uint8Array, from: number): Promise<void> {
  for (let written = 0; written < bytes.length; ) {
    const rest = bytes.subarray(written)
    written += (await handle.write(rest, 0, rest.length, from + written)).bytesWritten
  }
}

/** A file's name is on the disk once its folder is; where folders cannot be opened, the system sees to it. */
export async function syncFolderOf(path: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(dirname(path), 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Removes what a rewriting that was interrupted left. */
export async function removeUnfinished(path: string): Promise<void> {
  await rm(path, { force: true })
}

function ifMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT') return undefined
  throw error
}
