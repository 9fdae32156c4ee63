/** The console of a server: who gets the page, and events over a socket. */

import { get } from 'node:http'
import { describe, expect, it } from 'vitest'
import { withConsole } from '../../src/console/with-console.ts'
import { createHosts } from '../../src/hsms/hosts.ts'
import { createServerClock } from '../../src/hsms/server-clock.ts'
import { parseSettings } from '../../src/hsms/settings.ts'
import { startServer } from '../../src/index.ts'
import type { Respond } from '../../src/network/respond.ts'
import { testServers } from '../test-server.ts'

const { start } = testServers()

describe('the console', () => {
  it('is off unless it was asked for', async () => {
    const server = await start({ http: true, control: true })
    expect((await server.send('GET /console/')).status).toBe(404)
    expect(server.consoleUrl).toBeUndefined()
  })

  it('is served without a token, with a policy, and brings the control API', async () => {
    const server = await start({ http: true, console: true })
    expect(server.consoleUrl).toBe(`${server.url}/console/`)
    const page = await server.send('GET /console/', { token: null })
    expect(page.status).toBe(200)
    expect(page.headers['content-security-policy']).toMatch(/^default-src 'none'/)
    expect((await server.send('GET /control', { token: null })).status).toBe(200)
    const redirect = await server.send('GET /console', { token: null })
    expect([redirect.status, redirect.headers['location']]).toEqual([308, '/console/'])
  })

  it.each([
    [421, { host: 'rebound.example' }],
    [403, { 'sec-fetch-site': 'cross-site' }],
    [403, { origin: 'https://page.example' }],
    [403, { 'x-forwarded-for': '10.0.0.7' }],
  ])('is refused with %d: %j', async (status, headers) => {
    const server = await start({ http: true, console: true })
    expect((await server.send('GET /console/', { headers, token: null })).status).toBe(status)
  })

  it('is for another machine only with a control token, which the page then asks for', async () => {
    const clock = createServerClock()
    const hosts = createHosts(parseSettings({}), { clock: clock.now }, {})
    const nothing: Respond = () => Promise.reject(new Error('not called'))
    const statusFor = async (hasToken: boolean) => {
      const respond = withConsole(nothing, { hosts, clock }, hasToken)
      return (await respond(new Request('https://localhost:8443/console/'), '10.0.0.7')).status
    }
    expect(await statusFor(false)).toBe(403)
    expect(await statusFor(true)).toBe(200)
  })

  it('has no file but those of the page', async () => {
    const server = await start({ http: true, console: true })
    for (const path of ['package.json', '..%2f..%2fpackage.json', 'index.html.br', 'assets/']) {
      const { status } = await server.send(`GET /console/${path}`, { token: null })
      expect(status, path).toBe(404)
    }
  })

  it('cannot be served without control, nor from a database', async () => {
    const wrong = [
      { console: true, control: false },
      { console: true, postgres: 'postgres://x/y' },
    ]
    for (const options of wrong) {
      const starting = startServer({ http: true, port: 0, ...options })
      await expect(starting).rejects.toMatchObject({ code: 'BadOption' })
    }
  })
})

describe('events', () => {
  it('come over a socket as they happen, and end when the server closes', async () => {
    const server = await startServer({ http: true, port: 0, console: true })
    const chunks: string[] = []
    const ended = new Promise<void>((resolve, reject) => {
      get(`${server.url}/control/events`, (response) => {
        response
          .setEncoding('utf8')
          .on('data', (chunk) => chunks.push(chunk))
          .on('end', resolve)
      }).once('error', reject)
    })
    const has = async (text: string) => {
      while (!chunks.join('').includes(text)) await new Promise((resolve) => setTimeout(resolve, 5))
    }
    await has('event: status')
    await fetch(`${server.url}/keys/orders/create?api-version=7.6`, {
      method: 'POST',
      headers: { authorization: 'Bearer any', 'content-type': 'application/json' },
      body: JSON.stringify({ kty: 'EC-HSM' }),
    })
    await has('"operation":"createKey","key":"orders"')
    await server.close()
    await ended
  })
})
