import {
  backupKey,
  createDomainWrappingKey,
  createHsm,
  createKey,
  createSecurityDomainUpload,
  exportState,
  type Hsm,
  readActivation,
  toBase64url,
} from 'pocket-hsm'
import { beforeAll, describe, expect, it } from 'vitest'
import { createHandler } from '../../src/index.ts'
import { BASE_URL, type Send, sender, testRest, VAULT_URL } from '../rest-client.ts'

const KEYS = [1, 2, 3].map(() => createDomainWrappingKey())

/** As the Azure CLI sends them: one certificate each, without PEM around it. */
const CERTIFICATES = KEYS.map(({ certificate }) => ({
  x5c: [certificate.replace(/-----[^-]+-----|\n/g, '')],
  kty: 'RSA',
  key_ops: ['verify', 'encrypt', 'wrapKey'],
  alg: 'RSA-OAEP-256',
}))

const DOWNLOAD = { certificates: CERTIFICATES, required: 2 }
const notActivated = () => testRest({ activated: false })

/** The upload of a domain for the HSM behind a sender, as the Azure CLI makes it. */
async function uploadFor(send: Send, domain: string): Promise<{ readonly value: string }> {
  const { json } = await send('GET /securitydomain/upload')
  const transferKey = JSON.parse(json.transfer_key)
  return { value: createSecurityDomainUpload(domain, { keys: KEYS.slice(1), transferKey }) }
}

