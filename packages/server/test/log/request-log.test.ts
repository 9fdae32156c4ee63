/** What a server logs about requests, and what it never does. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RequestLogEntry, ServerOptions } from '../../src/index.ts'
import { openRaw, rawRequest } from '../network/raw-client.ts'
import { startAuthority, type TestAuthority } from '../test-authority.ts'
import { testServers } from '../test-server.ts'

const { start } = testServers()

let authority: TestAuthority
beforeAll(async () => {
  authority = await startAuthority()
})
afterAll(() => authority.close())

/** A server whose log is collected. */
async function logged(options: ServerOptions = {}) {
  const entries: RequestLogEntry[] = []
  const server = await start({ http: true, log: (entry) => entries.push(entry), ...options })
  return { ...server, entries }
}

const jwtOf = (claims: object): string =>
  ['{}', JSON.stringify(claims), 'x']
    .map((part) => Buffer.from(part).toString('base64url'))
    .join('.')

describe('an entry', () => {
  it('has the operation, the key, the caller, the status, and the id of the response', async () => {
    const server = await logged()
    const before = Date.now()
    const { headers } = await server.send('POST /keys/orders/create', {
      json: { kty: 'EC-HSM' },
      token: jwtOf({ oid: 'alice' }),
    })
    expect(server.entries).toEqual([
      {
        time: expect.any(Number),
        level: 'info',
        method: 'POST',
        path: '/keys/orders/create',
        host: new URL(server.url).host,
        peer: '127.0.0.1',
        status: 200,
        ms: expect.any(Number),
        requestId: headers['x-ms-request-id'],
        operation: 'createKey',
        key: 'orders',
        caller: 'alice',
      },
    ])
    expect(server.entries[0]?.time).toBeGreaterThanOrEqual(before)
    expect(server.entries[0]?.ms).toBeGreaterThan(0)
  })

  it('is made for each request once, also for those that overlap', async () => {
    const server = await logged()
    const names = Array.from({ length: 20 }, (_, index) => `key-${index}`)
    await Promise.all(
      names.map((name) =>
        server.send(`POST /keys/${name}/create`, { json: {}, token: jwtOf({ oid: `of-${name}` }) }),
      ),
    )
    expect(server.entries.map(({ key, caller }) => `${key} ${caller}`).sort()).toEqual(
      names.map((name) => `${name} of-${name}`).sort(),
    )
    for (const { key, path } of server.entries) expect(path).toBe(`/keys/${key}/create`)
  })

  it.each<[string, string, object, Partial<RequestLogEntry>]>([
    [
      'without a token',
      'GET /keys',
      { token: null },
      { status: 401, level: 'info', reason: 'The request has no token.' },
    ],
    ['of a missing key', 'GET /keys/a', {}, { status: 404, level: 'warn', code: 'KeyNotFound' }],
    [
      'for another host',
      'GET /keys',
      { headers: { host: 'evil.example' } },
      { status: 421, level: 'warn', code: 'MisdirectedRequest', host: 'evil.example' },
    ],
    [
      'of a web page',
      'GET /keys',
      { headers: { origin: 'https://page.example' } },
      { status: 403, level: 'warn', code: 'Forbidden' },
    ],
    ['for control', 'GET /control/clock', {}, { status: 200, operation: 'control' }],
    ['with a method of no resource', 'TRACE /keys', {}, { status: 405, code: 'MethodNotAllowed' }],
  ])('is made of a request %s', async (_, target, sending, expected) => {
    const server = await logged({ control: true })
    await server.send(target, sending)
    expect(server.entries).toHaveLength(1)
    expect(server.entries[0]).toMatchObject(expected)
  })

  it('of an injected 503 is an error', async () => {
    const server = await logged({ control: true })
    const headers = { 'content-type': 'application/json' }
    await server.send('POST /control/faults', { json: { status: 503 }, headers })
    await server.send('GET /keys')
    expect(server.entries[1]).toMatchObject({ status: 503, level: 'error', operation: 'listKeys' })
  })

  it('of a connection that was cut has no status, and says so', async () => {
    const server = await logged({ control: true })
    const headers = { 'content-type': 'application/json' }
    await server.send('POST /control/faults', { json: { connection: 'lost-before' }, headers })
    await expect(server.send('GET /keys')).rejects.toThrow()
    expect(server.entries[1]).toMatchObject({
      level: 'error',
      path: '/keys',
      reason: 'The connection was closed without a response.',
    })
    expect(server.entries[1]).not.toHaveProperty('status')
  })

  it('of a client that has gone says so', async () => {
    const server = await logged({ control: true })
    const headers = { 'content-type': 'application/json' }
    await server.send('POST /control/faults', { json: { delayMs: 60_000 }, headers })
    const client = await openRaw(server.url)
    client.socket.write(rawRequest('GET /keys?api-version=7.6'))
    while ((await server.send('GET /control/faults')).json.remaining > 0);
    client.socket.destroy()
    const gone = () => server.entries.find(({ path }) => path === '/keys')
    while (gone() === undefined) await server.send('GET /control')
    expect(gone()).toMatchObject({ level: 'error', reason: 'The client has disconnected.' })
  })
})

