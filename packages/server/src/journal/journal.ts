/** The journal of a source: what the source holds is on disk before a response shows it. */

import { serverError } from '../server-error.ts'
import { type Entry, fromPayload, toPayload } from './entries.ts'
import {
  createJournal,
  type JournalFile,
  openJournal,
  removeDrafts,
  syncFolderOf,
} from './journal-file.ts'
import type { JournalKey } from './journal-format.ts'

/** What a journal stores. No function is called while another runs. */
export interface JournalSource {
  /** Returns what has changed since the last call; empty if nothing has. */
  readonly collect: () => readonly Entry[]
  /** Takes a snapshot of what was collected so far, in constant time. */
  readonly takeSnapshot: () => SourceSnapshot
}

/** A source as it was at one moment. */
export interface SourceSnapshot {
  /** All of it. */
  readonly all: () => Promise<readonly Entry[]>
  /** All that was collected after that moment, together. */
  readonly since: () => readonly Entry[]
}

/** Where a journal is, and when it is rewritten. */
export interface JournalSettings {
  readonly path: string
  readonly key: JournalKey
  /** Receives warnings about errors that do not stop it. */
  readonly warn: (message: string) => void
  /** A journal of fewer bytes is never rewritten. Defaults to 16 KiB. */
  readonly smallest?: number
}

/** What a journal has written since it was opened. */
export interface JournalStats {
  readonly writes: number
  /** Of the changes; rewritings are not counted. */
  readonly bytes: number
  /** Why nothing is written any more. */
  readonly failure?: Error | undefined
}

/** An open journal. */
export interface Journal {
  readonly stats: () => JournalStats
  /**
   * Resolves once everything that the source holds now is on disk; at once if it is already.
   *
   * Calls during a write share the next one. After a write has failed, every call rejects: memory may be ahead of the
   * disk.
   */
  readonly flush: () => Promise<void>
  /** Writes what is left, and closes the file. Further calls return the same promise. */
  readonly close: () => Promise<void>
}

/** A journal is rewritten when it has this many times the length with which it began. */
const GROWTH = 4

const SMALLEST = 16_384

/**
 * Reads a journal.
 *
 * @returns Its entries in order and the open file; without a file no entries and `undefined`.
 * @throws `BadState` - damage, another format, another key.
 */
export async function readEntries({ path, key, warn }: JournalSettings): Promise<{
  readonly entries: readonly Entry[]
  readonly file: JournalFile | undefined
}> {
  await removeDrafts(path)
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
 * @param file - From `readEntries`; if it is `undefined`, a file is created with all that the source holds.
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
  let writes = 0
  let bytes = 0
  let queued: Promise<void> | undefined
  let rewriting: Promise<void> | undefined
  let lastJob: Promise<void> = Promise.resolve()

  /** Runs jobs one at a time, in order, and none after one that failed. */
  const enqueue = (job: () => Promise<void>): Promise<void> => {
    const result = lastJob.then(() => (failure === undefined ? job() : Promise.reject(failure)))
    const reported = result.catch((error) => {
      failure ??= failed(path, error)
      throw failure
    })
    lastJob = reported.catch(() => {})
    return reported
  }

  const write = async (): Promise<void> => {
    queued = undefined
    const entries = source.collect()
    if (entries.length === 0) return
    const payload = toPayload(entries)
    await current.append(payload)
    writes += 1
    bytes += payload.reduce((sum, piece) => sum + piece.length, 0)
    if (current.length() > limit) rewriting ??= rewrite().finally(() => (rewriting = undefined))
  }

  /** Writes go on to the journal while a new one is written beside it; only the last step holds them up. */
  const rewrite = async (): Promise<void> => {
    const snapshot = source.takeSnapshot()
    const fresh = await writeDraft(settings, snapshot).catch(continueUnrewritten)
    if (fresh === undefined) return
    await enqueue(async () => {
      const since = snapshot.since()
      try {
        if (since.length > 0) await fresh.append(toPayload(since))
        await fresh.moveTo(path)
      } catch (error) {
        await fresh.remove()
        return continueUnrewritten(error as Error)
      }
      const old = current
      current = fresh
      limit = Math.max(smallest, GROWTH * fresh.length())
      await old.close()
      await syncFolderOf(path)
    }).catch(() => {})
  }

  /** The journal is whole, and goes on as it is. */
  const continueUnrewritten = (error: Error): undefined => {
    limit *= 2
    warn(`The state in ${path} could not be rewritten and keeps growing: ${error.message}`)
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
    stats: () => ({ writes, bytes, failure }),
    flush,
    close: () => {
      closed ??= close()
      return closed
    },
  }
}

async function firstFile(settings: JournalSettings, source: JournalSource): Promise<JournalFile> {
  const first = await writeDraft(settings, source.takeSnapshot())
  await first.moveTo(settings.path)
  await syncFolderOf(settings.path)
  return first
}

/** Writes a new file; it gets the journal's name only when it is whole. */
async function writeDraft(
  { path, key }: JournalSettings,
  snapshot: SourceSnapshot,
): Promise<JournalFile> {
  const fresh = await createJournal(key, path)
  await fresh.append(toPayload(await snapshot.all())).catch(async (error) => {
    await fresh.remove()
    throw error
  })
  return fresh
}

function failed(path: string, cause: Error): Error {
  return serverError(
    'BadState',
    `The state cannot be written to ${path}: ${cause.message}. Every request gets a 500 from now on, as what is in memory may not be on disk. Start the server again.`,
    cause,
  )
}