describe('an HSM that is not activated', () => {
  it.each([
    'GET /keys',
    'POST /keys/orders/create',
    'GET /deletedkeys',
    'POST /rng',
    'GET /settings',
  ])('refuses %s', async (target) => {
    const { hsm, send } = notActivated()
    const json = target.startsWith('POST') ? { kty: 'EC', count: 1 } : undefined
    const { status, json: body } = await send(target, { json })
    expect(status).toBe(403)
    expect(body.error.code).toBe('Forbidden')
    expect(body.error.message).toMatch(
      /^The Managed HSM is not activated\. Download the security domain to activate it\. \(Activity ID: /,
    )
    expect(readActivation(hsm)).toBe('NotActivated')
  })

  it('is activated by a download', async () => {
    const { hsm, send } = notActivated()
    const { status, json, headers } = await send('POST /securitydomain/download', {
      json: DOWNLOAD,
    })
    expect(status).toBe(202)
    expect(Object.keys(json)).toEqual(['value'])
    expect(JSON.parse(json.value).SharedKeys.required).toBe(2)
    expect(headers.get('azure-asyncoperation')).toBe(
      `${BASE_URL}/securitydomain/download/pending?api-version=7.6`,
    )
    // The client takes 0 for absent, and then waits for half a minute.
    expect(headers.get('retry-after')).toBe('1')
    expect(readActivation(hsm)).toBe('Active')
    expect((await send('GET /keys')).status).toBe(200)
  })

  it('says how far the activation is', async () => {
    const { send, clock } = testRest({ activated: false, settlingSeconds: 20 })
    await send('POST /securitydomain/download', { json: DOWNLOAD })
    const pending = () => send('GET /securitydomain/download/pending')
    expect((await pending()).json).toEqual({
      status: 'InProgress',
      status_details: 'The resource is being activated.',
    })
    expect((await send('GET /keys')).status).toBe(403)
    clock.seconds += 20
    expect((await pending()).json).toEqual({
      status: 'Success',
      status_details: 'The resource is active.',
    })
    expect((await send('GET /keys')).status).toBe(200)
  })
})

describe('disaster recovery', () => {
  const lost = testRest({ seed: 'lost' })
  createKey(lost.hsm, 'orders', { kty: 'EC' })
  const backup = { value: toBase64url(backupKey(lost.hsm, 'orders')) }
  let domain = ''

  beforeAll(async () => {
    const { json } = await lost.send('POST /securitydomain/download', { json: DOWNLOAD })
    domain = json.value
  })

  it('the transfer key is JSON text in a string, which clients parse a second time', async () => {
    const { json } = await notActivated().send('GET /securitydomain/upload')
    expect(Object.keys(json)).toEqual(['key_format', 'transfer_key'])
    expect(json.key_format).toBe('jwk')
    expect(typeof json.transfer_key).toBe('string')
    expect(Object.keys(JSON.parse(json.transfer_key))).toEqual([
      'e',
      'key_ops',
      'kid',
      'kty',
      'n',
      'x5c',
      'x5t',
      'x5t#S256',
    ])
  })

  it('an upload activates, and the backup of the lost HSM is restored', async () => {
    const { send, clock } = testRest({ activated: false, settlingSeconds: 5 })
    const { status, json, headers } = await send('POST /securitydomain/upload', {
      json: await uploadFor(send, domain),
    })
    expect(status).toBe(202)
    expect(json).toEqual({
      status: 'InProgress',
      status_details: 'The Security Domain is being restored.',
    })
    expect(headers.get('azure-asyncoperation')).toBe(
      `${BASE_URL}/securitydomain/upload/pending?api-version=7.6`,
    )
    expect((await send('POST /keys/restore', { json: backup })).status).toBe(403)
    clock.seconds += 5
    const polled = await send('GET /securitydomain/upload/pending')
    expect(polled.json.status).toBe('Success')
    expect(polled.headers.get('azure-asyncoperation')).toMatch(/upload\/pending\?api-version=7\.6$/)
    const restored = await send('POST /keys/restore', { json: backup })
    expect([restored.status, restored.json.key.kty]).toEqual([200, 'EC-HSM'])
  })

  it('without the upload, the backup belongs to another domain', async () => {
    const { send } = testRest({ seed: 'another' })
    const { status, json } = await send('POST /keys/restore', { json: backup })
    expect([status, json.error.code]).toEqual([400, 'MalformedBackupBlob'])
  })

  it('an HSM in use refuses transfer key and upload', async () => {
    const { send } = testRest()
    for (const [target, json] of [
      ['GET /securitydomain/upload', undefined],
      ['POST /securitydomain/upload', { value: '{}' }],
    ] as const) {
      const { status, json: body } = await send(target, { json })
      expect([status, body.error.code]).toEqual([409, 'Conflict'])
    }
  })

  it.each<[string, unknown, RegExp]>([
    ['no body', undefined, /^The request body is missing/],
    ['no value', {}, /^Property 'value' is required/],
    ['a value that is no text', { value: {} }, /^The property "value" must be a string/],
    ['a value that is no upload', { value: '{}' }, /^The upload cannot be read: EncData must be/],
  ])('an upload of %s is refused, and nothing changes', async (_, json, message) => {
    const { hsm, send } = notActivated()
    const before = exportState(hsm)
    const { status, json: body } = await send('POST /securitydomain/upload', { json })
    expect([status, body.error.code]).toEqual([400, 'BadParameter'])
    expect(body.error.message).toMatch(message)
    expect(exportState(hsm)).toEqual(before)
  })
})

describe('a download', () => {
  it.each<[string, unknown, RegExp]>([
    ['no certificates', {}, /^Property 'certificates' is required/],
    [
      'certificates that are no list',
      { certificates: 7 },
      /^The property "certificates" must be a/,
    ],
    [
      'PEM, which is not for the wire',
      { certificates: KEYS.map(({ certificate }) => certificate) },
      /^The property "certificates" must be an object/,
    ],
    [
      'two certificates',
      { certificates: CERTIFICATES.slice(1) },
      /^A security domain needs 3 to 10 certificates/,
    ],
    [
      'a quorum of one',
      { ...DOWNLOAD, required: 1 },
      /^required must be a whole number from 2 to the number of certificates, 3/,
    ],
    ['a quorum that is text', { ...DOWNLOAD, required: '2' }, /^The property "required" must be a/],
    [
      'a certificate twice',
      { certificates: [CERTIFICATES[0], CERTIFICATES[1], CERTIFICATES[0]] },
      /^certificates\[2\] has the same key as one before it/,
    ],
  ])('of %s is refused, and nothing changes', async (_, json, message) => {
    const { hsm, send } = notActivated()
    const before = exportState(hsm)
    const { status, json: body } = await send('POST /securitydomain/download', { json })
    expect([status, body.error.code]).toEqual([400, 'BadParameter'])
    expect(body.error.message).toMatch(message)
    expect(exportState(hsm)).toEqual(before)
  })

  it('needs two keys where the client does not say', async () => {
    const json = { certificates: CERTIFICATES }
    const { json: body } = await testRest().send('POST /securitydomain/download', { json })
    expect(JSON.parse(body.value).SharedKeys.required).toBe(2)
  })

  it('ignores what the service ignores, unless the handler is strict', async () => {
    const json = { ...DOWNLOAD, more: 1 }
    expect((await testRest().send('POST /securitydomain/download', { json })).status).toBe(202)
    const strict = testRest({}, { strict: true })
    const { status, json: body } = await strict.send('POST /securitydomain/download', { json })
    expect([status, body.error.message]).toEqual([
      400,
      expect.stringMatching(/^Unknown property "more" in "body"\./),
    ])
  })

  it('of more than a MiB is not read', async () => {
    const body = ' '.repeat(1024 * 1024 + 1)
    expect((await testRest().send('POST /securitydomain/download', { body })).status).toBe(413)
  })
})

describe('polling', () => {
  it.each(['download', 'upload'])('of the %s needs no token, all else does', async (kind) => {
    const { send } = testRest()
    const pending = await send(`GET /securitydomain/${kind}/pending`, { token: null })
    expect(pending.status).toBe(200)
    for (const target of [`POST /securitydomain/${kind}`, 'GET /securitydomain/upload']) {
      expect((await send(target, { token: null, json: undefined })).status).toBe(401)
    }
  })

  it('needs no token where all tokens are refused', async () => {
    const { send } = testRest({}, { authorize: () => ({ refused: 401 }) })
    const target = 'GET /securitydomain/download/pending'
    expect((await send(target, { token: null })).status).toBe(200)
    expect((await send(target)).status).toBe(401)
  })

  it('has the host in the spelling of the request, so that clients send their token there', async () => {
    const { send } = testRest()
    const { headers } = await send('POST /securitydomain/download', {
      json: DOWNLOAD,
      headers: { host: 'Pocket.ManagedHSM.azure.net' },
    })
    expect(headers.get('azure-asyncoperation')).toBe(
      'https://Pocket.ManagedHSM.azure.net/securitydomain/download/pending?api-version=7.6',
    )
  })

  it('has the host of the URL, whatever else the header says', async () => {
    const { send } = testRest()
    const { headers } = await send('POST /securitydomain/download', {
      json: DOWNLOAD,
      headers: { host: 'evil.test' },
    })
    expect(headers.get('azure-asyncoperation')).toMatch(
      /^https:\/\/pocket\.managedhsm\.azure\.net\//,
    )
  })

  it('goes on under the api-version of the request, and without one', async () => {
    const { send } = testRest()
    const query = '?api-version=2026-04-01'
    const { headers } = await send(`POST /securitydomain/download${query}`, { json: DOWNLOAD })
    expect(headers.get('azure-asyncoperation')).toBe(
      `${BASE_URL}/securitydomain/download/pending${query}`,
    )
    const url = `${BASE_URL}/securitydomain/download/pending`
    expect((await send('GET /', { url })).status).toBe(200)
  })
})

it('a vault has no such paths', async () => {
  const hsm: Hsm = createHsm({ profile: 'vault-premium' })
  const send = sender(createHandler(hsm), VAULT_URL)
  for (const target of ['GET /securitydomain/upload', 'GET /securitydomain/download/pending']) {
    expect((await send(target)).status).toBe(404)
  }
})
