/** The 401 that every client starts with. */

import { createHsm } from 'pocket-hsm'
import { describe, expect, it } from 'vitest'
import { createHandler } from '../../src/index.ts'
import { sender, testRest, vaultError } from '../rest-client.ts'

const NO_TENANT = '00000000-0000-0000-0000-000000000000'
const MESSAGE = 'AKV10000: Request is missing a Bearer or PoP token.'

const challengeAt = async (
  url: string,
  profile: 'managed-hsm' | 'vault-premium' = 'managed-hsm',
) => {
  const handler = createHandler(createHsm({ profile }))
  const { headers } = await sender(handler, url)('GET /keys', { token: null })
  return headers.get('www-authenticate')
}

describe('a request without a token', () => {
  it.each([
    'GET /keys',
    'POST /keys/a/create',
    'PUT /keys/a',
    'PATCH /keys/a',
    'DELETE /keys/a',
    'GET /nothing/of/the/kind?no=version',
    'PUT /keys/a_b/versions',
    `GET /keys/${'a'.repeat(10_000)}`,
  ])('%s is 401 with one challenge, whatever else is invalid', async (target) => {
    for (const profile of ['managed-hsm', 'vault-premium'] as const) {
      const { send } = testRest({ profile })
      const { status, headers } = await send(target, { token: null })
      expect(status).toBe(401)
      expect(headers.get('www-authenticate')?.match(/Bearer/g)).toHaveLength(1)
    }
  })

  it('is 401 before its body is read', async () => {
    const { send } = testRest({}, { maxBodyLength: 4 })
    const { status } = await send('POST /keys/a/create', { token: null, body: '{"kty":' })
    expect(status).toBe(401)
  })

  it('reaches neither the script of faults nor the audit trail', async () => {
    const entries: unknown[] = []
    const { send } = testRest({}, { audit: (entry) => entries.push(entry) })
    await send('GET /keys', { token: null })
    expect(entries).toEqual([])
  })

  it('gets the reason from a vault', async () => {
    const { send } = testRest({ profile: 'vault-standard' })
    const { json, headers } = await send('POST /keys/a/create', { token: null })
    expect(json).toEqual(vaultError('Unauthorized', MESSAGE))
    expect(headers.get('www-authenticate')).toBe(
      'Bearer authorization="https://login.windows.net", resource="https://vault.azure.net"',
    )
  })

  it('gets no text from a Managed HSM, and OK to a GET', async () => {
    const { send } = testRest()
    const post = await send('POST /keys/a/create', { token: null })
    expect([post.text, post.headers.get('content-length')]).toEqual(['', '0'])
    expect(post.headers.get('content-type')).toBe('application/json; charset=utf-8')
    const get = await send('GET /keys/a', { token: null })
    expect(get.text).toBe('OK')
    expect(get.headers.get('www-authenticate')).toBe(
      'Bearer authorization="https://login.microsoftonline.com", resource="https://managedhsm.azure.net"',
    )
  })
})

describe('the authority', () => {
  const authorizationFor = async (userAgent: string, challenge?: object) => {
    const { send } = testRest({}, challenge ? { challenge } : {})
    const headers = { 'user-agent': userAgent }
    const response = await send('GET /keys', { token: null, headers })
    return /authorization="([^"]*)"/.exec(response.headers.get('www-authenticate') ?? '')?.[1]
  }

  it.each([
    'azsdk-js-keyvault-keys/4.10.2 core-rest-pipeline/1.22.0 Node/20.20.2',
    'AZURECLI/2.74.0 azsdk-python-keyvault-keys/4.11.0b2 Python/3.11.2',
    'curl/7.88.1',
    'not azsdk-network',
  ])('names no tenant to %s', async (userAgent) => {
    expect(await authorizationFor(userAgent)).toBe('https://login.microsoftonline.com')
  })

  it.each([
    'azsdk-net-Security.KeyVault.Keys/4.8.0 (.NET 8.0.0; Linux)',
    'azsdk-java-azure-security-keyvault-keys/4.10.0 (21; Linux; 6.1)',
    'my-application azsdk-go-azkeys/v1.4.0 (go1.23; linux)',
  ])('names a tenant to %s, which cannot read a challenge without one', async (userAgent) => {
    const authority = `https://login.microsoftonline.com/${NO_TENANT}`
    expect(await authorizationFor(userAgent)).toBe(authority)
    const challenge = { authorization: 'https://localhost:8443/', tenant: 'adfs' }
    expect(await authorizationFor(userAgent, challenge)).toBe('https://localhost:8443/adfs')
  })

  it('of the options keeps its tenant', async () => {
    const challenge = { authorization: 'https://login.test/contoso', tenant: 'adfs' }
    for (const userAgent of ['azsdk-js-keyvault-keys/4.10.2', 'azsdk-go-azkeys/v1.4.0']) {
      expect(await authorizationFor(userAgent, challenge)).toBe('https://login.test/contoso')
    }
  })
})

describe('a token', () => {
  it.each(['Bearer x', 'bearer x', 'PoP x', 'Bearer  a.b.c '])('is %j', async (authorization) => {
    const { send } = testRest()
    const { status } = await send('GET /keys', { token: null, headers: { authorization } })
    expect(status).toBe(200)
  })

  it.each(['Bearer', 'Bearer ', 'Basic x', 'x', 'Bearer a b'])(
    'is not %j',
    async (authorization) => {
      const { send } = testRest()
      const { status } = await send('GET /keys', { token: null, headers: { authorization } })
      expect(status).toBe(401)
    },
  )
})

describe('the resource', () => {
  it.each([
    ['https://a.managedhsm.azure.cn', 'managed-hsm', 'https://managedhsm.azure.cn'],
    ['https://a.vault.usgovcloudapi.net', 'vault-premium', 'https://vault.usgovcloudapi.net'],
    ['https://hsm.test', 'managed-hsm', 'https://test'],
    ['https://my.hsm.localhost:8443', 'vault-premium', 'https://hsm.localhost:8443'],
    ['https://a.vault.azure.net:8443', 'vault-premium', 'https://vault.azure.net'],
    ['https://localhost:8443', 'managed-hsm', 'https://managedhsm.azure.net'],
    ['https://127.0.0.1:8443', 'vault-premium', 'https://vault.azure.net'],
    ['https://[::1]', 'managed-hsm', 'https://managedhsm.azure.net'],
  ] as const)('of %s as %s is %s', async (url, profile, resource) => {
    expect(await challengeAt(url, profile)).toMatch(`, resource="${resource}"`)
  })

  it('and the authority are what the options say', async () => {
    const challenge = { authorization: 'https://login.test/tenant', resource: 'https://res.test' }
    const { send } = testRest({}, { challenge })
    const { headers } = await send('GET /keys', { token: null })
    expect(headers.get('www-authenticate')).toBe(
      'Bearer authorization="https://login.test/tenant", resource="https://res.test"',
    )
  })
})
