/** The state of a server in a file: HSMs are restored from it, and stored in it. */

import { realpath, stat } from 'node:fs/promises'
import {
  applyChanges,
  type Hsm,
  type HsmError,
  type HsmOptions,
  importState,
  type SecurityDomain,
} from 'pocket-hsm'
import { serverError } from '../server-error.ts'
import type { Entry } from './entries.ts'
import { createHsmSource, type StoredHsm, type StoredServer } from './hsm-source.ts'
import { type Journal, readEntries, startJournal } from './journal.ts'
import type { JournalFile } from './journal-file.ts'
import { takeLock } from './lock-file.ts'
import { findStateKey, journalKeyOf, securityDomainOf } from './state-key.ts'

/** Where a state is stored. */
export interface StateSettings {
  readonly path: string
  /** The 32 bytes of its key, or the file that holds them. Defaults to the path with `.key` appended. */
  readonly key?: Uint8Array | string | undefined
  readonly warn: (message: string) => void
}

/** The options with which an HSM is restored, given its name and the names of all. */
export type OptionsOf = (name: string, names: readonly string[]) => HsmOptions

/** An open state; no other process can open it. */
export interface ServerState {
  /** The HSMs of the state, by name in lower case. */
  readonly hsms: ReadonlyMap<string, Hsm>
  /** Their names, as they were given first. */
  readonly names: readonly string[]
  /** What is stored about the server; `undefined` for a new state. */
  readonly server: StoredServer | undefined
  /** The security domain for an HSM of this name. */
  readonly domainOf: (name: string) => SecurityDomain
  /** Stores these HSMs from now on, until the journal is closed. */
  readonly store: (hsms: () => readonly StoredHsm[], server: () => StoredServer) => Promise<Journal>
  /** Closes a state for which `store` was not called. */
  readonly release: () => Promise<void>
}

/**
 * Opens a state, or prepares a new one.
 *
 * @param optionsOf - Options that may repeat what an HSM was made with but not contradict it.
 * @throws `BadState` - it is in use, is damaged, has another key or format or a second name (hard link), or its key is
 *   missing.
 * @throws `BadOption` - an option that contradicts the state.
 */
export async function openState(
  { path: named, key, warn }: StateSettings,
  optionsOf: OptionsOf,
): Promise<ServerState> {
  // A symbolic link stays one: the file that it points to is replaced.
  const path = await realpath(named).catch(() => named)
  const unlock = await takeLock(`${path}.lock`, path)
  let opened: JournalFile | undefined
  const release = async () => {
    await opened?.close()
    await unlock()
  }
  try {
    const isNeeded = await isThere(path)
    const stateKey = await findStateKey({ key: key ?? `${path}.key`, isNeeded, warn })
    const settings = { path, key: journalKeyOf(stateKey), warn }
    const domainOf = (name: string) => securityDomainOf(stateKey, name)
    const { entries, file } = await readEntries(settings)
    opened = file
    const names = [
      ...new Set(entries.filter(({ kind }) => kind === 'state').map(({ name }) => name)),
    ].filter((name) => !isManaged(name))
    const hsms = restored(entries, path, (name) => ({
      ...optionsOf(name, names),
      securityDomain: domainOf(name),
    }))
    return {
      hsms,
      names,
      server: serverOf(entries, path),
      domainOf,
      store: async (stored, server) => {
        const isWritten = (name: string) => file === undefined || hsms.has(name.toLowerCase())
        const journal = await startJournal(
          settings,
          createHsmSource(stored, server, isWritten),
          file,
        )
        await journal.flush()
        return { ...journal, close: () => journal.close().finally(unlock) }
      },
      release,
    }
  } catch (error) {
    await release()
    throw error
  }
}

/** HSMs of the management plane are stored under `managed/`, which no name of the options begins with. */
export const MANAGED = 'managed/'

/** Returns whether an HSM is one of the management plane. */
export const isManaged = (storedAs: string): boolean => storedAs.startsWith(MANAGED)

/** Restores each HSM from its last whole state and the changes after it. */
function restored(
  entries: readonly Entry[],
  path: string,
  optionsOf: (name: string) => HsmOptions,
): ReadonlyMap<string, Hsm> {
  const hsms = new Map<string, Hsm>()
  try {
    for (const { kind, name, bytes } of entries) {
      if (kind === 'server') continue
      const key = name.toLowerCase()
      const hsm = hsms.get(key)
      if (kind === 'state') hsms.set(key, importState(bytes, optionsOf(name)))
      else if (hsm !== undefined) applyChanges(hsm, bytes)
      else throw new Error(`it has changes of the HSM ${name}, which it does not have.`)
    }
    return hsms
  } catch (error) {
    const { code, message } = error as HsmError
    throw serverError(
      code === 'BadParameter' ? 'BadOption' : 'BadState',
      `The state in ${path} is refused: ${message}`,
      error,
    )
  }
}

function serverOf(entries: readonly Entry[], path: string): StoredServer | undefined {
  const last = entries.findLast(({ kind }) => kind === 'server')
  if (last === undefined) return undefined
  try {
    const { clockOffset, isSeeded, management } = JSON.parse(
      Buffer.from(last.bytes).toString(),
    ) as StoredServer
    if (Number.isFinite(clockOffset) && typeof isSeeded === 'boolean') {
      return { clockOffset, isSeeded, ...(typeof management === 'string' && { management }) }
    }
  } catch {}
  throw serverError(
    'BadState',
    `The state in ${path} is refused: its entry of the server is damaged.`,
  )
}

/**
 * Whether there is a file. One with a second name is refused: another server could open it under that name at the same
 * time, and a rewriting would leave the old content there.
 */
async function isThere(path: string): Promise<boolean> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw serverError('BadState', `The state in ${path} cannot be read: ${error.message}.`, error)
  })
  if (found === undefined) return false
  if (!found.isFile()) throw serverError('BadState', `The state in ${path} is not a file.`)
  if (found.nlink === 1) return true
  throw serverError(
    'BadState',
    `The state in ${path} has ${found.nlink} names (hard links). Remove the others, or copy the file.`,
  )
}
