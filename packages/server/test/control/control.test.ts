/** The control API: off by default, and for callers on this machine only. */

import { fromBase64url, getKey, importState } from 'pocket-hsm'
import { describe, expect, it } from 'vitest'
import { withControl } from '../../src/control/create-control.ts'
import { createHosts } from '../../src/hsms/hosts.ts'
import { createServerClock } from '../../src/hsms/server-clock.ts'
import { parseSettings } from '../../src/hsms/settings.ts'
import type { Respond } from '../../src/network/respond.ts'
import { startAuthority } from '../test-authority.ts'
import { type TestServer, testServers } from '../test-server.ts'

const { start } = testServers()

const headers = { 'content-type': 'application/json' }

const controlled = async (): Promise<TestServer> => start({ http: true, control: true })

const post = (server: TestServer, path: string, json: object) =>
  server.send(`POST /control${path}`, { json, headers, token: null })

describe('control', () => {
  it('is off unless it was asked for', async () => {
    const server = await start({ http: true })
    const { status, json } = await server.send('GET /control')
    expect(status).toBe(404)
    expect(json.error.message).toMatch('There is nothing at /control.')
  })

  it('tells the HSMs and the time', async () => {
    const server = await start({ http: true, control: true, names: ['contoso'] })
    expect((await server.send('GET /control', { token: null })).json).toEqual({
      auth: 'any',
      hsms: [
        {
          name: 'contoso',
          hosts: ['contoso.managedhsm.azure.net', 'contoso.localhost', 'contoso'],
          profile: 'managed-hsm',
        },
      ],
      time: expect.stringMatching(/^\d{4}-.*Z$/),
    })
  })

  it.each<[number, string, object]>([
    [404, 'GET /control/nothing', {}],
    [405, 'DELETE /control/clock', {}],
    [415, 'POST /control/clock', { json: {} }],
    [411, 'POST /control/clock', { headers: { ...headers, 'transfer-encoding': 'chunked' } }],
    [413, 'POST /control/clock', { json: { time: ' '.repeat(70_000) }, headers }],
    [400, 'POST /control/clock', { json: [], headers }],
    [400, 'POST /control/clock', { json: { tim: 'now' }, headers }],
    [421, 'GET /control', { headers: { host: 'rebound.example' } }],
    [403, 'GET /control', { headers: { host: 'contoso.managedhsm.azure.net' } }],
    [403, 'GET /control', { headers: { 'sec-fetch-site': 'same-site' } }],
    [403, 'GET /control', { headers: { forwarded: 'for=10.0.0.7' } }],
    [403, 'GET /control', { headers: { 'X-Forwarded-For': '10.0.0.7' } }],
    [403, 'GET /control', { headers: { 'x-forwarded-host': 'a' } }],
    [403, 'GET /control', { headers: { 'x-real-ip': '127.0.0.1' } }],
    [403, 'GET /control', { headers: { via: '1.1 proxy' } }],
    [403, 'GET /control', { headers: { origin: 'https://page.example' } }],
  ])('refuses with %d: %s %j', async (status, target, sending) => {
    const server = await controlled()
    expect((await server.send(target, sending)).status).toBe(status)
  })

  it('is refused to another machine', async () => {
    const clock = createServerClock()
    const hosts = createHosts(parseSettings({}), { clock: clock.now }, {})
    const nothing: Respond = () => Promise.reject(new Error('not called'))
    const respond = withControl(nothing, { hosts, clock })
    const request = () => new Request('https://localhost:8443/control')
    expect((await respond(request(), '10.0.0.7')).status).toBe(403)
    expect((await respond(request(), '')).status).toBe(403)
    expect((await respond(request(), '::ffff:127.0.0.1')).status).toBe(200)
  })
})

