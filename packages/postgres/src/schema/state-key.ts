/** The key of the state, the same for all servers: the security domain of each HSM follows from it. */

import { createHmac, createSecretKey, hkdfSync, type KeyObject, timingSafeEqual } from 'node:crypto'
import { createSecurityDomain, type SecurityDomain } from 'pocket-hsm'
import type { Driver } from '../driver/driver.ts'
import { databaseError } from '../errors/database-error.ts'

/** Bytes of a key. */
export const KEY_LENGTH = 32

/** Wraps a key, so that printing it shows nothing. */
export function stateKeyOf(bytes: Uint8Array): KeyObject {
  return createSecretKey(bytes)
}

/**
 * The security domain of an HSM: its keys and its backups are sealed under it. A journal with the same key has the same
 * domains, so that backups survive a move between the two.
 *
 * @see RFC 5869, with an empty salt
 */
export function securityDomainOf(key: KeyObject, name: string): SecurityDomain {
  return createSecurityDomain(
    (length) =>
      new Uint8Array(
        hkdfSync(
          'sha256',
          key,
          new Uint8Array(0),
          `security domain of ${name.toLowerCase()}`,
          length,
        ),
      ),
  )
}

/**
 * Checks that a database was made with the same key; the first server stores what to compare with.
 *
 * @throws `WrongKey` - it was made with another one.
 */
export async function checkStateKey(driver: Driver, schema: string, key: KeyObject): Promise<void> {
  const expected = createHmac('sha256', key).update('pocket-hsm state key check').digest()
  const select = `select key_check from ${schema}.server`
  let [row] = await driver.query(select)
  if (row === undefined) {
    await driver.query(
      `insert into ${schema}.server (key_check) values (decode($1, 'hex')) on conflict do nothing`,
      [expected.toString('hex')],
    )
    ;[row] = await driver.query(select)
  }
  const found = Buffer.from(row?.['key_check'] as Uint8Array)
  if (found.length === expected.length && timingSafeEqual(found, expected)) return
  throw databaseError(
    'WrongKey',
    `The database at ${driver.place} was made with another state key: every server needs the same one.`,
  )
}
