/** Copies a state between a journal and a PostgreSQL database, either way, and compares every record. */

import { stat } from 'node:fs/promises'
import type { HsmDatabase } from '@pocket-hsm/postgres'
import { exportParts, exportState, type Hsm, importState } from 'pocket-hsm'
import { isManaged, openState, type ServerState } from '../journal/server-state.ts'
import { findStateKey } from '../journal/state-key.ts'
import { serverError } from '../server-error.ts'

/** From where to where. */
export interface StateCopy {
  /** The path of a journal, or the address of a database. */
  readonly from: string
  /** The other of the two; nothing is there yet. */
  readonly to: string
  /** The key of both: 32 bytes, or the file that holds them. Defaults to the file of the journal's key, if that is copied. */
  readonly key?: Uint8Array | string | undefined
  readonly warn: (text: string) => void
}

/** How many keys of each HSM were copied, by its name. */
export type Copied = Readonly<Record<string, number>>

/** Stands for the database that the environment names: PGHOST and the others. */
const OF_ENVIRONMENT = 'postgres:'

/** Returns whether a place is a database. */
export const isDatabase = (place: string): boolean =>
  place === OF_ENVIRONMENT || /^postgres(ql)?:\/\//.test(place)

/**
 * Copies all HSMs. Nothing that is there is replaced.
 *
 * @throws `BadOption` - two journals or two databases, or no key.
 * @throws `BadState` - one of the two cannot be read or written, or has such an HSM already; or a record differs.
 */
export async function copyState(copy: StateCopy): Promise<Copied> {
  const { from, to } = copy
  if (isDatabase(from) === isDatabase(to)) {
    throw serverError(
      'BadOption',
      `One of the two must be a state file and the other a database, whose address begins with postgres:// or is ${OF_ENVIRONMENT} for that of PGHOST and the others.`,
    )
  }
  return isDatabase(to) ? toDatabase(copy) : toJournal(copy)
}

async function toDatabase({ from, to, key, warn }: StateCopy): Promise<Copied> {
  if (!(await isThere(from))) throw serverError('BadState', `There is no state in ${from}.`)
  const bytes = await keyBytes(key ?? `${from}.key`, warn)
  const state = await openState({ path: from, key: bytes, warn }, () => ({}))
  try {
    refuseManaged(state, from)
    return await withDatabase(to, bytes, warn, async (database) => {
      const { importHsm } = await import('@pocket-hsm/postgres')
      const copied: Record<string, number> = {}
      for (const name of state.names) {
        copied[name] = await importHsm(database, name, hsmOf(state, name))
      }
      await database.setClockOffset(state.server?.clockOffset ?? 0)
      return copied
    })
  } finally {
    await state.release()
  }
}

async function toJournal({ from, to, key, warn }: StateCopy): Promise<Copied> {
  if (key === undefined) {
    throw serverError('BadOption', 'A copy of a database needs its key: give it with --state-key.')
  }
  if (await isThere(to)) throw serverError('BadState', `There is a state in ${to} already.`)
  const bytes = await keyBytes(key, warn)
  const { clockOffset, hsms } = await withDatabase(from, bytes, warn, async (database) => {
    const { exportHsm } = await import('@pocket-hsm/postgres')
    const found = new Map<string, Hsm>()
    for (const name of await database.listHsms()) {
      found.set(name, await exportHsm(database, name))
    }
    return { clockOffset: (await database.readClock()).offset, hsms: found }
  })
  if (hsms.size === 0) throw serverError('BadState', 'The database has no HSM.')
  const state = await openState({ path: to, key: bytes, warn }, () => ({}))
  const stored = [...hsms].map(([name, hsm]) => {
    const whole = importState(exportState(hsm), { securityDomain: state.domainOf(name) })
    return { name, hsm: () => whole }
  })
  const journal = await state
    .store(
      () => stored,
      () => ({ clockOffset, isSeeded: false }),
    )
    .catch(async (error) => {
      await state.release()
      throw error
    })
  await journal.close()
  return compareJournal({ path: to, key: bytes, warn }, hsms)
}

/** Reads the journal that was written, and compares every record with those of the database. */
async function compareJournal(
  settings: { readonly path: string; readonly key: Uint8Array; readonly warn: StateCopy['warn'] },
  hsms: ReadonlyMap<string, Hsm>,
): Promise<Copied> {
  const state = await openState(settings, () => ({}))
  try {
    const copied: Record<string, number> = {}
    for (const [name, hsm] of hsms) {
      const [expected, found] = [exportParts(hsm), exportParts(hsmOf(state, name))]
      const isSame =
        expected.keys.length === found.keys.length &&
        expected.keys.every((key, index) => {
          const other = found.keys[index]
          return key.name === other?.name && Buffer.from(key.bytes).equals(other.bytes)
        })
      if (!isSame) {
        throw serverError(
          'BadState',
          `The HSM ${name} in ${settings.path} is not as in the database.`,
        )
      }
      copied[name] = found.keys.length
    }
    return copied
  } finally {
    await state.release()
  }
}

function hsmOf({ hsms }: ServerState, name: string): Hsm {
  const hsm = hsms.get(name.toLowerCase())
  if (hsm !== undefined) return hsm
  throw serverError('BadState', `The state has no HSM ${name}.`)
}

function refuseManaged({ hsms, server }: ServerState, path: string): void {
  if (server?.management === undefined && ![...hsms.keys()].some(isManaged)) return
  throw serverError(
    'BadState',
    `The state in ${path} has a management plane, which a database cannot hold.`,
  )
}

async function keyBytes(key: Uint8Array | string, warn: StateCopy['warn']): Promise<Uint8Array> {
  return Uint8Array.from((await findStateKey({ key, isNeeded: true, warn })).export())
}

async function withDatabase<Result>(
  place: string,
  key: Uint8Array,
  warn: StateCopy['warn'],
  work: (database: HsmDatabase) => Promise<Result>,
): Promise<Result> {
  const { openDatabase } = await import('@pocket-hsm/postgres')
  try {
    const database = await openDatabase({
      ...(place !== OF_ENVIRONMENT && { url: place }),
      key,
      sweepSeconds: 0,
      statementSeconds: 600,
      warn,
    })
    try {
      return await work(database)
    } finally {
      await database.close()
    }
  } catch (error) {
    const { code, message } = error as { readonly code?: string } & Error
    throw code === 'BadOption' || code === 'BadState'
      ? error
      : serverError('BadState', message, error)
  }
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}
