/** The journal of some source: what it holds is on the disk before anybody is told of it. */

import { serverError } from '../server-error.ts'
import { type Entry, fromPayload, toPayload } from './entries.ts'
import {
  createJournal,
  type JournalFile,
  openJournal,
  removeUnfinished,
  syncFolderOf,
} from './journal-file.ts'
import type { JournalKey } from './journal-format.ts'

/** What is kept. Each function is called by itself, never while another runs. */
export interface JournalSource {
  /** What has changed since it was last asked; empty where nothing has. */
  readonly collect: () => readonly Entry[]
  /** Takes note of what was collected so far, in no time worth naming. */
  readonly freeze: () => FrozenSource
}

/** A source as it was at one moment. */
export interface FrozenSource {
  /** All of it. */
  readonly all: () => Promise<readonly Entry[]>
  /** What was collected after that moment, in one. */
  readonly since: () => readonly Entry[]
}

/** Where a journal is and when it is written anew. */
export interface JournalSettings {
  readonly path: string
  readonly key: JournalKey
  /** Hears what does not stop it. */
  readonly warn: (message: string) => void
  /** The bytes up to which it is never written anew: 16 KiB unless told. */
  readonly smallest?: number
}

/** A journal at work. */
export interface Journal {
  /**
   * Resolves once everything that the source holds now is on the disk; at once where it is already.
   *
   * Calls that come while a write is under way share the next one. After a write has failed it rejects for good: what
   * is in memory may be ahead of what is on the disk.
   */
  readonly flush: () => Promise<void>
  /** Writes what is left, and lets go of the file; once. */
  readonly close: () => Promise<void>
}

/** It is written anew when it has grown by as many times what it began with. */
const GROWTH = 4

const SMALLEST = 16_384

/**
 * Reads what a journal holds.
 *
 * @returns Its entries in order and the file, open; neither where there is no file yet.
 * @throws `BadState` - damage, another format, another key.
 */
export async function readEntries({ path, key, warn }: JournalSettings): Promise<{
  readonly entries: readonly Entry[]
  readonly file: JournalFile | undefined
}> {
  await removeUnfinished(unfinished(path))
  const found = await openJournal(key, path)
  if (found === undefined) return { entries: [], file: undefined }
  if (found.content.warning !== undefined) warn(found.content.warning)
  try {
    return { entries: found.content.payloads.flatMap(fromPayload), file: found.file }
  } catch (error) {
    await found.file.close()
    throw error
  }
}

/**
 * Starts the journal of a source.
 *
 * @param file - The one that `readEntries` gave; one is made, with all that the source holds, where there was none.
 */
export async function startJournal(
  settings: JournalSettings,
  source: JournalSource,
  file?: JournalFile,
): Promise<Journal> {
  const { path, warn, smallest = SMALLEST } = settings
  let current = file ?? (await firstFile(settings, source))
  let limit = Math.max(smallest, GROWTH * current.firstLength())
  let failure: Error | undefined
  let queued: Promise<void> | undefined
  let rewriting: Promise<void> | undefined
  let busy: Promise<void> = Promise.resolve()

  /** One job at a time, in order; none after one that failed. */
  const enqueue = (job: () => Promise<void>): Promise<void> => {
    const result = busy.then(() => (failure === undefined ? job() : Promise.reject(failure)))
    const told = result.catch((error) => {
      failure ??= failed(path, error)
      throw failure
    })
    busy = told.catch(() => {})
    return told
  }

  const write = async (): Promise<void> => {
    queued = undefined
    const entries = source.collect()
    if (entries.length === 0) return
    await current.append(toPayload(entries))
    if (current.length() > limit) rewriting ??= rewrite().finally(() => (rewriting = undefined))
  }

  /** The journal goes on while all of it is written beside it; only the last step holds it up. */
  const rewrite = async (): Promise<void> => {
    const frozen = source.freeze()
    const fresh = await writeBeside(settings, frozen).catch(goOn)
    if (fresh === undefined) return
    await enqueue(async () => {
      const since = frozen.since()
      try {
        if (since.length > 0) await fresh.append(toPayload(since))
        await fresh.moveTo(path)
      } catch (error) {
        await fresh.close()
        return goOn(error as Error)
      }
      const old = current
      current = fresh
      limit = Math.max(smallest, GROWTH * fresh.length())
      await old.close()
      await syncFolderOf(path)
    }).catch(() => {})
  }

  /** What it was is whole, and is written on. */
  const goOn = (error: Error): undefined => {
    limit *= 2
    warn(`The state in ${path} could not be written anew and goes on growing: ${error.message}`)
  }

  const flush = (): Promise<void> => {
    queued ??= enqueue(write)
    return queued
  }
  let closed: Promise<void> | undefined
  const close = async (): Promise<void> => {
    const last = flush()
    await last.catch(() => {})
    await rewriting
    await current.close()
    await last
  }
  return {
    flush,
    close: () => {
      closed ??= close()
      return closed
    },
  }
}

async function firstFile(settings: JournalSettings, source: JournalSource): Promise<JournalFile> {
  const first = await writeBeside(settings, source.freeze())
  await first.moveTo(settings.path)
  await syncFolderOf(settings.path)
  return first
}

/** A file gets the journal's name only when it is whole. */
async function writeBeside(
  { path, key }: JournalSettings,
  frozen: FrozenSource,
): Promise<JournalFile> {
  const fresh = await createJournal(key, unfinished(path))
  await fresh.append(toPayload(await frozen.all())).catch(async (error) => {
    await fresh.close()
    await removeUnfinished(unfinished(path))
    throw error
  })
  return fresh
}

const unfinished = (path: string) => `${path}.new`

function failed(path: string, cause: Error): Error {
  return serverError(
    'BadState',
    `The state cannot be kept in ${path}: ${cause.message}. Nothing more is answered, as what is in memory may not be on the disk; start the server again.`,
    cause,
  )
}
