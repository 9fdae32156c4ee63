/** The file of the audit log: appended to, within bounds, whatever becomes of the file. */

import { type FileHandle, open, stat } from 'node:fs/promises'
import { serverError } from '../server-error.ts'

/** A file that lines are appended to. */
export interface AuditFile {
  /** Appends a line with its line break, in the background. */
  readonly append: (line: string) => void
  /** Writes what waits, or tries whether it could write, and returns why it could not. */
  readonly flush: () => Promise<Error | undefined>
}

/** What may wait to be written: bytes. */
const MOST_WAITING = 4 * 1024 * 1024

/** A file that could not be written is tried again after so many milliseconds. */
const RETRY_MS = 1000

/**
 * Opens a file for lines, and creates it for its owner alone.
 *
 * Each batch of lines opens the file again, so that a file that was renamed or deleted, as tools for rotation do, is
 * followed by a new one. While the file cannot be written, lines wait; those that are too many are dropped, and a
 * warning says how many. A last line that a crash has cut off gets its line break first.
 *
 * @throws `BadFile` - it cannot be opened.
 */
export async function openAuditFile(
  path: string,
  warn: (text: string) => void,
  mostWaiting: number = MOST_WAITING,
): Promise<AuditFile> {
  const first = await openToAppend(path).catch((error) => {
    throw serverError('BadFile', `The audit log cannot be written: ${error.message}`, error)
  })
  await first.close()
  const begun = (await endsInALine(path)) ? '' : '\n'
  let waiting: Buffer[] = [Buffer.from(begun)]
  let length = begun.length
  let dropped = 0
  let failure: Error | undefined
  let failedAt = 0
  let writing: Promise<void> | undefined

  const writeWaiting = async () => {
    // With nothing to write, it finds out whether the file can be opened.
    do {
      const batch = Buffer.concat(waiting)
      waiting = []
      // What is under way still counts, so that it can be put back.
      const { written, error } = await write(path, batch)
      const rest = batch.subarray(written)
      if (rest.length > 0) waiting.unshift(rest)
      length -= written
      if (error !== undefined) return noteFailure(error)
    } while (length > 0)
    noteSuccess()
  }
  const noteFailure = (error: Error) => {
    if (failure === undefined) warn(`The audit log cannot be written: ${error.message}`)
    failure = error
    failedAt = Date.now()
  }
  const noteSuccess = () => {
    failure = undefined
    if (dropped > 0) warn(`${dropped} records of the audit log were dropped, as too many waited.`)
    dropped = 0
  }
  const start = (): Promise<void> => {
    writing ??= writeWaiting().finally(() => {
      writing = undefined
      // A line that came after the last look at what waits.
      if (length > 0 && failure === undefined) void start()
    })
    return writing
  }
  return {
    append: (line) => {
      const bytes = Buffer.from(line)
      if (length + bytes.length > mostWaiting) {
        dropped += 1
      } else {
        waiting.push(bytes)
        length += bytes.length
      }
      if (failure === undefined || Date.now() - failedAt >= RETRY_MS) void start()
    },
    flush: async () => {
      await writing
      await start()
      return failure
    },
  }
}

const openToAppend = (path: string): Promise<FileHandle> => open(path, 'a', 0o600)

/** Whether the next line can follow; a file that cannot be read is taken for one that ends in a line. */
async function endsInALine(path: string): Promise<boolean> {
  try {
    const found = await stat(path)
    const { size } = found
    if (!found.isFile() || size === 0) return true
    const handle = await open(path, 'r')
    try {
      const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, size - 1)
      return buffer[0] === 0x0a
    } finally {
      await handle.close()
    }
  } catch {
    return true
  }
}

/** Appends as much as it can; it does not throw. */
async function write(
  path: string,
  bytes: Buffer,
): Promise<{ readonly written: number; readonly error?: Error }> {
  let written = 0
  let handle: FileHandle | undefined
  try {
    handle = await openToAppend(path)
    while (written < bytes.length) {
      const { bytesWritten } = await handle.write(bytes, written)
      written += bytesWritten
    }
    return { written }
  } catch (error) {
    return { written, error: error as Error }
  } finally {
    await handle?.close().catch(() => {})
  }
}
