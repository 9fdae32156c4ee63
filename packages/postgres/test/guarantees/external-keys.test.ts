/** External keys of an HSM that several servers share: other keys are not loaded, and other servers change them meanwhile. */

import { type AsyncExternalKeyManager, createHandler } from '@pocket-hsm/rest'
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
import { expect, it } from 'vitest'
import type { HsmStore } from '../../src/index.ts'
import { describeDatabases } from '../support/databases.ts'

/** Every key is of 256 bits, and a wrapped key is the key itself with eight bytes more. */
const externalKeyManager: ExternalKeyManager = (request) => {
  if (request.operation === 'metadata') return { keyType: 'oct', keySize: 256 }
  if (request.operation === 'unwrapKey') return { value: request.value.slice(0, -8) }
  if (request.operation === 'info') throw new Error('It is not asked for that.')
  return { value: Uint8Array.of(...request.value, 0, 0, 0, 0, 0, 0, 0, 0) }
}

const VALUE = new Uint8Array(32).fill(7)
const KEK = { names: ['kek'] }

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

/** A handler of a server, and a way to send it a request. */
function handlerOf(store: HsmStore, manager: AsyncExternalKeyManager) {
  const handler = createHandler(store.hsm, {
    externalKeyManager: manager,
    transaction: (_, { name }, work) => store.run(work, { names: name === '' ? [] : [name] }),
  })
  return async (path: string, json: object) => {
    const response = await handler(
      new Request(`${store.hsm.baseUrl}${path}?api-version=2026-04-01`, {
        method: 'POST',
        headers: { authorization: 'Bearer any', 'content-type': 'application/json' },
        body: JSON.stringify(json),
      }),
    )
    return { status: response.status, json: (await response.json()) as Record<string, unknown> }
  }
}

describeDatabases('an external key', ({ newSchema }) => {
  /** So many servers of an HSM that has a connection. */
  async function servers(count: number): Promise<readonly HsmStore[]> {
    const schema = newSchema()
    const stores: HsmStore[] = []
    for (let index = 0; index < count; index += 1) {
      stores.push(await (await schema.open()).openHsm('contoso', { externalKeyManager }))
    }
    const connection = { host: 'ekm.contoso.com', serverCaCertificates: [] }
    await stores[0]?.run((hsm) => createEkmConnection(hsm, connection))
    return stores
  }

  it('is used by another server, which knows the connection', async () => {
    const [one, other] = (await servers(2)) as [HsmStore, HsmStore]
    await create(one, 'kek', 'kek-1')
    const wrap = { alg: 'A256KW', value: VALUE }
    const { value } = await other.run((hsm) => wrapKey(hsm, 'kek', wrap), KEK)
    const unwrapped = await one.run((hsm) => unwrapKey(hsm, 'kek', { alg: 'A256KW', value }), KEK)
    expect(unwrapped.value).toEqual(VALUE)
    expect(await other.run((hsm) => getEkmConnection(hsm).host)).toBe('ekm.contoso.com')
    const attributes = await other.run((hsm) => getKey(hsm, 'kek').attributes, KEK)
    expect(attributes.external_key).toEqual({ id: 'kek-1' })
  })

  it('belongs to one version, also where the key that has it is not loaded', async () => {
    const [one, other] = (await servers(2)) as [HsmStore, HsmStore]
    await create(one, 'kek', 'kek-1')
    expect(await statusOf(create(other, 'second', 'kek-1'))).toBe(409)
    await one.run((hsm) => deleteKey(hsm, 'kek'), KEK)
    expect(await statusOf(create(other, 'second', 'kek-1'))).toBe(409)
    await one.run((hsm) => purgeDeletedKey(hsm, 'kek'), KEK)
    expect(await statusOf(create(other, 'second', 'kek-1'))).toBe(200)
  })

  it('belongs to one version, if servers create a key with it at the same time', async () => {
    const stores = await servers(4)
    for (let round = 0; round < 10; round += 1) {
      const id = `kek-${round}`
      const statuses = await Promise.all(
        stores.map((store, index) => statusOf(create(store, `key-${round}-${index}`, id))),
      )
      expect(statuses.toSorted()).toEqual([200, 409, 409, 409])
    }
  })

  it('belongs to one version, if servers add a version with it at the same time', async () => {
    const stores = await servers(4)
    const add = (id: (index: number) => string) =>
      Promise.all(stores.map((store, index) => statusOf(create(store, `key-${index}`, id(index)))))
    expect(await add((index) => `first-${index}`)).toEqual([200, 200, 200, 200])
    for (let round = 0; round < 10; round += 1) {
      const statuses = await add(() => `kek-${round}`)
      expect(statuses.toSorted()).toEqual([200, 409, 409, 409])
    }
  })

  it('is created and used in transactions, by a manager that takes its time', async () => {
    const [one, other] = (await servers(2)) as [HsmStore, HsmStore]
    const asked: string[] = []
    const manager: AsyncExternalKeyManager = async (request) => {
      asked.push(request.operation)
      await new Promise((resolve) => setTimeout(resolve, 5))
      return externalKeyManager(request)
    }
    const [send, sendToOther] = [handlerOf(one, manager), handlerOf(other, manager)]
    const reference = { attributes: { external_key: { id: 'kek-1' } } }
    expect((await send('/keys/kek/create', reference)).status).toBe(200)
    expect((await sendToOther('/keys/second/create', reference)).status).toBe(409)
    const value = Buffer.from(VALUE).toString('base64url')
    const wrapped = await sendToOther('/keys/kek/wrapkey', { alg: 'A256KW', value })
    const unwrap = { alg: 'A256KW', value: wrapped.json['value'] }
    expect((await send('/keys/kek/unwrapkey', unwrap)).json['value']).toBe(value)
    expect(asked).toEqual(['metadata', 'wrapKey', 'unwrapKey'])
  })
})
