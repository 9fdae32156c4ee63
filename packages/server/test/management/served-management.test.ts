import { join } from 'node:path'
import { createDomainWrappingKey } from 'pocket-hsm'
import { describe, expect, it } from 'vitest'
import { send } from '../https-client.ts'
import { startChild } from '../kill/child-server.ts'
import { type TestServer, testServers } from '../test-server.ts'

const { folder, start } = testServers()

const SUB = '/subscriptions/00000000-0000-4000-8000-000000000001'
const HSMS = `${SUB}/resourceGroups/pocket/providers/Microsoft.KeyVault/managedHSMs`
const VERSION = 'api-version=2024-11-01'
const ADMIN = '11111111-1111-4111-8111-111111111111'
const OTHER = '22222222-2222-4222-8222-222222222222'
const ADMINISTRATOR =
  'Microsoft.KeyVault/providers/Microsoft.Authorization/roleDefinitions/a290e904-7015-4bba-90c8-60543313cdb4'
const WANTED = {
  location: 'westus',
  properties: {
    initialAdminObjectIds: [ADMIN],
    softDeleteRetentionInDays: 7,
  },
}

const base64url = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
const tokenOf = (claims: object) => `${base64url({})}.${base64url(claims)}.x`

const at = (name: string) => ({ headers: { host: `${name}.managedhsm.azure.net` } })

/** The download of a security domain, which activates an HSM. */
const DOWNLOAD = {
  required: 2,
  certificates: [1, 2, 3].map(() => ({
    x5c: [createDomainWrappingKey().certificate.replace(/-----[^-]+-----|\n/g, '')],
    kty: 'RSA',
    key_ops: ['verify', 'encrypt', 'wrapKey'],
    alg: 'RSA-OAEP-256',
  })),
}

/** Creates an HSM and activates it; answers the response to the creation. */
async function create(server: TestServer, name: string) {
  const created = await server.send(`PUT ${HSMS}/${name}?${VERSION}`, { json: WANTED })
  await server.send('POST /securitydomain/download', { ...at(name), json: DOWNLOAD })
  return created
}

const statusAt = async (server: TestServer, name: string, target = 'GET /keys') =>
  (await server.send(target, at(name))).status

