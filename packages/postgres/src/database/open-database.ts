/** A database with HSMs. */

import { createAuditBuffer } from '../audit/audit-buffer.ts'
import { createKeyCache } from '../cache/key-cache.ts'
import { createConnectionDriver } from '../driver/connection-driver.ts'
import type { Driver } from '../driver/driver.ts'
import { createPoolDriver } from '../driver/pool-driver.ts'
import { databaseError, toDatabaseError } from '../errors/database-error.ts'
import { withoutErrors } from '../measure/measurements.ts'
import { commitStatement } from '../rows/commit.ts'
import { loadStatements } from '../rows/load.ts'
import { migrate } from '../schema/migrate.ts'
import { createSealer } from '../schema/seal.ts'
import { checkStateKey, stateKeyOf } from '../schema/state-key.ts'
import { retrying } from '../store/store-context.ts'
import { createTurns } from '../store/turns.ts'
import { cleanUp } from './clean-up.ts'
import {
  badOption,
  type DatabaseOptions,
  type DatabaseSettings,
  parseDatabaseOptions,
} from './database-options.ts'
import { createHealth } from './health.ts'
import type { DatabaseClock, HsmDatabase } from './hsm-database.ts'
import { type OpenStore, openStoredHsm, type StoredHsmOptions } from './open-hsm.ts'
import { createDatabaseTime } from './time.ts'

/** What `openDatabase` opened, for other functions of this package. */
export interface DatabaseInside {
  readonly driver: Driver
  readonly settings: DatabaseSettings
}

const insides = new WeakMap<HsmDatabase, DatabaseInside>()

/** Returns what is behind a database. */
export function insideOf(database: HsmDatabase): DatabaseInside {
  const inside = insides.get(database)
  if (inside !== undefined) return inside
  throw badOption('The first argument must be a database from openDatabase.')
}

/**
 * Opens a database for HSMs; creates its tables if there are none, and brings them to the version of this package.
 *
 * Any number of processes may open the same database. Every key is sealed under the state key: who reads the database reads
 * no key.
 *
 * @param options - See {@link DatabaseOptions}; `key` is needed.
 * @throws HsmError 400 `BadParameter` - an option that is unknown, missing or of the wrong type.
 * @throws HsmError 503 `ServiceUnavailable` - with the `innerCode` `WrongKey`, `ForeignSchema`, `NewerSchema`,
 *   `WrongEncoding`, `ReadOnlyDatabase`, `NotPermitted`, `TooManyConnections`, `DiskFull` or `DatabaseAway`.
 *
 * @example
 * ```ts
 * import { openDatabase } from '@pocket-hsm/postgres'
 * import { createKey, sign } from 'pocket-hsm'
 *
 * async function signOrder(key: Uint8Array, digest: Uint8Array) {
 *   const database = await openDatabase({ url: 'postgres://hsm@localhost/hsm', key })
 *   const store = await database.openHsm('contoso')
 *   await store.run((hsm) => createKey(hsm, 'orders', { kty: 'EC-HSM' }), { names: ['orders'] })
 *   return store.run((hsm) => sign(hsm, 'orders', { alg: 'ES256', value: digest }), {
 *     names: ['orders'],
 *   })
 * }
 * ```
 */
export async function openDatabase(options: DatabaseOptions): Promise<HsmDatabase> {
  const settings = parseDatabaseOptions(options)
  const { connection, schema } = settings
  const observe = withoutErrors(settings.observe)
  const driver =
    connection === undefined
      ? createPoolDriver({ ...settings, observe })
      : createConnectionDriver(connection, observe)
  try {
    const key = stateKeyOf(settings.key)
    await retrying(settings.recoverySeconds * 1000, async () => {
      await migrate(driver, schema)
      await checkStateKey(driver, schema, key)
    })
    const serverConnections = await checkServer(driver, settings)
    const database = createDatabase(driver, { ...settings, observe }, key, serverConnections)
    await database.readClock()
    return database
  } catch (error) {
    await driver.close().catch(() => {})
    throw toDatabaseError(error)
  }
}

/** Returns `max_connections`; warns of a server that may lose what it has acknowledged. */
async function checkServer(driver: Driver, { warn }: DatabaseSettings): Promise<number> {
  const [row] = await driver.query(
    `select current_setting('max_connections')::integer as connections,
      current_setting('fsync') = 'on' and current_setting('synchronous_commit') <> 'off' as is_durable`,
  )
  if (!row?.['is_durable'] && driver.place !== 'the given connection') {
    warn(
      `The database at ${driver.place} has fsync or synchronous_commit off: a crash of its machine can lose keys that were returned.`,
    )
  }
  return Number(row?.['connections'])
}

