/** The HSMs of a server in PostgreSQL. */

import { hkdfSync } from 'node:crypto'
import type { DatabaseObserver, HsmDatabase, HsmStore } from '@pocket-hsm/postgres'
import type { RsaKeyMaker } from '@pocket-hsm/rest'
import type { HsmOptions } from 'pocket-hsm'
import { hostsOf, NAMELESS, seedOf } from '../hsms/hosts.ts'
import type { ServerClock } from '../hsms/server-clock.ts'
import { findStateKey } from '../journal/state-key.ts'
import type { ServerOptions, ServerSettings } from '../options.ts'
import { serverError } from '../server-error.ts'

/** A database that is open, with the HSMs of a server. */
export interface OpenPostgres {
  /** The options, completed from the database. */
  readonly settings: ServerSettings
  /** By name in lower case. */
  readonly stores: ReadonlyMap<string, HsmStore>
  /** The clock of the database. */
  readonly clock: ServerClock
  /** The seed of the stand-in for Entra ID: every server has to accept the tokens of the others. */
  readonly identitySeed: string
  readonly database: Pick<HsmDatabase, 'check' | 'stats' | 'countKeys'>
  readonly close: () => Promise<void>
}

/**
 * Opens the database of the options, and its HSMs; creates those that are not there.
 *
 * @returns `undefined` if the options name no database.
 * @throws `BadState` - a database that cannot be used, or was made with another key.
 * @throws `BadOption` - an option that contradicts what an HSM was made with.
 */
export async function openPostgres(
  options: ServerOptions,
  settings: ServerSettings,
  engine: Pick<HsmOptions, 'attestationKeys' | 'rsaPool'>,
  makeRsaKey: RsaKeyMaker | undefined,
  observe: DatabaseObserver | undefined,
): Promise<OpenPostgres | undefined> {
  const { postgres, stateKey, warn } = settings
  if (postgres === false || stateKey === undefined) return undefined
  const stateKeyObject = await findStateKey({ key: stateKey, isNeeded: true, warn })
  // The driver is loaded only if there is a database.
  const { openDatabase } = await import('@pocket-hsm/postgres')
  const database = await openDatabase({
    ...(postgres !== true && { url: postgres }),
    key: Uint8Array.from(stateKeyObject.export()),
    warn,
    observe,
  }).catch((error: Error) => {
    throw serverError('BadState', error.message, error)
  })
  try {
    const names = await namesOf(database, settings)
    const stores = new Map<string, HsmStore>()
    for (const name of names) {
      const store = await database.openHsm(name, {
        ...optionsOf(options, settings, names, name),
        ...engine,
        ...(makeRsaKey !== undefined && {
          makeRsaKey: (request) =>
            makeRsaKey(request, { signal: new AbortController().signal, isDue: true }),
        }),
      })
      stores.set(name.toLowerCase(), store)
    }
    const [first] = stores.values()
    return {
      settings: {
        ...settings,
        names: names.filter((name) => name !== NAMELESS),
        profile: first?.hsm.profile ?? settings.profile,
      },
      stores,
      clock: await clockOf(database),
      identitySeed: Buffer.from(
        hkdfSync('sha256', stateKeyObject, new Uint8Array(0), 'identity seed', 32),
      ).toString('hex'),
      database,
      close: database.close,
    }
  } catch (error) {
    await database.close()
    const { code, message } = error as { readonly code?: string } & Error
    if (code === 'BadOption') throw error
    const isContradiction = code === 'BadParameter'
    throw serverError(isContradiction ? 'BadOption' : 'BadState', message, error)
  }
}

/** Without names, a server has the HSMs that are there; in an empty database, one without a name. */
async function namesOf(
  database: HsmDatabase,
  { names }: ServerSettings,
): Promise<readonly string[]> {
  if (names.length > 0) return names
  const stored = await database.listHsms()
  const named = stored.filter((name) => name !== NAMELESS)
  return named.length > 0 ? named : [NAMELESS]
}

const SETTINGS = ['profile', 'softDeleteRetentionDays', 'purgeProtection', 'activated'] as const

/** What is given has to agree with an HSM that is there; a new one has the defaults of the server for the rest. */
function optionsOf(
  options: ServerOptions,
  { seed, profile }: ServerSettings,
  names: readonly string[],
  name: string,
): HsmOptions {
  const given = SETTINGS.filter((each) => (options[each] ?? undefined) !== undefined)
  const [host] = name === NAMELESS ? [] : hostsOf(name, profile)
  return {
    ...Object.fromEntries(given.map((each) => [each, options[each]])),
    ...(host !== undefined && { baseUrl: `https://${host}` }),
    ...seedOf(seed, names, name),
  }
}

/** The clock of all servers, as this one knows it; refreshed where it has to be exact. */
async function clockOf(database: HsmDatabase): Promise<ServerClock> {
  let { offset } = await database.readClock()
  return {
    now: database.now,
    offset: () => offset,
    setOffset: async (milliseconds) => {
      offset = (await database.setClockOffset(milliseconds)).offset
    },
    refresh: async () => {
      offset = (await database.readClock()).offset
    },
  }
}