describe('a server with the management plane', () => {
  it('responds at the host of an HSM once it is created, and no more once it is deleted', async () => {
    const server = await start({ management: true })
    expect(await statusAt(server, 'contoso')).toBe(404)
    expect((await create(server, 'contoso')).status).toBe(202)
    expect(await statusAt(server, 'contoso')).toBe(200)
    expect(
      (await server.send('GET /keys', { headers: { host: 'contoso.localhost' } })).status,
    ).toBe(200)
    await server.send(`DELETE ${HSMS}/contoso?${VERSION}`)
    expect(await statusAt(server, 'contoso')).toBe(404)
  })

  it('has HSMs with keys of their own, and its own HSM at its address', async () => {
    const server = await start({ management: true })
    await create(server, 'one')
    await create(server, 'two')
    const json = { kty: 'EC' }
    const created = await server.send('POST /keys/a/create', { ...at('one'), json })
    expect(created.json).toMatchObject({ key: { kty: 'EC-HSM' } })
    expect(await statusAt(server, 'one', 'GET /keys/a')).toBe(200)
    expect(await statusAt(server, 'two', 'GET /keys/a')).toBe(404)
    expect((await server.send('GET /keys/a')).status).toBe(404)
  })

  it('shows the address of an HSM for a client of this machine, and its own name is taken', async () => {
    const server = await start({ management: true, names: ['mine'] })
    await create(server, 'contoso')
    const { json } = await server.send(`GET ${HSMS}/contoso?${VERSION}`)
    const { port } = new URL(server.url)
    expect(json).toMatchObject({ properties: { hsmUri: `https://contoso.localhost:${port}/` } })
    expect((await create(server, 'mine')).status).toBe(409)
  })

  it('creates an HSM that is not activated, until its security domain is downloaded', async () => {
    const server = await start({ management: true })
    const path = `${HSMS}/contoso?${VERSION}`
    const status = async () =>
      (await server.send(`GET ${path}`)).json.properties.securityDomainProperties.activationStatus
    await server.send(`PUT ${path}`, { json: WANTED })
    expect(await status()).toBe('NotActivated')
    expect(await statusAt(server, 'contoso')).toBe(403)
    await server.send('POST /securitydomain/download', { ...at('contoso'), json: DOWNLOAD })
    await server.send('GET /securitydomain/download/pending', at('contoso'))
    expect(await status()).toBe('Active')
    expect(await statusAt(server, 'contoso')).toBe(200)
  })

  it('has the name of a created HSM in its certificate', async () => {
    const server = await start({ management: true })
    await create(server, 'certified')
    const options = { ...at('certified'), servername: 'certified.managedhsm.azure.net' }
    expect((await server.send('GET /keys', options)).status).toBe(200)
  })

  it('asks for a token, unless none is needed', async () => {
    const path = `GET ${HSMS}?${VERSION}`
    const server = await start({ management: true })
    expect((await server.send(path, { token: null })).status).toBe(401)
    const open = await start({ management: true, auth: 'none' })
    expect((await open.send(path, { token: null })).status).toBe(200)
  })

  it('gives the administrators that a creation names the role for it, with rbac', async () => {
    const server = await start({ management: true, rbac: true, administrators: [OTHER] })
    await server.send(`PUT ${HSMS}/contoso?${VERSION}`, { json: WANTED })
    const as = (oid: string, target: string, json?: object) =>
      server.send(target, { ...at('contoso'), token: tokenOf({ oid }), ...(json && { json }) })
    const path = 'GET /providers/Microsoft.Authorization/roleAssignments'
    expect((await as(OTHER, 'POST /securitydomain/download', DOWNLOAD)).status).toBe(403)
    expect((await as(ADMIN, 'POST /securitydomain/download', DOWNLOAD)).status).toBe(202)
    expect((await as(OTHER, path)).status).toBe(403)
    const { value } = (await as(ADMIN, path)).json
    expect(value.map(({ properties }: { properties: object }) => properties)).toEqual([
      { principalId: ADMIN, roleDefinitionId: ADMINISTRATOR, scope: '/' },
    ])
    expect((await as(ADMIN, 'GET /keys')).status).toBe(403)
  })

  it('says in the resource that administrators have no effect without rbac', async () => {
    const statusMessageOf = async (options: object) => {
      const server = await start({ management: true, ...options })
      await server.send(`PUT ${HSMS}/contoso?${VERSION}`, { json: WANTED })
      return (await server.send(`GET ${HSMS}/contoso?${VERSION}`)).json.properties.statusMessage
    }
    expect(await statusMessageOf({})).toMatch(/initialAdminObjectIds has no effect\.$/)
    expect(await statusMessageOf({ rbac: true, administrators: [OTHER] })).toBe(
      'The Managed HSM is provisioned and ready to use.',
    )
  })

  it('is not there unless it is asked for', async () => {
    const server = await start()
    expect((await server.send(`GET ${HSMS}?${VERSION}`)).status).toBe(404)
  })

  it('gives the HSMs of a seed the same keys in every run', async () => {
    const identifiers = [1, 2].map(async () => {
      const server = await start({ management: true, seed: 'tests' })
      await create(server, 'contoso')
      return (await server.send('POST /keys/a/create', { ...at('contoso'), json: { kty: 'EC' } }))
        .text
    })
    const [one = '', two = ''] = await Promise.all(identifiers)
    const xOf = (text: string) => JSON.parse(text).key.x
    expect(xOf(one)).toBe(xOf(two))
  })
})

