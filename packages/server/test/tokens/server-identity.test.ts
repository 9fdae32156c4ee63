/** A server with `identity`: whose tokens it accepts, what it says about itself, and what it refuses to start with. */

import { createIdentityHandler, objectIdOf } from '@pocket-hsm/identity'
import { describe, expect, it } from 'vitest'
import { startServer } from '../../src/index.ts'
import { type TestServer, testServers } from '../test-server.ts'

const { start } = testServers()

const CLIENT = '11111111-1111-4111-8111-111111111111'
const TENANT = '22222222-2222-4222-8222-222222222222'

/** Gets a token as an application does. */
async function tokenOf(
  { url }: TestServer,
  resource = 'https://managedhsm.azure.net',
  form: Readonly<Record<string, string>> = {},
): Promise<string> {
  const response = await fetch(`${url}/${TENANT}/oauth2/v2.0/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: CLIENT,
      client_secret: 'any',
      scope: `${resource}/.default`,
      ...form,
    }),
  })
  const { access_token, error_description } = (await response.json()) as Record<string, string>
  if (access_token === undefined) throw new Error(error_description)
  return access_token
}

describe('a server with identity', () => {
  it('accepts the tokens that it gives', async () => {
    const server = await start({ identity: true, http: true })
    const { status } = await server.send('GET /keys', { token: await tokenOf(server) })
    expect(status).toBe(200)
  })

  it('refuses any other token, and says where to get one', async () => {
    const server = await start({ identity: true, http: true, profile: 'vault-premium' })
    const { status, headers, json } = await server.send('GET /keys', { token: 'any' })
    expect(status).toBe(401)
    expect(headers['www-authenticate']).toBe(
      `Bearer authorization="${server.url}", resource="https://vault.azure.net"`,
    )
    expect(json.error.message).toBe('The token was not accepted: it is not a JWT.')
  })

  it('refuses a token of another server, for another service, and one that has expired', async () => {
    const server = await start({ identity: true, http: true })
    const other = await start({ identity: true, http: true })
    const past = createIdentityHandler({ clock: () => 0, seed: 'same' })
    const seeded = await start({ identity: true, http: true, seed: 'same' })
    const expired = await past(
      new Request(
        'http://localhost/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https://managedhsm.azure.net',
        {
          headers: { metadata: 'true' },
        },
      ),
    )
    const { access_token } = (await expired.json()) as { access_token: string }
    for (const [to, token, reason] of [
      [server, await tokenOf(other), 'its signature is not valid'],
      [server, await tokenOf(server, 'https://graph.microsoft.com'), 'it is for another service'],
      [seeded, access_token, 'it has expired'],
    ] as const) {
      const answer = await to.send('GET /keys', { token })
      expect([reason, answer.status]).toEqual([reason, 401])
    }
  })

  it('accepts tokens for the challenge of a name, with whatever port', async () => {
    const server = await start({ identity: true, http: true, names: ['contoso'] })
    const { port } = new URL(server.url)
    const token = await tokenOf(server, `https://localhost:${port}`)
    const headers = { host: `contoso.localhost:${port}` }
    expect((await server.send('GET /keys', { token, headers })).status).toBe(200)
  })

  it('accepts only the given audiences, if there are any', async () => {
    const server = await start({ identity: true, http: true, audiences: ['api://orders'] })
    const statusFor = async (resource: string) =>
      (await server.send('GET /keys', { token: await tokenOf(server, resource) })).status
    expect(await statusFor('api://orders')).toBe(200)
    expect(await statusFor('https://managedhsm.azure.net')).toBe(401)
  })

  it('accepts any token if it is told to', async () => {
    const server = await start({ identity: true, http: true, auth: 'any' })
    expect((await server.send('GET /keys', { token: 'any' })).status).toBe(200)
  })

  it('records the object id of the caller', async () => {
    const server = await start({ identity: true, http: true, control: true })
    await server.send('GET /keys', { token: await tokenOf(server) })
    const { json } = await server.send('GET /control/audit', { token: null })
    expect(JSON.stringify(json)).toContain(objectIdOf(CLIENT))
  })

  it('needs no token for control', async () => {
    const server = await start({ identity: true, http: true, control: true })
    expect((await server.send('GET /control', { token: null })).status).toBe(200)
  })

  it('has the tables of its options', async () => {
    const identity = { applications: [{ clientId: CLIENT, secrets: ['right'] }] }
    const server = await start({ identity, http: true })
    await expect(tokenOf(server)).rejects.toThrow('AADSTS7000215')
    const token = await tokenOf(server, undefined, { client_secret: 'right' })
    expect((await server.send('GET /keys', { token })).status).toBe(200)
  })

  it('names the tenant adfs to clients that need one', async () => {
    const server = await start({ identity: true, http: true })
    const headers = { 'user-agent': 'azsdk-go-azkeys/v1.4.0 (go1.23; linux)' }
    const answer = await server.send('GET /keys', { token: null, headers })
    expect(answer.headers['www-authenticate']).toContain(`authorization="${server.url}/adfs"`)
  })

  it('returns the variables for credentials, and none without identity', async () => {
    const server = await start({ identity: true })
    expect(server.environment).toMatchObject({
      AZURE_AUTHORITY_HOST: server.url,
      AZURE_TENANT_ID: 'adfs',
      AZURE_POD_IDENTITY_AUTHORITY_HOST: server.url,
      IDENTITY_ENDPOINT: `${server.url}/msi/token`,
    })
    expect((await start()).environment).toBeUndefined()
  })

  it('still has keys whose paths look like its own', async () => {
    const server = await start({ identity: true, http: true })
    const token = await tokenOf(server)
    const json = { kty: 'EC-HSM' }
    expect((await server.send('POST /keys/oauth2/create', { token, json })).status).toBe(200)
    expect((await server.send('GET /keys/oauth2/', { token })).status).toBe(200)
    const answer = await server.send('POST /keys/oauth2/token', { token, json })
    expect(answer.json.error.code).toEqual(expect.any(String))
  })

  it('keeps web pages from its tokens', async () => {
    const server = await start({ identity: true, http: true })
    const path = 'GET /metadata/identity/oauth2/token?api-version=2018-02-01&resource=r:x'
    const headers = { metadata: 'true', origin: 'https://evil.example' }
    expect((await server.send(path, { token: null, headers })).status).toBe(403)
  })
})

