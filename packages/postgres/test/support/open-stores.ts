/** Stores of one HSM in a database of their own, each with connections of its own: what several servers are. */

import { randomBytes } from 'node:crypto'
import {
  type HsmDatabase,
  type HsmStore,
  openDatabase,
  type StoredHsmOptions,
} from '../../src/index.ts'
import { createTestDatabase, type TestDatabase } from './test-database.ts'

/** The schema that is used by default. */
export const SCHEMA = 'pocket_hsm'

/** Stores of one HSM, and what is behind them. */
export interface OpenStores {
  readonly database: TestDatabase
  readonly databases: readonly HsmDatabase[]
  readonly stores: readonly HsmStore[]
  readonly key: Uint8Array
  /** Closes and drops everything. */
  readonly close: () => Promise<void>
}

/** Opens so many in the PostgreSQL of the tests. */
export async function openStores(
  count: number,
  options: StoredHsmOptions = {},
): Promise<OpenStores> {
  const database = await createTestDatabase()
  const key = randomBytes(32)
  const databases: HsmDatabase[] = []
  const stores: HsmStore[] = []
  const close = async () => {
    await Promise.all(databases.map((each) => each.close()))
    await database.drop()
  }
  try {
    for (let index = 0; index < count; index += 1) {
      const each = await openDatabase({ url: database.url(), key })
      databases.push(each)
      stores.push(await each.openHsm('contoso', options))
    }
  } catch (error) {
    await close()
    throw error
  }
  return { database, databases, stores, key, close }
}