function createDatabase(
  driver: Driver,
  settings: DatabaseSettings,
  key: ReturnType<typeof stateKeyOf>,
  serverConnections: number,
): HsmDatabase {
  const { schema, cachedKeys, cachedBytes, sweepSeconds, auditDays, warn, observe } = settings
  const recoveryMs = settings.recoverySeconds * 1000
  const time = createDatabaseTime()
  const health = createHealth(driver, schema)
  const cache = createKeyCache(cachedKeys, cachedBytes)
  const audit = createAuditBuffer(driver, schema)
  const context = {
    driver,
    schema,
    load: loadStatements(schema),
    commit: commitStatement(schema),
    cache,
    audit,
    takeTurn: createTurns(),
    sealer: createSealer(key),
    serverConnections,
    recoveryMs,
    resolveMs: settings.resolveSeconds * 1000,
    noteTime: time.note,
    noteWrite: health.note,
    observe,
  }
  const stores = new Map<string, Promise<OpenStore>>()
  let closed: Promise<void> | undefined
  let sweeping: Promise<void> | undefined
  let hasWarned = false

  const sweepAll = async (): Promise<void> => {
    for (const opening of stores.values()) {
      const opened = await opening.catch(() => undefined)
      await opened?.sweep()
    }
    await cleanUp(driver, schema, auditDays)
  }
  const sweep = (): Promise<void> => {
    sweeping ??= sweepAll()
      .catch((error) => {
        throw toDatabaseError(error)
      })
      .finally(() => {
        sweeping = undefined
      })
    return sweeping
  }
  const sweepLater = () =>
    sweep().then(
      () => {
        hasWarned = false
      },
      (error: Error) => {
        if (!hasWarned) warn(`What is due could not be applied: ${error.message}`)
        hasWarned = true
      },
    )
  const timer =
    sweepSeconds === 0
      ? undefined
      : setInterval(() => void sweepLater(), sweepSeconds * 1000).unref()

  const clockOf = async (
    statement: string,
    values?: readonly unknown[],
  ): Promise<DatabaseClock | undefined> => {
    const [row] = await retrying(recoveryMs, () => driver.query(statement, values))
    if (row === undefined) return undefined
    const clock = { now: Number(row['now']), offset: Number(row['clock_offset']) }
    time.note(clock.now)
    return clock
  }
  const now = 'floor(extract(epoch from clock_timestamp()) * 1000 + clock_offset)::float8 as now'

  const database: HsmDatabase = Object.freeze({
    openHsm: async (name: string, options: StoredHsmOptions = {}) => {
      if (closed !== undefined) throw databaseError('DatabaseClosed', 'The database is closed.')
      const id = String(name).toLowerCase()
      const there = stores.get(id)
      if (there !== undefined) {
        const { check, store } = await there
        check(options)
        return store
      }
      const opening = openStoredHsm({ context, key, clock: time.now }, name, options)
      stores.set(id, opening)
      try {
        return (await opening).store
      } catch (error) {
        stores.delete(id)
        throw error
      }
    },
    listHsms: async () => {
      const rows = await retrying(recoveryMs, () =>
        driver.query(`select given_name from ${schema}.hsms order by id`),
      )
      return rows.map((row) => String(row['given_name']))
    },
    countKeys: async (names?: readonly string[]) => {
      if (names !== undefined && !Array.isArray(names)) {
        throw badOption('The names of HSMs must be a list.')
      }
      const [row] = await retrying(recoveryMs, () =>
        driver.query(countStatement(schema), [names?.map(asName) ?? null]),
      )
      return Number(row?.['keys'])
    },
    readClock: async () => {
      const clock = await clockOf(`select ${now}, clock_offset from ${schema}.server`)
      return clock as DatabaseClock
    },
    setClockOffset: async (milliseconds: number) => {
      if (!Number.isFinite(milliseconds) || Math.abs(milliseconds) > MOST_MS) {
        throw badOption('The offset of the clock must be a number of milliseconds.')
      }
      const clock = await clockOf(
        `update ${schema}.server set clock_offset = $1::float8
          where extract(epoch from clock_timestamp()) * 1000 + $1::float8 between 0 and ${MOST_MS}
          returning ${now}, clock_offset`,
        [milliseconds],
      )
      if (clock !== undefined) return clock
      throw badOption('The offset of the clock must leave it between 1970 and the last date.')
    },
    now: time.now,
    sweep,
    check: health.check,
    stats: () => ({
      connections: driver.connections(),
      cache: cache.stats(),
      waitingAuditEntries: audit.waiting(),
      lostAuditEntries: audit.lost(),
    }),
    close: () => {
      closed ??= (async () => {
        clearInterval(timer)
        await sweeping?.catch(() => {})
        for (const opening of stores.values()) {
          const opened = await opening.catch(() => undefined)
          await opened?.close()
        }
        await audit.close()
        await driver.close()
      })()
      return closed
    },
  })
  insides.set(database, { driver, settings })
  return database
}

const asName = (name: string): string => String(name).toLowerCase()

const countStatement = (schema: string): string =>
  `select coalesce(sum(c.keys), 0)::float8 as keys from ${schema}.hsms h join ${schema}.key_counts c on c.hsm = h.id
    where $1::text[] is null or h.name = any ($1::text[])`

/** As far as JavaScript's dates go (ECMA-262 section 21.4.1.1). */
const MOST_MS = 8.64e15
