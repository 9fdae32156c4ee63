/** Requests of web pages are refused on every path, whatever they ask for. */

import { describe, expect, it } from 'vitest'
import { withGuard } from '../../src/network/guard.ts'
import { testServers } from '../test-server.ts'

const { start } = testServers()

const guarded = (address: string, names: readonly string[] = []) =>
  withGuard(async () => new Response('done'), { address, names })

const statusOf = async (
  respond: ReturnType<typeof guarded>,
  host: string,
  headers: Record<string, string> = {},
) => (await respond(new Request(`http://${host}/keys`, { headers }), '127.0.0.1')).status

describe('a host', () => {
  it.each([
    'localhost',
    'localhost:1234',
    'a.localhost',
    '127.0.0.1',
    '127.8.8.8:1',
    '[::1]',
    'hsm.test:8443',
    'contoso.managedhsm.azure.net',
    'contoso.vault.azure.cn',
    'contoso.vault.usgovcloudapi.net:8443',
  ])('%s is served', async (host) => {
    expect(await statusOf(guarded('127.0.0.1', ['hsm.test']), host)).toBe(200)
  })

  it.each([
    'evil.example',
    'localhost.evil.example',
    'localhost.',
    'contoso',
    'managedhsm.azure.net.evil.example',
    'evilmanagedhsm.azure.net',
    '10.0.0.1',
    '[::]',
    '0.0.0.0',
    'sub.hsm.test',
  ])('%s is not', async (host) => {
    expect(await statusOf(guarded('127.0.0.1', ['hsm.test']), host)).toBe(421)
  })

  it('that is an address is served if other machines can reach the server', async () => {
    expect(await statusOf(guarded('0.0.0.0'), '10.0.0.1')).toBe(200)
    expect(await statusOf(guarded('0.0.0.0'), 'evil.example')).toBe(421)
    expect(await statusOf(guarded('hsm.example'), 'hsm.example')).toBe(200)
  })

  it('that is not served gets an error that lists the names', async () => {
    const server = await start({ http: true, names: ['contoso'] })
    const { status, json } = await server.send('GET /keys', { headers: { host: 'evil.example' } })
    expect(status).toBe(421)
    expect(json.error.message).toMatch(/evil\.example.*--name: contoso\.managedhsm/)
  })

  it.each([
    ['that is not served', 'GET /keys', 421, { host: 'evil.example' }],
    ['that no HSM has', 'GET /keys', 404, { host: 'other.managedhsm.azure.net' }],
    ['of another page', 'GET /keys', 403, { origin: 'https://page.example' }],
    ['with a method that is none', 'TRACE /keys', 405, {}],
  ])(
    '%s has a request id in its response, and the same in the log',
    async (_, target, status, headers) => {
      const ids: unknown[] = []
      const write = (line: string) => ids.push(JSON.parse(line).requestId)
      const names = ['contoso', 'tailspin']
      const server = await start({ http: true, names, log: { format: 'json', write } })
      ids.length = 0
      const response = await server.send(target, { headers })
      const id = response.headers['x-ms-request-id']
      expect([response.status, ids]).toEqual([status, [id]])
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    },
  )
})

describe('a request', () => {
  it.each<[number, Record<string, string>]>([
    [200, {}],
    [200, { origin: 'http://localhost:8443', 'sec-fetch-site': 'same-origin' }],
    [200, { 'sec-fetch-site': 'none' }],
    [403, { origin: 'https://localhost:8443' }],
    [403, { origin: 'http://localhost:3000' }],
    [403, { origin: 'https://evil.example' }],
    [403, { origin: 'null' }],
    [403, { 'sec-fetch-site': 'cross-site' }],
    [403, { 'sec-fetch-site': 'same-site' }],
    [403, { origin: 'http://localhost:8443', 'sec-fetch-site': 'cross-site' }],
  ])('gets %d with the headers %j', async (status, headers) => {
    expect(await statusOf(guarded('127.0.0.1'), 'localhost:8443', headers)).toBe(status)
  })

  it.each([
    'GET /keys',
    'POST /keys/a/create',
    'POST /keys/a/rotate',
    'DELETE /keys/a',
    'GET /control',
    'POST /control/reset',
    'OPTIONS /keys',
    'GET /nothing',
  ])('of another page is refused: %s', async (target) => {
    const server = await start({ http: true, auth: 'none', control: true })
    const headers = { origin: 'https://evil.example', 'content-type': 'text/plain' }
    const { status, headers: received } = await server.send(target, { headers, token: null })
    expect(status).toBe(403)
    expect(received['access-control-allow-origin']).toBeUndefined()
  })
})
