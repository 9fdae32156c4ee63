/** The headers of each service. */

import { describe, expect, it } from 'vitest'
import { testRest } from '../rest-client.ts'

const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

const withoutId = (headers: Headers) =>
  Object.fromEntries([...headers].filter(([name]) => name !== 'x-ms-request-id'))

describe('the headers', () => {
  it('of a vault', async () => {
    const { headers } = await testRest({ profile: 'vault-premium' }).send('GET /keys')
    expect(withoutId(headers)).toEqual({
      'cache-control': 'no-cache',
      'content-type': 'application/json; charset=utf-8',
      expires: '-1',
      pragma: 'no-cache',
      'strict-transport-security': 'max-age=31536000;includeSubDomains',
      'x-content-type-options': 'nosniff',
      'x-ms-keyvault-network-info': 'conn_type=Ipv4;addr=127.0.0.1;act_addr_fam=InterNetwork;',
      'x-ms-keyvault-region': 'local',
      'x-ms-keyvault-service-version': '1.9.0.0',
    })
  })

  it('of a Managed HSM', async () => {
    const { send } = testRest()
    const { headers } = await send('GET /keys')
    expect(withoutId(headers)).toEqual({
      'cache-control': 'no-cache',
      'content-security-policy': "default-src 'self'",
      'content-type': 'application/json; charset=utf-8',
      'strict-transport-security': 'max-age=31536000; includeSubDomains',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'SAMEORIGIN',
      'x-ms-build-version': '1.0.0-pocket',
      'x-ms-keyvault-network-info': 'conn_type=Ipv4;addr=127.0.0.1;act_addr_fam=Ipv4;',
      'x-ms-keyvault-region': 'local',
      'x-ms-server-latency': '0',
    })
    const post = await send('POST /rng', { json: { count: 1 } })
    expect(post.headers.has('x-ms-build-version')).toBe(false)
  })

  it('of an error of a Managed HSM name no region and no network', async () => {
    const { send } = testRest()
    for (const [target, token, status] of [
      ['GET /keys', null, 401],
      ['GET /keys/nobody', 'any', 404],
      ['GET /keys/a_b', 'any', 400],
    ] as const) {
      const received = await send(target, { token })
      expect(received.status).toBe(status)
      const names = [...received.headers.keys()]
      expect(names).toContain('content-type')
      expect(names.filter((name) => name.startsWith('x-ms-keyvault-'))).toEqual([])
    }
  })

  it('of an error of a vault are those of its other responses', async () => {
    const { send } = testRest({ profile: 'vault-premium' })
    const names = async (target: string) => [...(await send(target)).headers.keys()]
    expect(await names('GET /keys/nobody')).toEqual(await names('GET /keys'))
  })

  it('of a purge have a content type on a Managed HSM only', async () => {
    for (const [profile, type] of [
      ['managed-hsm', 'application/json; charset=utf-8'],
      ['vault-premium', null],
    ] as const) {
      const { send } = testRest({ profile })
      await send('POST /keys/a/create', { json: { kty: 'EC' } })
      await send('DELETE /keys/a')
      const { headers } = await send('DELETE /deletedkeys/a')
      expect(headers.get('content-type')).toBe(type)
    }
  })

  it('name each request by a GUID of its own', async () => {
    const { send } = testRest()
    const ids = [await send('GET /keys'), await send('GET /keys'), await send('GET /x')].map(
      ({ headers }) => String(headers.get('x-ms-request-id')),
    )
    for (const id of ids) expect(id).toMatch(GUID)
    expect(new Set(ids).size).toBe(3)
  })

  it('of a vault give the client request id back, where they are asked to', async () => {
    const { send } = testRest({ profile: 'vault-premium' })
    const id = { 'x-ms-client-request-id': 'mine' }
    const asked = await send('GET /keys', {
      headers: { ...id, 'x-ms-return-client-request-id': 'true' },
    })
    expect(asked.headers.get('x-ms-client-request-id')).toBe('mine')
    expect((await send('GET /keys', { headers: id })).headers.has('x-ms-client-request-id')).toBe(
      false,
    )
  })
})
