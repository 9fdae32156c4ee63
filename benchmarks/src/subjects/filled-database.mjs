// A database with an HSM, as full as it is asked to be.

import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { openDatabase } from '@pocket-hsm/postgres'
import pg from 'pg'
import { createKey } from 'pocket-hsm'

/** The keys that requests are about. */
export const USED_KEYS = 64

const AT_ONCE = 250

/**
 * Makes an empty database.
 *
 * @param {string} admin The address of a superuser.
 * @param {string} name
 * @returns {Promise<string>} Its address.
 */
export async function createDatabase(admin, name) {
  await runIn(admin, (client) => client.query(`create database ${name}`))
  const url = new URL(admin)
  url.pathname = `/${name}`
  return String(url)
}

async function runIn(url, work) {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await work(client)
  } finally {
    await client.end()
  }
}

/**
 * Makes an HSM with {@link USED_KEYS} keys for signing: `ec-0` and so on.
 *
 * @param {string} url The address of an empty database.
 * @param {string} stateKey The file for the key of the state.
 */
export async function fillDatabase(url, stateKey) {
  const key = randomBytes(32)
  writeFileSync(stateKey, key.toString('hex'), { mode: 0o600 })
  const database = await openDatabase({ url, key })
  const store = await database.openHsm('default', {
    limits: { keys: Number.POSITIVE_INFINITY },
  })
  const create = async (names, parameters) => {
    for (let first = 0; first < names.length; first += AT_ONCE) {
      const some = names.slice(first, first + AT_ONCE)
      const createSome = (hsm) => {
        for (const name of some) createKey(hsm, name, parameters)
      }
      await store.run(createSome, { names: some })
    }
  }
  await create(named('ec', 0, USED_KEYS), { kty: 'EC-HSM' })
  let real = 0
  let all = USED_KEYS
  return {
    /** Creates keys until there are so many that can be read, `oct-0` and so on. */
    addReal: async (count) => {
      await create(named('oct', real, count), { kty: 'oct-HSM' })
      all += count - real
      real = count
    },
    /** Adds rows until there are so many keys. Nobody reads them: they are copies of another row, which no server opens. */
    growTo: (count) =>
      runIn(url, async (client) => {
        await client.query(
          `insert into pocket_hsm.keys (hsm, name, list, sequence, revision, bytes)
            select hsm, 'FILLER-' || number, 'active', nextval('pocket_hsm.revisions'), nextval('pocket_hsm.revisions'), bytes
            from pocket_hsm.keys, generate_series($1::int, $2::int) as number where name = 'EC-0'`,
          [all, count - 1],
        )
        await client.query(
          'update pocket_hsm.key_counts set keys = keys + $1 where shard = (select min(shard) from pocket_hsm.key_counts)',
          [count - all],
        )
        await client.query('vacuum analyze pocket_hsm.keys')
        all = count
      }),
    close: () => database.close(),
  }
}

const named = (kind, first, end) =>
  Array.from({ length: end - first }, (_, index) => `${kind}-${first + index}`)
