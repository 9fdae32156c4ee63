import { createKey, deleteKey, type Hsm, HsmError, purgeDeletedKey } from 'pocket-hsm'
import { afterEach, expect, it } from 'vitest'
import type { HsmStore } from '../../src/index.ts'
import { describeOnPostgres } from '../support/on-postgres.ts'
import { type OpenStores, openStores, SCHEMA } from '../support/open-stores.ts'
import { createRandom, oneOf } from '../support/random.ts'

let open: OpenStores | undefined
afterEach(async () => {
  await open?.close()
  open = undefined
})

const create = (hsm: Hsm, name: string) => createKey(hsm, name, { kty: 'oct-HSM' })

/** What a full HSM says; anything else is thrown on. */
async function isRefused(work: Promise<unknown>): Promise<boolean> {
  try {
    await work
    return false
  } catch (error) {
    if (error instanceof HsmError && error.status !== 503) return true
    throw error
  }
}

async function countsOf({ database }: OpenStores) {
  const [row] = await database.query(
    `select (select count(*)::int from ${SCHEMA}.keys) as keys,
      (select sum(keys)::int from ${SCHEMA}.key_counts) as counted`,
  )
  return row
}

describeOnPostgres('the limit of keys', () => {
  it('is exact when four servers create keys at the same time', async () => {
    const limit = 40
    open = await openStores(4, { limits: { keys: limit } })
    const { stores } = open
    const refused = await Promise.all(
      Array.from({ length: 100 }, (_, index) => {
        const store = stores[index % 4] as HsmStore
        const name = `key-${index}`
        return isRefused(store.run((hsm) => create(hsm, name), { names: [name] }))
      }),
    )
    expect(refused.filter((isFull) => !isFull)).toHaveLength(limit)
    expect(await countsOf(open)).toEqual({ keys: limit, counted: limit })
  })

  it('is exact where creations stop being beside each other', async () => {
    // 16 for each connection that the server allows are kept free before creations go one after the other.
    const limit = 1600 + 64
    open = await openStores(3, { limits: { keys: limit } })
    const { stores } = open
    const createSome = async (first: number, count: number): Promise<number> => {
      const names = Array.from({ length: count }, (_, index) => `key-${first + index}`)
      const store = stores[(first / count) % 3] as HsmStore
      const isFull = await isRefused(
        store.run(
          (hsm) => {
            for (const name of names) create(hsm, name)
          },
          { names },
        ),
      )
      return isFull ? 0 : count
    }
    let created = 0
    for (let first = 0; first < limit + 160; first += 160) {
      const parts = Array.from({ length: 10 }, (_, index) => createSome(first + 16 * index, 16))
      created += (await Promise.all(parts)).reduce((sum, part) => sum + part, 0)
    }
    expect(created).toBe(limit)
    expect(await countsOf(open)).toEqual({ keys: limit, counted: limit })
  })

  it('holds while keys come and go, and the count is that of the keys', async () => {
    const limit = 8
    open = await openStores(3, { limits: { keys: limit } })
    const { stores, database } = open
    const random = createRandom(7)
    const balance = { keys: 0, most: 0, refused: 0 }
    const client = async (_: unknown, index: number) => {
      for (let round = 0; round < 25; round += 1) {
        const name = `key-${index}-${round}`
        const names = [name]
        const run = (work: (hsm: Hsm) => unknown) => oneOf(random, stores).run(work, { names })
        if (await isRefused(run((hsm) => create(hsm, name)))) {
          balance.refused += 1
          continue
        }
        balance.keys += 1
        const [row] = await database.query(`select count(*)::int as keys from ${SCHEMA}.keys`)
        balance.most = Math.max(balance.most, row?.['keys'])
        if (random() < 0.1) continue
        await run((hsm) => deleteKey(hsm, name))
        await run((hsm) => purgeDeletedKey(hsm, name))
        balance.keys -= 1
      }
    }
    await Promise.all(Array.from({ length: 12 }, client))
    expect(balance.most).toBeLessThanOrEqual(limit)
    expect(balance.refused).toBeGreaterThan(0)
    expect(await countsOf(open)).toEqual({ keys: balance.keys, counted: balance.keys })
  })
})