describe('control of a server that verifies tokens', () => {
  it('needs a token of the authority', async () => {
    const authority = await startAuthority()
    const server = await start({
      http: true,
      control: true,
      auth: 'jwt',
      authority: authority.url,
    })
    const statusWith = async (token: string | null) =>
      (await server.send('GET /control', { token })).status
    expect(await statusWith(null)).toBe(401)
    expect(await statusWith('any')).toBe(401)
    expect(await statusWith(await authority.sign({ aud: 'https://graph.example' }))).toBe(401)
    expect(await statusWith(await authority.sign())).toBe(200)
    const json = { time: '2040-01-01T00:00:00Z' }
    const moved = await server.send('POST /control/clock', { json, headers, token: null })
    expect(moved.status).toBe(401)
    const { json: clock } = await server.send('GET /control/clock', {
      token: await authority.sign(),
    })
    expect(clock.offsetSeconds).toBe(0)
    await authority.close()
  })
})

describe('the clock', () => {
  it('moves on for every HSM', async () => {
    const server = await controlled()
    const exp = Math.floor(Date.now() / 1000) + 3600
    await server.send('POST /keys/a/create', { json: { kty: 'EC-HSM', attributes: { exp } } })
    const sign = () =>
      server.send('POST /keys/a/sign', { json: { alg: 'ES256', value: 'A'.repeat(43) } })
    expect((await sign()).status).toBe(200)
    expect((await post(server, '/clock', { advanceSeconds: 3601 })).json.offsetSeconds).toBe(3601)
    expect((await sign()).status).toBe(403)
    expect((await post(server, '/clock', { time: 'now' })).json.offsetSeconds).toBe(0)
    expect((await sign()).status).toBe(200)
  })

  it('goes to an instant', async () => {
    const server = await controlled()
    const { json } = await post(server, '/clock', { time: '2040-01-31T12:00:00Z' })
    expect(json.time).toMatch('2040-01-31T12:00:0')
    expect((await server.send('GET /control/clock')).json.time).toMatch('2040-01-31T12:00:0')
  })

  it.each<object>([
    {},
    { advanceSeconds: 1, time: 'now' },
    { advanceSeconds: '1' },
    { advanceSeconds: 1e300 },
    { time: 'soon' },
    { time: 1 },
  ])('does not go to %j', async (json) => {
    expect((await post(await controlled(), '/clock', json)).status).toBe(400)
  })
})