describe('a refused token', () => {
  const guarded = (options: ServerOptions = {}) =>
    logged({ auth: 'jwt', authority: authority.url, ...options })

  it('has the reason in the log, where the response of a Managed HSM has none', async () => {
    const server = await guarded()
    const token = await authority.sign({ aud: 'https://graph.example' })
    const { status, text } = await server.send('GET /keys', { token })
    expect({ status, text }).toEqual({ status: 401, text: 'OK' })
    expect(server.entries[0]).toMatchObject({
      level: 'warn',
      operation: 'listKeys',
      reason: expect.stringMatching(/^The token was not accepted: .*"aud"/),
    })
  })

  it('of the stand-in for Entra ID has the reason too', async () => {
    const server = await logged({ identity: true })
    await server.send('GET /keys', { token: 'any' })
    expect(server.entries[0]).toMatchObject({
      status: 401,
      reason: 'The token was not accepted: it is not a JWT.',
    })
  })

  it('for control has the reason', async () => {
    const server = await guarded({ control: true })
    await server.send('GET /control', { token: 'any' })
    expect(server.entries[0]).toMatchObject({
      status: 401,
      operation: 'control',
      reason: expect.stringMatching(/^The token was not accepted: /),
    })
  })

  it('whose authority cannot be reached has the cause', async () => {
    const other = await startAuthority()
    const token = await other.sign()
    await other.close()
    const server = await guarded({ authority: other.url })
    await server.send('GET /keys', { token })
    expect(server.entries[0]).toMatchObject({
      status: 503,
      level: 'error',
      reason: expect.stringMatching(/could not be fetched\. .*ECONNREFUSED/),
    })
  })
})

describe('a request to the stand-in for Entra ID', () => {
  it('is logged as such, without its path’s query and without its body', async () => {
    const server = await logged({ identity: true })
    const body = 'grant_type=client_credentials&client_id=a&client_secret=hunter2&scope=s/.default'
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    await fetch(`${server.url}/adfs/oauth2/token?code=hunter2`, { method: 'POST', headers, body })
    expect(server.entries[0]).toMatchObject({ operation: 'identity', path: '/adfs/oauth2/token' })
    expect(JSON.stringify(server.entries)).not.toContain('hunter2')
  })
})

describe.each(['text', 'json'] as const)('a log of %s', (format) => {
  const lined = async (options: ServerOptions = {}) => {
    const lines: string[] = []
    const write = (line: string) => lines.push(line)
    const server = await start({ http: true, log: { format, level: 'debug', write }, ...options })
    return { ...server, lines }
  }

  it('has no token, no body, no query and no target with a password', async () => {
    const server = await lined({ control: true, controlToken: 'hunter2-in-the-option' })
    const token = 'hunter2-in-the-token'
    const headers = { 'content-type': 'application/json', 'x-secret': 'hunter2' }
    await server.send('POST /keys/a/create', { json: { kty: 'EC-HSM', tags: { a: 'hunter2' } } })
    await server.send('GET /keys?api-version=7.6&sig=hunter2', { token })
    await server.send('POST /keys/a/sign', { json: { alg: 'hunter2' }, token, headers })
    await server.send('GET /control/clock?api-version=hunter2', { token, headers })
    const { host } = new URL(server.url)
    for (const target of [`http://me:hunter2@${host}/keys`, '/keys?a#hunter2', '*?hunter2']) {
      const client = await openRaw(server.url)
      client.socket.write(rawRequest(`GET ${target}`))
      await client.responses(1)
      client.socket.destroy()
    }
    await server.close()
    const all = server.lines.join('')
    expect(all).not.toContain('hunter2')
    // One line for each of the 7 requests, and for start and end.
    expect(server.lines).toHaveLength(9)
  })

  it('keeps a control character of a path or a caller out of the terminal', async () => {
    const server = await lined()
    const token = jwtOf({ oid: 'eve\u001b[2J\u202e\nerror' })
    await server.send('GET /keys/a%1b%0ab', { token })
    const client = await openRaw(server.url)
    client.socket.write(Buffer.from(rawRequest('GET /keys/\u0080\u009b'), 'latin1'))
    await client.responses(1)
    client.socket.destroy()
    await server.close()
    for (const line of server.lines) {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what must not be there
      expect(line.slice(0, -1)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/)
    }
    expect(server.lines.join('')).toContain('eve')
  })

  it('cuts what is long', async () => {
    const server = await lined({ limits: { maxHeaderLength: 65_536 } })
    const long = 'x'.repeat(6000)
    await server.send(`GET /keys/${long}`, { token: jwtOf({ oid: long }) })
    const [line = ''] = server.lines.filter((each) => each.includes('/keys/'))
    expect(line.length).toBeLessThan(1500)
    expect(line).toContain('…')
  })

  it('has warnings as lines, which still go to the function for warnings', async () => {
    const warnings: string[] = []
    const server = await lined({
      host: '0.0.0.0',
      force: true,
      warn: (text) => warnings.push(text),
    })
    expect(warnings).toHaveLength(1)
    expect(server.lines.filter((line) => line.includes('Other machines can reach'))).toHaveLength(1)
  })
})

it('a server without a log has none: nothing is written', async () => {
  const server = await start({ http: true })
  expect((await server.send('GET /keys')).status).toBe(200)
})