describe('the questions of az', () => {
  it('about the cloud are answered with the address that it used', async () => {
    const server = await start({ identity: true, http: true, names: ['contoso'] })
    const { json } = await server.send('GET /metadata/endpoints', { token: null })
    expect(json).toMatchObject({
      authentication: { loginEndpoint: `${server.url}/adfs`, audiences: [server.url] },
      resourceManager: server.url,
      suffixes: { mhsmDns: `localhost:${new URL(server.url).port}` },
    })
  })

  it('about subscriptions and tenants have one of each', async () => {
    const server = await start({ identity: { tenants: [{ id: TENANT }] }, http: true })
    for (const path of ['/subscriptions', '/tenants']) {
      const { json } = await server.send(`GET ${path}?api-version=2022-12-01`, { token: null })
      expect(json.value).toEqual([expect.objectContaining({ tenantId: TENANT })])
    }
  })

  it('are not answered without identity', async () => {
    const server = await start({ http: true })
    expect((await server.send('GET /metadata/endpoints')).status).toBe(404)
  })
})

describe('a server does not start with', () => {
  it.each([
    ['an authority beside identity', { identity: true, authority: 'https://login.example/t' }],
    ['an unknown option of identity', { identity: { aplications: [] } }],
    ['identity that is a text', { identity: 'yes' }],
  ])('%s', async (_, options) => {
    const starting = startServer({ port: 0, http: true, ...(options as object) })
    await expect(starting).rejects.toMatchObject({ code: 'BadOption' })
  })

  it('identity for other machines, unless forced', async () => {
    const options = { port: 0, host: '0.0.0.0', identity: true } as const
    await expect(startServer(options)).rejects.toThrow(/anyone can get a token.*--force/)
  })
})
