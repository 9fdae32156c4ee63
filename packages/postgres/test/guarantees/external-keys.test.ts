import {
  createEkmConnection,
  createExternalKey,
  deleteKey,
  type ExternalKeyManager,
  getEkmConnection,
  getKey,
  HsmError,
  purgeDeletedKey,
  unwrapKey,
  wrapKey,
} from 'pocket-hsm'
import { afterEach, expect, it } from 'vitest'
import type { HsmStore } from '../../src/index.ts'
import { describeOnPostgres } from '../support/on-postgres.ts'
import { type OpenStores, openStores } from '../support/open-stores.ts'

let open: OpenStores | undefined
afterEach(async () => {
  await open?.close()
  open = undefined
})

/** Every key is of 256 bits, and a wrapped key is the key itself with eight bytes more. */
const externalKeyManager: ExternalKeyManager = (request) => {
  if (request.operation === 'metadata') return { keyType: 'oct', keySize: 256 }
  if (request.operation === 'wrapKey')
    return { value: Uint8Array.of(...request.value, 0, 0, 0, 0, 0, 0, 0, 0) }
  if (request.operation === 'unwrapKey') return { value: request.value.slice(0, -8) }
  throw new Error('It is not asked for that.')
}

async function withConnection(count: number): Promise<readonly HsmStore[]> {
  open = await openStores(count, { externalKeyManager })
  const { stores } = open
  const connection = { host: 'ekm.contoso.com', serverCaCertificates: [] }
  await stores[0]?.run((hsm) => createEkmConnection(hsm, connection))
  return stores
}

const create = (store: HsmStore | undefined, name: string, id: string) =>
  (store as HsmStore).run((hsm) => createExternalKey(hsm, name, { externalKey: { id } }), {
    names: [name],
  })

async function statusOf(work: Promise<unknown>): Promise<number> {
  try {
    await work
    return 200
  } catch (error) {
    if (error instanceof HsmError) return error.status
    throw error
  }
}

describeOnPostgres('an external key in a database', () => {
  it('is used by another server, which knows the connection', async () => {
    const [one, other] = await withConnection(2)
    await create(one, 'kek', 'kek-1')
    const value = new Uint8Array(32).fill(7)
    const names = { names: ['kek'] }
    const wrapped = await other?.run((hsm) => wrapKey(hsm, 'kek', { alg: 'A256KW', value }), names)
    const unwrapped = await one?.run(
      (hsm) => unwrapKey(hsm, 'kek', { alg: 'A256KW', value: wrapped?.value as Uint8Array }),
      names,
    )
    expect(unwrapped?.value).toEqual(value)
    expect(await other?.run((hsm) => getEkmConnection(hsm).host)).toBe('ekm.contoso.com')
    expect(await other?.run((hsm) => getKey(hsm, 'kek').attributes.external_key, names)).toEqual({
      id: 'kek-1',
    })
  })

  it('belongs to one version, also where the key that has it is not loaded', async () => {
    const [one, other] = await withConnection(2)
    await create(one, 'kek', 'kek-1')
    expect(await statusOf(create(other, 'second', 'kek-1'))).toBe(409)
    await one?.run((hsm) => deleteKey(hsm, 'kek'), { names: ['kek'] })
    expect(await statusOf(create(other, 'second', 'kek-1'))).toBe(409)
    await one?.run((hsm) => purgeDeletedKey(hsm, 'kek'), { names: ['kek'] })
    expect(await statusOf(create(other, 'second', 'kek-1'))).toBe(200)
  })

  it('belongs to one version, if two servers create a key with it at the same time', async () => {
    const stores = await withConnection(4)
    for (let round = 0; round < 20; round += 1) {
      const id = `kek-${round}`
      const statuses = await Promise.all(
        stores.map((store, index) => statusOf(create(store, `key-${round}-${index}`, id))),
      )
      expect(statuses.toSorted()).toEqual([200, 409, 409, 409])
    }
  })

  it('belongs to one version, if two servers add a version with it at the same time', async () => {
    const stores = await withConnection(4)
    const add = (id: (index: number) => string) =>
      Promise.all(stores.map((store, index) => statusOf(create(store, `key-${index}`, id(index)))))
    expect(await add((index) => `first-${index}`)).toEqual([200, 200, 200, 200])
    for (let round = 0; round < 20; round += 1) {
      const statuses = await add(() => `kek-${round}`)
      expect(statuses.toSorted()).toEqual([200, 409, 409, 409])
    }
  })
})
