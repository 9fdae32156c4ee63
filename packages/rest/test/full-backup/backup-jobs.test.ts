import fc from 'fast-check'
import {
  createHsm,
  createKey,
  createSecurityDomain,
  deleteKey,
  exportState,
  forkHsm,
  getKey,
  importState,
  listKeys,
  purgeDeletedKey,
  startJob,
} from 'pocket-hsm'
import { describe, expect, it } from 'vitest'
import { createHandler } from '../../src/index.ts'
import { CONTAINER, SAS, type TestStorage, testStorage } from '../blob-storage.ts'
import {
  BASE_URL,
  type Received,
  type Send,
  START,
  sender,
  type TestRest,
  testRest,
} from '../rest-client.ts'
import { runs } from '../runs.ts'

const TO = { storageResourceUri: CONTAINER, token: SAS }

function scene(): TestRest & TestStorage {
  const blobStorage = testStorage()
  const rest = testRest({}, { storage: blobStorage.storage })
  createKey(rest.hsm, 'orders', { kty: 'EC', tags: { team: 'shop' } })
  return { ...rest, ...blobStorage }
}

const idOf = ({ json }: Received): string => json.jobId

/** Polls until the job has ended. */
async function ended(send: Send, { headers, json }: Received): Promise<Received> {
  const url = headers.get('azure-asyncoperation') ?? ''
  for (let tries = 0; tries < 200; tries++) {
    const polled = await send('GET /', { url })
    if (polled.json?.status !== 'InProgress') return polled
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
  throw new Error(`The job ${json.jobId} does not end.`)
}

const backUp = async (send: Send, json: unknown = TO): Promise<Received> =>
  ended(send, await send('POST /backup', { json }))

/** The folder of a backup, as the Python client cuts its URL. */
const restoreFrom = ({ json }: Received) => ({
  sasTokenParameters: TO,
  folderToRestore: json.azureStorageBlobContainerUri.slice(CONTAINER.length + 1),
})

/** A gate that is closed until `open` is called. */
function closed(gate: { wait: Promise<void> }): () => void {
  let open = () => {}
  gate.wait = new Promise((resolve) => {
    open = resolve
  })
  return () => open()
}

describe('POST /backup', () => {
  it('starts a job with 202, the header to poll and an operation whose error is all null', async () => {
    const { send } = scene()
    const response = await send('POST /backup?api-version=7.2', { json: TO })
    expect(response.status).toBe(202)
    const id = idOf(response)
    expect(id).toMatch(/^[0-9a-f]{32}$/)
    expect(response.headers.get('azure-asyncoperation')).toBe(`${BASE_URL}/backup/${id}/pending`)
    expect(response.headers.get('retry-after')).toBe('1')
    expect(response.text).toBe(
      `{"azureStorageBlobContainerUri":null,"endTime":null,"error":{"code":null,"innererror":null,"message":null},"jobId":"${id}","startTime":${START},"status":"InProgress","statusDetails":null}`,
    )
  })

  it('ends with the folder under the given URL, an end and no error', async () => {
    const { send, blobs, clock } = scene()
    const started = await send('POST /backup', { json: TO })
    clock.seconds += 3
    const done = await ended(send, started)
    expect(done.status).toBe(200)
    expect(done.json).toEqual({
      azureStorageBlobContainerUri: expect.stringMatching(
        /^https:\/\/contoso\.blob\.core\.windows\.net\/backup\/mhsm-pocket-\d{16}$/,
      ),
      endTime: expect.any(Number),
      error: null,
      jobId: idOf(started),
      startTime: START,
      status: 'Succeeded',
      statusDetails: null,
    })
    const folder = done.json.azureStorageBlobContainerUri
    expect([...blobs.keys()]).toEqual([`${folder}/part-000000`, `${folder}/manifest.json`])
  })

  it('keeps a nested path, and takes a token with a question mark', async () => {
    const { send } = scene()
    const json = { storageResourceUri: `${CONTAINER}/some/folder/`, token: `?${SAS}` }
    const done = await backUp(send, json)
    expect(done.json.azureStorageBlobContainerUri).toMatch(
      /\/backup\/some\/folder\/mhsm-pocket-\d{16}$/,
    )
  })

  it('is of the HSM as it was when the job began', async () => {
    const { send, hsm, gate } = scene()
    const open = closed(gate)
    const started = await send('POST /backup', { json: TO })
    createKey(hsm, 'later', { kty: 'oct' })
    open()
    const done = await ended(send, started)
    await ended(send, await send('PUT /restore', { json: restoreFrom(done) }))
    expect(listKeys(hsm).value).toHaveLength(1)
  })

  it('never stores or returns the token', async () => {
    const { send, hsm } = scene()
    const wrong = { ...TO, token: 'sp=rcw&sig=SECRETSIGNATURE' }
    const done = await backUp(send, wrong)
    expect(done.json.status).toBe('Failed')
    expect(done.text).not.toContain('SECRETSIGNATURE')
    expect(Buffer.from(exportState(hsm)).toString('latin1')).not.toContain('SECRETSIGNATURE')
  })

  it.each([
    [
      'a wrong signature',
      { token: 'sp=rcw&sig=wrong' },
      'StorageAccessDenied',
      '403, AuthorizationFailure',
    ],
    [
      'a signature that may only read',
      { token: 'sp=r&sig=right' },
      'StorageAccessDenied',
      '403, AuthorizationPermissionMismatch',
    ],
    [
      'no credential',
      { token: undefined, useManagedIdentity: true },
      'StorageAccessDenied',
      '403, AuthorizationFailure',
    ],
    [
      'no such container',
      { storageResourceUri: 'https://contoso.blob.core.windows.net/nobody' },
      'StorageNotFound',
      '404, ContainerNotFound',
    ],
  ])('fails with %s, in the job and not in the request', async (_, changed, code, text) => {
    const { send, blobs } = scene()
    const done = await backUp(send, { ...TO, ...changed })
    expect(done.status).toBe(200)
    expect(done.json).toMatchObject({
      status: 'Failed',
      error: { code, message: expect.stringContaining(text), innererror: null },
      statusDetails: expect.stringContaining(text),
      endTime: START,
      azureStorageBlobContainerUri: null,
    })
    expect(blobs.size).toBe(0)
  })

  it.each([
    ['a storage that cannot be reached', () => Promise.reject(new Error('SECRET in the URL'))],
    ['a storage that redirects', async () => Response.redirect('https://elsewhere.test/', 302)],
    ['a storage that fails', async () => new Response('SECRET', { status: 500 })],
    [
      'an error code that is none',
      async () => new Response(null, { status: 409, headers: { 'x-ms-error-code': 'SECRET <b>' } }),
    ],
  ])('fails with %s, and repeats nothing of it', async (_, storage) => {
    const { send } = testRest({}, { storage })
    const done = await backUp(send)
    expect(done.json).toMatchObject({ status: 'Failed', error: { code: 'StorageError' } })
    expect(done.text).not.toContain('SECRET')
  })

  it.each<[unknown, string]>([
    [{}, "Property 'storageResourceUri' is required."],
    [{ storageResourceUri: CONTAINER }, 'A token is required unless useManagedIdentity is true.'],
    [{ ...TO, token: '' }, 'A token is required'],
    [{ ...TO, token: '?' }, 'A token is required'],
    [{ ...TO, token: 'a b' }, 'The token must be the query of a shared access signature.'],
    [{ ...TO, token: 'a#b' }, 'The token must be'],
    [{ ...TO, token: 'x'.repeat(5000) }, 'The token must be'],
    [{ ...TO, token: 7 }, 'The property "token" must be a string.'],
    [
      { ...TO, useManagedIdentity: 'yes' },
      'The property "useManagedIdentity" must be true or false.',
    ],
    [
      { ...TO, storageResourceUri: 'ftp://contoso/backup' },
      'storageResourceUri must be the URL of a container',
    ],
    [{ ...TO, storageResourceUri: 'contoso' }, 'storageResourceUri must be'],
    [{ ...TO, storageResourceUri: `${CONTAINER}?comp=list` }, 'storageResourceUri must be'],
    [{ ...TO, storageResourceUri: `${CONTAINER}#a` }, 'storageResourceUri must be'],
    [{ ...TO, storageResourceUri: 'https://a:b@contoso/backup' }, 'storageResourceUri must be'],
    [{ ...TO, storageResourceUri: `https://a/${'x'.repeat(3000)}` }, 'storageResourceUri must be'],
  ])('refuses %j with 400, and starts nothing', async (json, message) => {
    const { send, hsm, requests } = scene()
    const before = exportState(hsm)
    const response = await send('POST /backup', { json })
    expect(response.status).toBe(400)
    expect(response.json.error).toMatchObject({
      code: 'BadParameter',
      message: expect.stringContaining(message),
    })
    expect(exportState(hsm)).toEqual(before)
    expect(requests).toEqual([])
  })

  it('is refused while another job runs, unless the same request is repeated, which gets the same job', async () => {
    const { send, gate, requests } = scene()
    const open = closed(gate)
    const first = await send('POST /backup', { json: TO })
    const again = await send('POST /backup', { json: TO })
    expect(again.status).toBe(202)
    expect(idOf(again)).toBe(idOf(first))
    expect(again.headers.get('azure-asyncoperation')).toBe(
      first.headers.get('azure-asyncoperation'),
    )
    for (const other of [
      send('POST /backup', { json: { ...TO, storageResourceUri: `${CONTAINER}/other` } }),
      send('POST /prebackup', { json: TO }),
      send('PUT /restore', { json: { sasTokenParameters: TO, folderToRestore: 'mhsm-1' } }),
    ]) {
      const { status, json } = await other
      expect(status).toBe(409)
      expect(json.error).toMatchObject({
        code: 'Conflict',
        message: expect.stringContaining(`Another backup is in progress: job ${idOf(first)}.`),
      })
    }
    open()
    expect((await ended(send, first)).json.status).toBe('Succeeded')
    expect(requests.filter((request) => request.endsWith('manifest.json'))).toHaveLength(1)
    expect(idOf(await send('POST /backup', { json: TO }))).not.toBe(idOf(first))
  })

  it('does not know the route in a vault', async () => {
    const { send } = testRest({ profile: 'vault-premium' })
    expect((await send('POST /backup', { json: TO })).status).toBe(404)
    expect((await send('GET /settings')).status).toBe(404)
  })
})

describe('GET /backup/{job}/pending', () => {
  it('needs no token, as clients lose theirs, and gives 401 for a start without one', async () => {
    const { send } = scene()
    const started = await send('POST /backup', { json: TO })
    const path = `/backup/${idOf(started)}/pending`
    expect((await send(`GET ${path}`, { token: null })).status).toBe(200)
    expect((await send('POST /backup', { json: TO, token: null })).status).toBe(401)
  })

  it('does not know another job', async () => {
    const { send } = scene()
    const done = await backUp(send)
    for (const path of [
      `/backup/${'0'.repeat(32)}/pending`,
      `/restore/${idOf(done)}/pending`,
      '/backup/%zz/pending',
    ]) {
      const { status, json } = await send(`GET ${path}`)
      expect(status).toBe(404)
      expect(json.error.code).toBe('JobNotFound')
    }
  })
})

describe('PUT /restore', () => {
  it('brings back what was lost, in the same HSM and in another one of the security domain', async () => {
    const { send, hsm, storage } = scene()
    const kid = getKey(hsm, 'orders').key.kid
    const done = await backUp(send)
    deleteKey(hsm, 'orders')
    purgeDeletedKey(hsm, 'orders')
    const started = await send('PUT /restore', { json: restoreFrom(done) })
    expect(started.status).toBe(202)
    expect(started.headers.get('azure-asyncoperation')).toBe(
      `${BASE_URL}/restore/${idOf(started)}/pending`,
    )
    expect(started.json).not.toHaveProperty('azureStorageBlobContainerUri')
    expect((await ended(send, started)).json).toEqual({
      status: 'Succeeded',
      statusDetails: null,
      error: null,
      startTime: START,
      endTime: START,
      jobId: idOf(started),
    })
    expect(getKey(hsm, 'orders').key.kid).toBe(kid)
    const other = testRest({}, { storage })
    await ended(other.send, await other.send('PUT /restore', { json: restoreFrom(done) }))
    expect(getKey(other.hsm, 'orders').key.kid).toBe(kid)
  })

  it('takes the URL cut at any slash, also with the container in the folder', async () => {
    const { send } = scene()
    const done = await backUp(send, { ...TO, storageResourceUri: `${CONTAINER}/a/b` })
    const url = new URL(done.json.azureStorageBlobContainerUri)
    const segments = url.pathname.split('/').slice(1)
    for (let cut = 0; cut < segments.length; cut++) {
      const json = {
        sasTokenParameters: {
          ...TO,
          storageResourceUri: [url.origin, ...segments.slice(0, cut)].join('/'),
        },
        folderToRestore: segments.slice(cut).join('/'),
      }
      const { json: operation } = await ended(send, await send('PUT /restore', { json }))
      expect(operation.status).toBe('Succeeded')
    }
  })

  it('fails for an HSM of another security domain, with one clear error', async () => {
    const { send, storage } = scene()
    const done = await backUp(send)
    const other = testRest({ securityDomain: createSecurityDomain() }, { storage })
    createKey(other.hsm, 'kept', { kty: 'EC' })
    const started = await other.send('PUT /restore', { json: restoreFrom(done) })
    expect((await ended(other.send, started)).json).toMatchObject({
      status: 'Failed',
      error: {
        code: 'MalformedBackupBlob',
        message: expect.stringContaining('belongs to a different crypto domain'),
      },
    })
    expect(listKeys(other.hsm).value).toHaveLength(1)
  })

  it('fails for a folder that is not there, one that is not complete, and one that is damaged', async () => {
    const { send, blobs, hsm } = scene()
    const done = await backUp(send)
    const folder = done.json.azureStorageBlobContainerUri
    const part = blobs.get(`${folder}/part-000000`) ?? new Uint8Array()
    const fails = async (json: unknown, code: string) => {
      const { json: operation } = await ended(send, await send('PUT /restore', { json }))
      expect(operation).toMatchObject({ status: 'Failed', error: { code } })
    }
    await fails({ sasTokenParameters: TO, folderToRestore: 'mhsm-nobody' }, 'StorageNotFound')
    blobs.set(`${folder}/part-000000`, part.with(200, (part[200] ?? 0) ^ 1))
    await fails(restoreFrom(done), 'MalformedBackupBlob')
    blobs.set(`${folder}/part-000000`, Uint8Array.from([...part, 0]))
    await fails(restoreFrom(done), 'StorageError')
    blobs.delete(`${folder}/part-000000`)
    await fails(restoreFrom(done), 'StorageNotFound')
    blobs.set(
      `${folder}/manifest.json`,
      Buffer.from('{"format":"pocket-hsm/full-backup/1","parts":1,"length":9e15}'),
    )
    await fails(restoreFrom(done), 'StorageError')
    blobs.set(`${folder}/manifest.json`, new Uint8Array(1_000_000))
    await fails(restoreFrom(done), 'StorageError')
    expect(listKeys(hsm).value).toHaveLength(1)
  })

  it('keeps every request but those about jobs waiting with 503 until it has ended', async () => {
    const { send, gate } = scene()
    const done = await backUp(send)
    const open = closed(gate)
    const started = await send('PUT /restore', { json: restoreFrom(done) })
    for (const target of [
      'GET /keys',
      'GET /keys/orders',
      'GET /settings',
      'POST /keys/a/create',
    ]) {
      const json = target.startsWith('POST') ? { kty: 'EC' } : undefined
      const response = await send(target, { json })
      expect(response.status).toBe(503)
      expect(response.json.error.code).toBe('ServiceUnavailable')
    }
    expect((await send(`GET /restore/${idOf(started)}/pending`)).json.status).toBe('InProgress')
    open()
    await ended(send, started)
    expect((await send('GET /keys/orders')).status).toBe(200)
  })

  it.each([
    {},
    { sasTokenParameters: TO },
    { folderToRestore: 'mhsm-1' },
    { sasTokenParameters: {}, folderToRestore: 'mhsm-1' },
    ...[
      '',
      '/',
      'a/../b',
      '../b',
      '%2e%2e/b',
      'a?b',
      'a#b',
      'a\\b',
      'a b',
      'é',
      'x'.repeat(2000),
    ].map((folderToRestore) => ({ sasTokenParameters: TO, folderToRestore })),
  ])('refuses %j with 400, and sends nothing', async (json) => {
    const { send, requests } = scene()
    const response = await send('PUT /restore', { json })
    expect(response.status).toBe(400)
    expect(requests).toEqual([])
  })
})

describe('PUT /keys/{name}/restore', () => {
  const keyFrom = (done: Received) => {
    const { sasTokenParameters, folderToRestore } = restoreFrom(done)
    return { sasTokenParameters, folder: folderToRestore }
  }

  it('brings back one key once it is purged, and touches no other', async () => {
    const { send, hsm } = scene()
    createKey(hsm, 'other', { kty: 'oct' })
    const done = await backUp(send)
    const restored = async () =>
      (await ended(send, await send('PUT /keys/orders/restore', { json: keyFrom(done) }))).json
    expect(await restored()).toMatchObject({ status: 'Failed', error: { code: 'Conflict' } })
    deleteKey(hsm, 'orders')
    deleteKey(hsm, 'other')
    expect(await restored()).toMatchObject({ status: 'Failed', error: { code: 'Conflict' } })
    purgeDeletedKey(hsm, 'orders')
    expect(await restored()).toMatchObject({ status: 'Succeeded' })
    expect(getKey(hsm, 'orders').tags).toEqual({ team: 'shop' })
    expect(listKeys(hsm).value).toHaveLength(1)
  })

  it('does not find a key that the backup does not have', async () => {
    const { send } = scene()
    const done = await backUp(send)
    const started = await send('PUT /keys/nobody/restore', { json: keyFrom(done) })
    expect((await ended(send, started)).json).toMatchObject({
      status: 'Failed',
      error: { code: 'KeyNotFound' },
    })
  })

  it('refuses an illegal name', async () => {
    const { send } = scene()
    const json = { sasTokenParameters: TO, folder: 'mhsm-1' }
    expect((await send('PUT /keys/a_b/restore', { json })).status).toBe(400)
  })
})

describe('the checks before', () => {
  it('succeed where the work would, and change nothing', async () => {
    const { send, hsm, blobs } = scene()
    const done = await backUp(send)
    const before = { blobs: blobs.size, keys: listKeys(hsm) }
    const prebackup = await send('POST /prebackup', { json: TO })
    expect(prebackup.headers.get('azure-asyncoperation')).toContain('/backup/')
    expect((await ended(send, prebackup)).json).toMatchObject({
      status: 'Succeeded',
      azureStorageBlobContainerUri: CONTAINER,
    })
    createKey(hsm, 'later', { kty: 'EC' })
    const prerestore = await send('PUT /prerestore', { json: restoreFrom(done) })
    expect(prerestore.headers.get('azure-asyncoperation')).toContain('/restore/')
    expect((await ended(send, prerestore)).json).toMatchObject({ status: 'Succeeded' })
    expect(blobs.size).toBe(before.blobs)
    expect(listKeys(hsm).value).toHaveLength(2)
  })

  it('succeed without a storage, as all of it is optional', async () => {
    const { send } = scene()
    for (const target of ['POST /prebackup', 'PUT /prerestore']) {
      expect((await ended(send, await send(target))).json.status).toBe('Succeeded')
      expect((await ended(send, await send(target, { json: {} }))).json.status).toBe('Succeeded')
    }
  })

  it('take a signature that may write but not read', async () => {
    const { send } = scene()
    const started = await send('POST /prebackup', { json: { ...TO, token: 'sp=c&sig=right' } })
    expect((await ended(send, started)).json.status).toBe('Succeeded')
  })

  it.each([
    [{ token: 'sp=rl&sig=right' }, 'StorageAccessDenied'],
    [{ token: 'sp=rcw&sig=wrong' }, 'StorageAccessDenied'],
    [{ storageResourceUri: 'https://contoso.blob.core.windows.net/nobody' }, 'StorageNotFound'],
  ])('fail before a backup with %j', async (changed, code) => {
    const { send } = scene()
    const started = await send('POST /prebackup', { json: { ...TO, ...changed } })
    expect((await ended(send, started)).json).toMatchObject({ status: 'Failed', error: { code } })
  })

  it('fail before a restore that would fail for the security domain', async () => {
    const { send, storage } = scene()
    const done = await backUp(send)
    const other = testRest({ securityDomain: createSecurityDomain() }, { storage })
    const started = await other.send('PUT /prerestore', { json: restoreFrom(done) })
    expect((await ended(other.send, started)).json).toMatchObject({
      status: 'Failed',
      error: { code: 'MalformedBackupBlob' },
    })
  })
})

describe('a job that its process left', () => {
  it('fails when the next process looks, and lets another one start', async () => {
    const { hsm, storage } = scene()
    const { id } = startJob(hsm, 'startBackup')
    const later = importState(exportState(hsm), { seed: 'rest tests', clock: () => START * 1000 })
    const send = sender(createHandler(later, { storage }), BASE_URL)
    expect((await send(`GET /backup/${id}/pending`)).json).toMatchObject({
      status: 'Failed',
      error: {
        code: 'JobInterrupted',
        message: 'The server stopped while the job was in progress.',
      },
    })
    expect((await backUp(send)).json.status).toBe('Succeeded')
  })

  it('is not taken for one while another handler of the same HSM runs it', async () => {
    const { hsm, storage, send, gate } = scene()
    const open = closed(gate)
    const started = await send('POST /backup', { json: TO })
    const second = sender(createHandler(hsm, { storage }), BASE_URL)
    expect((await second(`GET /backup/${idOf(started)}/pending`)).json.status).toBe('InProgress')
    open()
    expect((await ended(second, started)).json.status).toBe('Succeeded')
  })

  it('is not what a fork waits for', async () => {
    const { hsm, send, gate } = scene()
    closed(gate)
    await send('POST /backup', { json: TO })
    const fork = sender(createHandler(forkHsm(hsm), { storage: testStorage().storage }), BASE_URL)
    expect((await backUp(fork)).json.status).toBe('Succeeded')
  })
})

describe('settings', () => {
  const NAME = 'AllowKeyManagementOperationsThroughARM'

  it('have the shapes of the service', async () => {
    const { send } = testRest()
    const list = await send('GET /settings')
    expect(list.text).toBe(`{"settings":[{"name":"${NAME}","type":"boolean","value":"false"}]}`)
    const one = await send(`GET /settings/${NAME}?api-version=7.4`)
    expect(one.text).toBe(`{"name":"${NAME}","type":"boolean","value":"false"}`)
    const updated = await send(`PATCH /settings/${NAME}`, { json: { value: 'true' } })
    expect(updated.status).toBe(200)
    expect(updated.json).toEqual({ name: NAME, type: 'boolean', value: 'true' })
    expect((await send(`GET /settings/${NAME}`)).json.value).toBe('true')
  })

  it.each([
    [{ value: 'maybe' }, 400],
    [{ value: 7 }, 400],
    [{}, 400],
    [undefined, 400],
  ])('refuse %j', async (json, status) => {
    const { send } = testRest()
    expect((await send(`PATCH /settings/${NAME}`, { json })).status).toBe(status)
    expect((await send(`GET /settings/${NAME}`)).json.value).toBe('false')
  })

  it('are not found under another name', async () => {
    const { send } = testRest()
    for (const target of ['GET /settings/nobody', 'PATCH /settings/nobody']) {
      const { status, json } = await send(target, {
        json: target.startsWith('P') ? { value: 'true' } : undefined,
      })
      expect(status).toBe(404)
      expect(json.error.code).toBe('SettingNotFound')
    }
  })

  it('are restored with a backup', async () => {
    const { send } = scene()
    await send(`PATCH /settings/${NAME}`, { json: { value: 'true' } })
    const done = await backUp(send)
    await send(`PATCH /settings/${NAME}`, { json: { value: 'false' } })
    await ended(send, await send('PUT /restore', { json: restoreFrom(done) }))
    expect((await send(`GET /settings/${NAME}`)).json.value).toBe('true')
  })
})

describe('createHandler', () => {
  it('needs no storage for an HSM that makes no backups', async () => {
    expect((await sender(createHandler(createHsm()), BASE_URL)('GET /keys')).status).toBe(200)
  })
})

describe('whatever is sent', () => {
  it('gets no 5xx, and what is refused has changed nothing and sent nothing', async () => {
    const part = fc.oneof(
      fc.constantFrom(CONTAINER, SAS, 'mhsm-1', '', '..', true, null),
      fc.string({ maxLength: 12 }),
      fc.integer(),
    )
    const place = fc.record(
      { storageResourceUri: part, token: part, useManagedIdentity: part },
      { requiredKeys: [] },
    )
    const body = fc.oneof(
      place,
      fc.record(
        {
          sasTokenParameters: fc.oneof(place, part),
          folderToRestore: part,
          folder: part,
          value: part,
        },
        { requiredKeys: [] },
      ),
      fc.object(),
    )
    const targets = [
      'POST /backup',
      'POST /prebackup',
      'PUT /restore',
      'PUT /prerestore',
      'PUT /keys/orders/restore',
      'PATCH /settings/AllowKeyManagementOperationsThroughARM',
    ]
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...targets), body, async (target, json) => {
        const { send, hsm, requests } = scene()
        const before = exportState(hsm)
        const { status } = await send(target, { json })
        if (status < 400) return true
        const isUnchanged = Buffer.from(exportState(hsm)).equals(before)
        return status < 500 && isUnchanged && requests.length === 0
      }),
      runs(200),
    )
  })
})