describe('faults', () => {
  it('befall the requests of their operation', async () => {
    const server = await controlled()
    const fault = { operation: 'listKeys', status: 429, times: 2, retryAfterSeconds: 3 }
    expect((await post(server, '/faults', fault)).json).toMatchObject({ remaining: 2 })
    const answer = await server.send('GET /keys')
    expect(answer.status).toBe(429)
    expect(answer.headers['retry-after']).toBe('3')
    expect((await server.send('GET /control/faults')).json).toMatchObject({ remaining: 1 })
  })

  it('lose connections', async () => {
    const server = await controlled()
    await post(server, '/faults', { connection: 'lost-after' })
    await expect(server.send('POST /keys/a/create', { json: { kty: 'EC' } })).rejects.toThrow(
      'socket hang up',
    )
    expect((await server.send('GET /keys/a')).status).toBe(200)
  })

  it('are taken back', async () => {
    const server = await controlled()
    await post(server, '/faults', { status: 500, times: 5 })
    expect((await server.send('DELETE /control/faults')).json).toMatchObject({ remaining: 0 })
    expect((await server.send('GET /keys')).status).toBe(200)
  })

  it('revoke tokens, until they are cleared', async () => {
    const server = await controlled()
    await post(server, '/faults', { claimsChallenge: true })
    const revoked = await server.send('GET /keys', { token: 'old' })
    expect(revoked.status).toBe(401)
    expect(revoked.headers['www-authenticate']).toMatch(/, error="insufficient_claims", claims="/)
    expect((await server.send('GET /keys', { token: 'new' })).status).toBe(200)
    expect((await server.send('GET /keys', { token: 'old' })).status).toBe(401)
    await server.send('DELETE /control/faults')
    expect((await server.send('GET /keys', { token: 'old' })).status).toBe(200)
  })

  it('are those of one HSM where there are several', async () => {
    const server = await start({ http: true, control: true, names: ['contoso', 'fabrikam'] })
    expect((await post(server, '/faults', { status: 500 })).status).toBe(400)
    expect((await post(server, '/faults?hsm=nobody', { status: 500 })).status).toBe(404)
    expect((await post(server, '/faults?hsm=Fabrikam', { status: 500 })).json).toMatchObject({
      remaining: 1,
    })
    const at = (host: string) => server.send('GET /keys', { headers: { host } })
    expect((await at('contoso')).status).toBe(200)
    expect((await at('fabrikam')).status).toBe(500)
  })

  it.each<object>([
    {},
    { times: 2 },
    { operation: 'sing', status: 500 },
    { status: 200 },
    { status: '500' },
    { connection: 'slow' },
    { status: 500, times: 0 },
    { status: 500, retry: 1 },
    { claimsChallenge: false },
    { claimsChallenge: true, status: 401 },
  ])('are not %j', async (fault) => {
    expect((await post(await controlled(), '/faults', fault)).status).toBe(400)
  })
})

describe('forks', () => {
  const names = async (server: TestServer) =>
    (await server.send('GET /keys')).json.value.map(({ kid }: { kid: string }) =>
      kid.split('/').at(-1),
    )
  const create = (server: TestServer, name: string) =>
    server.send(`POST /keys/${name}/create`, { json: { kty: 'EC' } })

  it('bring an HSM back to its start', async () => {
    const server = await controlled()
    await create(server, 'a')
    expect((await post(server, '/reset', {})).json).toEqual({ reset: 'start' })
    expect(await names(server)).toEqual([])
  })

  it('bring an HSM back to one with a name, as often as wanted', async () => {
    const server = await controlled()
    await create(server, 'a')
    expect((await post(server, '/fork', { name: 'one-key' })).json).toEqual({
      forks: ['start', 'one-key'],
    })
    for (const name of ['b', 'c']) {
      await create(server, name)
      expect(await names(server)).toEqual(['a', name])
      await post(server, '/reset', { to: 'one-key' })
    }
    expect(await names(server)).toEqual(['a'])
  })

  it('leave the faults and the clock as they are', async () => {
    const server = await controlled()
    await post(server, '/faults', { status: 500 })
    await post(server, '/clock', { advanceSeconds: 60 })
    await post(server, '/reset', {})
    expect((await server.send('GET /control/faults')).json.remaining).toBe(1)
    expect((await server.send('GET /control/clock')).json.offsetSeconds).toBe(60)
  })

  it.each<[number, string, object]>([
    [404, '/reset', { to: 'nothing' }],
    [400, '/fork', {}],
    [400, '/fork', { name: 'start' }],
    [400, '/fork', { name: '../a' }],
  ])('refuse with %d: %s %j', async (status, path, json) => {
    expect((await post(await controlled(), path, json)).status).toBe(status)
  })
})

describe('the state', () => {
  it('comes back elsewhere, under the seed', async () => {
    const server = await start({ http: true, control: true, seed: 'tests' })
    const made = await server.send('POST /keys/a/create', { json: { kty: 'EC-HSM' } })
    const { json } = await server.send('GET /control/state')
    const copy = importState(fromBase64url(json.state), { seed: 'tests' })
    expect(getKey(copy, 'a').key.x).toBe(made.json.key.x)
  })
})

describe('the audit trail', () => {
  const asked = async (query: string) => {
    const server = await controlled()
    await server.send('POST /keys/a/create', { json: { kty: 'EC-HSM' } })
    await server.send('GET /keys/a')
    await server.send('GET /keys/nobody')
    return server.send(`GET /control/audit${query}`, { token: null })
  }

  it('tells what was done, oldest first', async () => {
    const { json } = await asked('')
    const operations = json.entries.map(({ operation }: { operation: string }) => operation)
    expect(operations).toEqual(['createKey', 'getKey', 'getKey'])
    expect(json.lost).toBe(0)
  })

  it('tells of what was asked for alone', async () => {
    const { json } = await asked('?operation=getKey&outcome=refused')
    expect(json.entries).toEqual([expect.objectContaining({ key: 'nobody' })])
  })

  it.each(['?outcome=good', '?colour=red'])('does not know %s', async (query) => {
    expect((await asked(query)).status).toBe(400)
  })
})
