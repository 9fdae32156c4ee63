/** Files that commands read and write: each is written as a whole or not at all. */

import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { serverError } from '../../server-error.ts'

/** Reads the bytes of a file. */
export async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return new Uint8Array(await readFile(path))
  } catch (error) {
    throw unusable(path, error)
  }
}

/** Throws if a file exists: like az, before any request is sent. */
export function checkFree(path: string): void {
  if (existsSync(path)) throw taken(path)
}

/** Writes a new file. */
export function writeNew(path: string, content: string | Uint8Array): Promise<void> {
  return write(path, content, link)
}

/** Writes a file, and replaces an existing one. */
export function writeOver(path: string, content: string | Uint8Array): Promise<void> {
  return write(path, content, rename)
}

async function write(
  path: string,
  content: string | Uint8Array,
  put: (draft: string, path: string) => Promise<void>,
): Promise<void> {
  const draft = `${path}.${randomUUID()}.draft`
  try {
    await writeFile(draft, content, { flag: 'wx', mode: 0o600 })
    await put(draft, path)
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'EEXIST' ? taken(path) : unusable(path, error)
  } finally {
    await rm(draft, { force: true })
  }
}

function taken(path: string): Error {
  return serverError('BadFile', `File or directory named '${path}' already exists.`)
}

function unusable(path: string, cause: unknown): Error {
  const { code } = cause as NodeJS.ErrnoException
  const why = code === 'ENOENT' ? 'No such file or directory' : code
  return serverError('BadFile', `${why}: '${path}'`, cause)
}
