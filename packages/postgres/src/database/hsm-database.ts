/** What an open database can do. */

import type { CacheStats } from '../cache/key-cache.ts'
import type { ConnectionStats } from '../driver/driver.ts'
import type { HsmStore } from '../store/hsm-store.ts'
import type { StoredHsmOptions } from './open-hsm.ts'

/** The clock of a database. */
export interface DatabaseClock {
  /** What it shows: milliseconds since 1970. */
  readonly now: number
  /** Milliseconds by which it is ahead of the clock of the database server; negative if it is behind. */
  readonly offset: number
}

/** What a database does, for metrics. */
export interface DatabaseStats {
  readonly connections: ConnectionStats
  /** The keys that are kept open in memory. */
  readonly cache: CacheStats
  /** Audit entries that are not stored yet. */
  readonly waitingAuditEntries: number
  /** Audit entries that were dropped, as the database did not take them in time. */
  readonly lostAuditEntries: number
}

/** A database with HSMs. */
export interface HsmDatabase {
  /**
   * Opens an HSM, or creates it if there is none of this name. The same name gives the same store: that of the first call,
   * whose functions and pools it keeps. Later options are checked against the settings of the HSM.
   */
  readonly openHsm: (name: string, options?: StoredHsmOptions) => Promise<HsmStore>
  /** The names of its HSMs, as they were given first, in the order of creation. */
  readonly listHsms: () => Promise<readonly string[]>
  /**
   * How many keys its HSMs have, deleted ones included; of all HSMs, or of those with these names. It costs one round trip
   * that reads a few counters, however many keys there are.
   */
  readonly countKeys: (names?: readonly string[]) => Promise<number>
  /** Reads the clock, which all servers share. */
  readonly readClock: () => Promise<DatabaseClock>
  /** Sets the clock so many milliseconds ahead of the database server's, for all servers. What time has done is not undone. */
  readonly setClockOffset: (milliseconds: number) => Promise<DatabaseClock>
  /** What the clock shows as far as this process knows, without asking: milliseconds since 1970. */
  readonly now: () => number
  /** Applies what has fallen due in the HSMs that are open here, and removes what is too old. This happens at intervals anyway. */
  readonly sweep: () => Promise<void>
  /** Returns why the database cannot be used now; `undefined` if it can. */
  readonly check: () => Promise<string | undefined>
  readonly stats: () => DatabaseStats
  /** Stores what is waiting, and closes the connections. Further calls return the same promise. */
  readonly close: () => Promise<void>
}
