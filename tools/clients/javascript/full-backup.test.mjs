// Holds: full backups of a server in a real blob storage, with sockets on both sides.

import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startServer } from '../../../packages/server/dist/index.js'
import { ensureAzurite } from '../lib/azurite.mjs'
import { startStorage } from '../lib/storage.mjs'
import { createBackupClient } from './administration.mjs'

const SETTING = '/settings/AllowKeyManagementOperationsThroughARM'
const WITHOUT_AZURITE =
  'Azurite is not installed, and npm could not install it: there is no blob storage to back up to. Is there a network?'

/** Azurite, or a rejection that every test repeats: a failure before the tests would be reported without its reason. */
async function openStorage() {
  const azurite = await ensureAzurite()
  if (azurite === undefined) throw new Error(WITHOUT_AZURITE)
  return startStorage(azurite, 'http')
}

/** One for all tests; each compares what it holds with what it held. */
const opened = openStorage()
let server
beforeEach(async () => {
  await opened.catch(() => {})
  server = await startServer({ port: 0, http: true, names: ['contoso'] })
}, 300_000)
afterEach(() => server.close())
afterAll(async () => {
  const storage = await opened.catch(() => undefined)
  await storage?.close()
})

/** A client of the server, and the storage. */
async function scene() {
  const { known } = await opened
  const client = createBackupClient(server.url)
  const json = async (method, path, body) => (await client.send(method, path, { body })).json()
  const names = async (path = '/keys') =>
    (await json('GET', path)).value.map(({ kid }) => kid.split('/').at(-1)).sort()
  const create = (name) =>
    json('POST', `/keys/${name}/create`, { kty: 'EC-HSM', crv: 'P-256', tags: { team: name } })
  const destroy = async (name) => {
    await client.send('DELETE', `/keys/${name}`)
    const { status } = await client.send('DELETE', `/deletedkeys/${name}`)
    expect(status).toBe(204)
  }
  return { client, json, names, create, destroy, ...known }
}

describe('full backups, with requests sent by hand', () => {
  it('a backup, the checks before, and a restore of everything', async () => {
    const { client, json, names, create, destroy, container, sas, listBlobs } = await scene()
    const first = await create('orders')
    const second = await create('orders')
    await create('letters')
    await json('PATCH', SETTING, { value: 'true' })

    const before = await listBlobs()
    const check = await client.beginPreBackup(container, sas)
    expect(check).toMatchObject({ status: 'Succeeded', azureStorageBlobContainerUri: container })
    expect(await listBlobs()).toEqual(before)

    const backup = await client.beginBackup(container, sas)
    const folderUrl = backup.azureStorageBlobContainerUri
    expect(folderUrl.slice(0, container.length + 1)).toBe(`${container}/`)
    const folder = folderUrl.slice(container.length + 1)
    expect(folder).toMatch(/^mhsm-[a-z0-9]+-\d{16}$/)
    const blobs = await listBlobs()
    expect(blobs.filter((blob) => blob.startsWith(folder))).toHaveLength(2)
    expect(blobs).toHaveLength(before.length + 2)

    await destroy('orders')
    await destroy('letters')
    await create('later')
    await json('PATCH', SETTING, { value: 'false' })
    expect(await client.beginPreRestore(folderUrl, sas)).toMatchObject({ status: 'Succeeded' })
    expect(await names()).toEqual(['later'])
    expect(await listBlobs()).toEqual(blobs)

    await client.beginRestore(folderUrl, sas)
    expect(await names()).toEqual(['letters', 'orders'])
    const path = ({ key }) => new URL(key.kid).pathname
    expect(await json('GET', path(first))).toEqual(first)
    expect(await json('GET', '/keys/orders')).toEqual(second)
    expect((await json('GET', SETTING)).value).toBe('true')
  })

  it('a restore of one key: only once its name is free, and of no other key', async () => {
    const { client, json, names, create, destroy, container, sas } = await scene()
    const key = await create('chosen')
    await create('other')
    const { azureStorageBlobContainerUri: folder } = await client.beginBackup(container, sas)
    const restore = () => client.beginSelectiveKeyRestore(folder, sas, 'chosen')

    await expect(restore()).rejects.toThrow(/^\(Conflict\)/)
    await client.send('DELETE', '/keys/chosen')
    await expect(restore()).rejects.toThrow(/^\(Conflict\)/)
    await client.send('DELETE', '/deletedkeys/chosen')
    await destroy('other')
    await restore()
    expect(await json('GET', '/keys/chosen')).toEqual(key)
    expect(await names()).toEqual(['chosen'])
    await expect(client.beginSelectiveKeyRestore(folder, sas, 'nobody')).rejects.toThrow(
      /^\(KeyNotFound\)/,
    )
  })

  it.each([
    ['a wrong signature', 'wrong', /^\(StorageAccessDenied\) .*403/],
    ['one that has expired', 'expired', /^\(StorageAccessDenied\) .*403/],
    ['one that may only read', 'readOnly', /^\(StorageAccessDenied\) /],
  ])('a backup with %s: the job fails, and writes nothing', async (_, kind, reason) => {
    const { client, container, listBlobs, [kind]: token } = await scene()
    const before = await listBlobs()
    await expect(client.beginPreBackup(container, token)).rejects.toThrow(reason)
    const failure = await client.beginBackup(container, token).catch((error) => error)
    expect(failure.message).toMatch(reason)
    expect(failure.message).not.toContain(new URLSearchParams(token).get('sig'))
    expect(await listBlobs()).toEqual(before)
  })

  it.each(['wrong', 'expired'])(
    'a restore with a signature that is %s: nothing changes',
    async (kind) => {
      const { client, names, create, container, sas, [kind]: token } = await scene()
      const { azureStorageBlobContainerUri: folder } = await client.beginBackup(container, sas)
      await create('later')
      const before = await names()
      const denied = /^\(StorageAccessDenied\)/
      await expect(client.beginPreRestore(folder, token)).rejects.toThrow(denied)
      await expect(client.beginRestore(folder, token)).rejects.toThrow(denied)
      await expect(client.beginSelectiveKeyRestore(folder, token, 'gone')).rejects.toThrow(denied)
      expect(await names()).toEqual(before)
      await client.beginRestore(folder, sas)
      expect(await names()).toEqual([])
    },
  )

  it('a backup with no signature but the managed identity that no server here has: the job fails', async () => {
    const { client, container } = await scene()
    await expect(client.beginBackup(container)).rejects.toThrow(/^\(StorageAccessDenied\) .*403/)
  })
})
