/** The state of a server in a file: HSMs come back from it, and go on in it. */

import { access, realpath } from 'node:fs/promises'
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
import { createHsmSource, type KeptHsm, type KeptServer } from './hsm-source.ts'
import { type Journal, readEntries, startJournal } from './journal.ts'
import type { JournalFile } from './journal-file.ts'
import { takeLock } from './lock-file.ts'
import { findStateKey, journalKeyOf, securityDomainOf } from './state-key.ts'

/** Where a state is kept. */
export interface StateSettings {
  readonly path: string
  /** The 32 bytes of its key, or the file that holds them: the path with `.key` behind it unless told. */
  readonly key?: Uint8Array | string | undefined
  readonly warn: (message: string) => void
}

/** What options an HSM is to come back with, given its name and all that there are. */
export type OptionsOf = (name: string, names: readonly string[]) => HsmOptions

/** A state that is open; nobody else can open it. */
export interface ServerState {
  /** The HSMs that came back, by name in lower case. */
  readonly hsms: ReadonlyMap<string, Hsm>
  /** Their names, as they were given first. */
  readonly names: readonly string[]
  /** What the server kept of itself; nothing where there was no state yet. */
  readonly server: KeptServer | undefined
  /** The security domain for an HSM of this name. */
  readonly domainOf: (name: string) => SecurityDomain
  /** Keeps these HSMs from now on, until the journal is closed. */
  readonly keep: (kept: readonly KeptHsm[], server: () => KeptServer) => Promise<Journal>
  /** Lets go of a state that is not kept. */
  readonly release: () => Promise<void>
}

/**
 * Opens a state, or makes ready for a new one.
 *
 * @param optionsOf - Options that may repeat what an HSM was made with but not contradict it.
 * @throws `BadState` - in use, damaged, of another key or format, or its key is missing.
 * @throws `BadOption` - an option that contradicts the state.
 */
export async function openState(
  { path: named, key, warn }: StateSettings,
  optionsOf: OptionsOf,
): Promise<ServerState> {
  // A link stays a link: what it leads to is what is replaced.
  const path = await realpath(named).catch(() => named)
  const unlock = await takeLock(`${path}.lock`, path)
  let opened: JournalFile | undefined
  const release = async () => {
    await opened?.close()
    await unlock()
  }
  try {
    const isNeeded = await exists(path)
    const stateKey = await findStateKey({ key: key ?? `${path}.key`, isNeeded, warn })
    const settings = { path, key: journalKeyOf(stateKey), warn }
    const domainOf = (name: string) => securityDomainOf(stateKey, name)
    const { entries, file } = await readEntries(settings)
    opened = file
    const names = [
      ...new Set(entries.filter(({ kind }) => kind === 'state').map(({ name }) => name)),
    ]
    const hsms = restored(entries, path, (name) => ({
      ...optionsOf(name, names),
      securityDomain: domainOf(name),
    }))
    return {
      hsms,
      names,
      server: serverOf(entries),
      domainOf,
      keep: async (kept, server) => {
        const isNoted = (name: string) => file === undefined || hsms.has(name.toLowerCase())
        const journal = await startJournal(settings, createHsmSource(kept, server, isNoted), file)
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

/** Each HSM from its last whole state and the changes behind it. */
function restored(
  entries: readonly Entry[],
  path: string,
  optionsOf: (name: string) => HsmOptions,
): ReadonlyMap<string, Hsm> {
  const hsms = new Map<string, Hsm>()
  try {
    for (const { kind, name, bytes } of entries) {
      const key = name.toLowerCase()
      const hsm = hsms.get(key)
      if (kind === 'state') hsms.set(key, importState(bytes, optionsOf(name)))
      else if (kind === 'changes' && hsm !== undefined) applyChanges(hsm, bytes)
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

function serverOf(entries: readonly Entry[]): KeptServer | undefined {
  const last = entries.findLast(({ kind }) => kind === 'server')
  if (last === undefined) return undefined
  return JSON.parse(Buffer.from(last.bytes).toString()) as KeptServer
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path)
    return true
  } catch {
    return false
  }
}
