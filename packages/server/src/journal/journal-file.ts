/** A journal on disk: opened, appended to, and rewritten under another name first. */

import { randomBytes } from 'node:crypto'
import { type FileHandle, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
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
  /** Replaces the journal of this path; `syncFolderOf` makes that last. If it rejects, nothing has changed. */
  readonly moveTo: (path: string) => Promise<void>
  readonly close: () => Promise<void>
  /** Closes it and deletes the file: for one that never replaced a journal. */
  readonly remove: () => Promise<void>
}

/** The position in a file; it changes only after what it describes is on disk. */
interface Position {
  end: number
  /** Where the first record ends. */
  firstEnd: number
  lastTag: Uint8Array
  records: number
  /** The length of the file, with the zeros behind its last record. */
  size: number
}

/** A file grows by this much: a write inside it cannot change its length, so a record is there only if it is whole. */
const STEP = 16_384

/** The bytes of one write; other requests run between two. */
const SLICE = 1_048_576

/**
 * Opens the journal of a path, and cuts off a last record that is not complete.
 *
 * @returns `undefined` if there is no file.
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

/** A file that is being written gets this ending, after 16 random bytes in hexadecimal. */
const DRAFT_ENDING = '.new'

/**
 * Creates a journal that is to replace the one of a path, with its header and no record. It has a random name beside the
 * path until `moveTo`: nobody can have put a file or a link there before.
 */
export async function createJournal(key: JournalKey, path: string): Promise<JournalFile> {
  const header = headerBytes(key, randomBytes(16))
  const draft = `${path}.${randomBytes(16).toString('hex')}${DRAFT_ENDING}`
  const handle = await open(draft, 'wx', 0o600)
  await writeAll(handle, header, 0)
  const end = HEADER_LENGTH
  const position = { end, firstEnd: end, lastTag: headerTag(header), records: 0, size: end }
  return journalFile(key, handle, draft, position)
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
      // First the zeros, then the record into them: if the disk is full, nothing of the record is there. A long record is
      // not written twice.
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
    remove: async () => {
      await handle.close()
      await rm(path, { force: true })
    },
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
    // Unwritten megabytes would hold up the journal that is written meanwhile.
    await handle.datasync()
  }
}

function slices(bytes: Uint8Array): readonly Uint8Array[] {
  const count = Math.ceil(bytes.length / SLICE)
  return Array.from({ length: count }, (_, index) =>
    bytes.subarray(index * SLICE, (index + 1) * SLICE),
  )
}

/** Makes sure that zeros follow this offset: if none do, the file was cut off. */
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

/** A file's name is on disk once its folder is. Windows cannot open folders, and does this itself. */
export async function syncFolderOf(path: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(dirname(path), 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Deletes the files that interrupted rewritings of the journal of a path have left. */
export async function removeDrafts(path: string): Promise<void> {
  const folder = dirname(path)
  const start = `${basename(path)}.`
  const drafts = (await readdir(folder).catch(() => [])).filter(
    (name) =>
      name.startsWith(start) &&
      /^[0-9a-f]{32}$/.test(name.slice(start.length, -DRAFT_ENDING.length)) &&
      name.endsWith(DRAFT_ENDING),
  )
  for (const name of drafts) await rm(join(folder, name), { force: true })
}

function ifMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT') return undefined
  throw error
}