describe('the state of a management plane', () => {
  it('has everything after a restart: HSMs, deleted ones, groups, keys and settings', async () => {
    const state = join(folder, 'restart.state')
    const first = await start({ management: true, state })
    await create(first, 'contoso')
    await create(first, 'gone')
    await create(first, 'purged')
    await first.send(`PUT ${SUB}/resourcegroups/other?${VERSION}`, { json: { location: 'eastus' } })
    const made = await first.send('POST /keys/a/create', { ...at('contoso'), json: { kty: 'EC' } })
    await first.send('PATCH /settings/AllowKeyManagementOperationsThroughARM', {
      ...at('contoso'),
      json: { value: 'true' },
    })
    for (const name of ['gone', 'purged']) await first.send(`DELETE ${HSMS}/${name}?${VERSION}`)
    const deleted = `${SUB}/providers/Microsoft.KeyVault/locations/westus/deletedManagedHSMs`
    await first.send(`POST ${deleted}/purged/purge?${VERSION}`)
    await first.close()

    const later = await start({ management: true, state })
    const kept = await later.send('GET /keys/a', at('contoso'))
    expect(kept.json).toMatchObject({ key: { x: JSON.parse(made.text).key.x } })
    expect((await later.send('GET /settings', at('contoso'))).text).toContain('"value":"true"')
    expect(await statusAt(later, 'gone')).toBe(404)
    await later.send(`PUT ${HSMS}/gone?${VERSION}`, {
      json: { location: 'westus', properties: { createMode: 'Recover' } },
    })
    expect(await statusAt(later, 'gone')).toBe(200)
    expect((await create(later, 'purged')).status).toBe(202)
    expect((await later.send(`GET ${SUB}/resourcegroups/other?${VERSION}`)).status).toBe(200)
  })

  it('is not lost by a server without the management plane, which refuses it', async () => {
    const state = join(folder, 'refused.state')
    const first = await start({ management: true, state })
    await create(first, 'contoso')
    await first.close()
    await expect(start({ state })).rejects.toThrow('pass --management')
    const later = await start({ management: true, state })
    expect(await statusAt(later, 'contoso')).toBe(200)
  })

  it('gives an HSM whose name is used again another security domain', async () => {
    const server = await start({ management: true, state: join(folder, 'again.state') })
    await create(server, 'contoso')
    await server.send('POST /keys/a/create', { ...at('contoso'), json: { kty: 'EC' } })
    const { json } = await server.send('POST /keys/a/backup', at('contoso'))
    await server.send(`DELETE ${HSMS}/contoso?${VERSION}`)
    const deleted = `${SUB}/providers/Microsoft.KeyVault/locations/westus/deletedManagedHSMs`
    await server.send(`POST ${deleted}/contoso/purge?${VERSION}`)
    await create(server, 'contoso')
    const restored = await server.send('POST /keys/restore', { ...at('contoso'), json })
    expect(restored.status).toBe(400)
    expect(restored.text).toContain('different crypto domain')
  })

  it('survives kill -9: an HSM, its setting, and a job, which has failed then', async () => {
    const state = join(folder, 'killed.state')
    const options = ['--management', '--state', state]
    const one = startChild({}, ...options)
    const url = await one.url
    await send(url, `PUT ${HSMS}/contoso?${VERSION}`, { json: WANTED })
    await send(url, 'POST /securitydomain/download', { ...at('contoso'), json: DOWNLOAD })
    const NAME = 'AllowKeyManagementOperationsThroughARM'
    await send(url, `PATCH /settings/${NAME}`, { ...at('contoso'), json: { value: 'true' } })
    const backup = await send(url, 'POST /backup', {
      ...at('contoso'),
      json: { storageResourceUri: 'http://127.0.0.1:9/account/backup', token: 'sig=a' },
    })
    expect(backup.status).toBe(202)
    const { jobId } = backup.json
    await one.kill()

    const two = startChild({}, ...options)
    const again = await two.url
    expect((await send(again, `GET /settings/${NAME}`, at('contoso'))).text).toContain(
      '"value":"true"',
    )
    const job = await send(again, `GET /backup/${jobId}/pending`, at('contoso'))
    expect(job.json).toMatchObject({ status: 'Failed', jobId })
    await two.stop()
  }, 60_000)
})
