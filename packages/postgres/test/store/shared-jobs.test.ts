/** Full backups and restores of an HSM that several servers share. */

import { createHandler, type Handler } from '@pocket-hsm/rest'
import { createKey, deleteKey, getKey, type Hsm, listKeys, startJob } from 'pocket-hsm'
import { expect, it } from 'vitest'
import type { HsmDatabase, HsmStore } from '../../src/index.ts'
import { describeDatabases } from '../support/databases.ts'

const ADDRESS = 'https://contoso.managedhsm.azure.net'
const TO = { storageResourceUri: 'https://contoso.blob.core.windows.net/backup', token: 'sp=rwcl' }

/** Blob storage as far as a backup needs it. A gate holds requests back. */
function createStorage() {
  const blobs = new Map<string, Uint8Array>()
  const state: { gate: Promise<void> } = { gate: Promise.resolve() }
  const storage = async (request: Request): Promise<Response> => {
    await state.gate
    const name = request.url.split('?')[0] ?? ''
    if (request.method === 'PUT') {
      blobs.set(name, new Uint8Array(await request.arrayBuffer()))
      return new Response(null, { status: 201 })
    }
    const bytes = blobs.get(name)
    return bytes === undefined
      ? new Response(null, { status: 404 })
      : new Response(bytes.slice().buffer)
  }
  return { storage, state }
}

const handlerOf = (store: HsmStore, storage: (request: Request) => Promise<Response>): Handler =>
  createHandler(store.hsm, {
    storage,
    jobLease: store.jobLease,
    transaction: (_, { name }, work) => store.run(work, { names: name === '' ? [] : [name] }),
  })

async function ask(handler: Handler, method: string, path: string, json?: object) {
  const response = await handler(
    new Request(`${ADDRESS}${path}?api-version=7.5`, {
      method,
      headers: { authorization: 'Bearer any', 'content-type': 'application/json' },
      ...(json && { body: JSON.stringify(json) }),
    }),
  )
  return { status: response.status, json: (await response.json()) as Record<string, unknown> }
}

async function ended(handler: Handler, path: string) {
  for (let tries = 0; tries < 500; tries++) {
    const { json } = await ask(handler, 'GET', path)
    if (json['status'] !== 'InProgress') return json
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  throw new Error('The job does not end.')
}

const namesOf = (hsm: Hsm) => listKeys(hsm).value.map(({ kid }) => kid.split('/').at(-1))

describeDatabases('a job', ({ newSchema }) => {
  const twoServers = async () => {
    const schema = newSchema()
    const databases: HsmDatabase[] = [await schema.open(), await schema.open()]
    const stores = await Promise.all(databases.map((each) => each.openHsm('contoso')))
    const { storage, state } = createStorage()
    const [one, other] = stores.map((store) => handlerOf(store, storage)) as [Handler, Handler]
    const [store, elsewhere] = stores as [HsmStore, HsmStore]
    return { databases, store, elsewhere, one, other, state }
  }

  it('is seen by the other server, and what it wrote is restored there', async () => {
    const { store, elsewhere, one, other } = await twoServers()
    await store.run(
      (hsm) => {
        for (const name of ['a', 'b', 'c']) createKey(hsm, name, { kty: 'oct-HSM' })
      },
      { names: ['a', 'b', 'c'] },
    )
    const { kid } = (await store.run((hsm) => getKey(hsm, 'b'))).key
    const backup = await ask(one, 'POST', '/backup', TO)
    expect(backup.status).toBe(202)
    const done = await ended(other, `/backup/${backup.json['jobId']}/pending`)
    expect(done['status']).toBe('Succeeded')
    await store.run((hsm) => deleteKey(hsm, 'b'))
    await store.run((hsm) => createKey(hsm, 'd', { kty: 'oct-HSM' }))
    const folder = String(done['azureStorageBlobContainerUri'])
    const restore = await ask(other, 'PUT', '/restore', {
      sasTokenParameters: TO,
      folderToRestore: folder.slice(TO.storageResourceUri.length + 1),
    })
    const restored = await ended(one, `/restore/${restore.json['jobId']}/pending`)
    expect(restored).toMatchObject({ status: 'Succeeded' })
    expect(await elsewhere.run(namesOf)).toEqual(['a', 'b', 'c'])
    expect((await store.run((hsm) => getKey(hsm, 'b'))).key.kid).toBe(kid)
    expect(await store.jobLease.isHeld()).toBe(false)
  })

  it('goes on while another server is asked about it', async () => {
    const { databases, store, one, other, state } = await twoServers()
    await store.run((hsm) => createKey(hsm, 'a', { kty: 'oct-HSM' }))
    let open = () => {}
    state.gate = new Promise((resolve) => {
      open = resolve
    })
    const { json } = await ask(one, 'POST', '/backup', TO)
    await databases[0]?.setClockOffset(3_600_000)
    const path = `/backup/${json['jobId']}/pending`
    expect((await ask(other, 'GET', path)).json['status']).toBe('InProgress')
    expect((await ask(other, 'POST', '/backup', TO)).status).toBe(409)
    open()
    expect(await ended(other, path)).toMatchObject({ status: 'Succeeded' })
  })

  it('has failed once the server that ran it is gone', async () => {
    const { databases, store, other } = await twoServers()
    const { id } = await store.run((hsm) => startJob(hsm, 'startBackup'))
    const path = `/backup/${id}/pending`
    expect((await ask(other, 'GET', path)).json['status']).toBe('InProgress')
    await databases[0]?.setClockOffset(11_000)
    expect((await ask(other, 'GET', path)).json).toMatchObject({
      status: 'Failed',
      error: { code: 'JobInterrupted' },
    })
  })

  it('that restores everything holds up requests on every server', async () => {
    const { databases, store, elsewhere, one, other } = await twoServers()
    await store.run((hsm) => createKey(hsm, 'a', { kty: 'oct-HSM' }))
    await store.run((hsm) => startJob(hsm, 'startRestore'))
    const release = await elsewhere.jobLease.hold()
    await databases[0]?.setClockOffset(60_000)
    expect((await ask(one, 'GET', '/keys/a')).status).toBe(503)
    await release()
    expect((await ask(other, 'GET', '/keys/a')).status).toBe(200)
  })

  it('does not lose a key that was created while everything was restored', async () => {
    const { store, elsewhere } = await twoServers()
    await store.run((hsm) => createKey(hsm, 'a', { kty: 'oct-HSM' }))
    let runs = 0
    const { describeHsm } = await import('pocket-hsm')
    await store.run(async (hsm) => {
      runs += 1
      const { keys } = describeHsm(hsm)
      if (keys.length === 1) await elsewhere.run((own) => createKey(own, 'b', { kty: 'oct-HSM' }))
      createKey(hsm, `of-${keys.length}`, { kty: 'oct-HSM' })
    })
    expect(await elsewhere.run(namesOf)).toEqual(['a', 'b', 'of-2'])
    expect(runs).toBeGreaterThan(1)
  })
})
