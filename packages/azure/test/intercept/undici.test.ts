/** The undici package, whose requests do not pass through Node's `fetch`. */

import { once } from 'node:events'
import http, { createServer, type Server } from 'node:http'
import https from 'node:https'
import type { AddressInfo } from 'node:net'
import { Readable, Writable } from 'node:stream'
import { createFaultScript } from '@pocket-hsm/rest'
import { createHsm, listKeys } from 'pocket-hsm'
import * as undici7 from 'undici'
import * as undici6 from 'undici-6'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { type Interception, interceptAzure } from '../../src/index.ts'

const VAULT = 'https://contoso.vault.azure.net'
const LIST = `${VAULT}/keys?api-version=7.5`
const CREATE = `${VAULT}/keys/orders/create?api-version=7.5`
const IMDS =
  'http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https://vault.azure.net'
const headers = { authorization: 'Bearer any', metadata: 'true' }
const json = { ...headers, 'content-type': 'application/json' }
const clientOf = (url: string) => (url.startsWith('https:') ? https : http)
const GLOBAL = Symbol.for('undici.globalDispatcher.1')

const VERSIONS = [
  ['undici 6', undici6 as unknown as typeof undici7],
  ['undici 7', undici7],
] as const

let server: Server
let origin: string
const started: Interception[] = []
const vault = () => createHsm({ baseUrl: VAULT, profile: 'vault-premium' })

/** Intercepts until the end of the test. */
function intercept(...args: Parameters<typeof interceptAzure>): Interception {
  const stop = interceptAzure(...args)
  started.push(stop)
  return stop
}

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    if (request.url === '/away') response.writeHead(307, { location: LIST })
    response.end(`${request.method} ${Buffer.concat(chunks)}`)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})

afterAll(() => server.close())

afterEach(() => {
  for (const stop of started.splice(0)) stop()
})

describe.each(VERSIONS)('%s', (_, undici) => {
  it('gets the answers of the HSM by request, stream, fetch and a dispatcher that is composed', async () => {
    intercept(vault())
    const requested = await undici.request(LIST, { headers })
    expect([requested.statusCode, await requested.body.json()]).toEqual([
      200,
      { value: [], nextLink: null },
    ])
    expect(requested.headers['x-ms-keyvault-network-info']).toMatch(/^conn_type=/)
    const fetched = await undici.fetch(LIST, { headers })
    expect([fetched.status, await fetched.json()]).toEqual([200, { value: [], nextLink: null }])
    const streamed: Buffer[] = []
    await undici.stream(LIST, { headers, method: 'GET' }, () => {
      return new Writable({ write: (chunk, _encoding, next) => next(void streamed.push(chunk)) })
    })
    expect(`${Buffer.concat(streamed)}`).toContain('nextLink')
    const dispatcher = undici.getGlobalDispatcher().compose((dispatch) => dispatch)
    expect((await undici.request(LIST, { headers, dispatcher })).statusCode).toBe(200)
  })

  it.each<[string, () => unknown]>([
    ['a string', () => '{"kty":"EC"}'],
    ['bytes', () => Buffer.from('{"kty":"EC"}')],
    ['a stream', () => Readable.from(['{"kty":', '"EC"}'])],
    [
      'an iterable',
      () =>
        (async function* () {
          yield Buffer.from('{"kty":"EC"}')
        })(),
    ],
  ])('sends a body that is %s', async (_name, body) => {
    const hsm = vault()
    intercept(hsm)
    const options = { method: 'POST', headers: json, body: body() as string }
    const { statusCode, body: answer } = await undici.request(CREATE, options)
    expect([statusCode, await answer.text()]).toEqual([200, expect.stringContaining('"EC"')])
    expect(listKeys(hsm).value).toHaveLength(1)
  })

  it('sends a body by fetch, and headers as a list', async () => {
    intercept(vault())
    const init = { method: 'POST', headers: json, body: new TextEncoder().encode('{"kty":"EC"}') }
    expect((await undici.fetch(CREATE, init)).status).toBe(200)
    const flat = ['authorization', 'Bearer any']
    const query = { 'api-version': '7.5', maxresults: 1 }
    const { body } = await undici.request(`${VAULT}/keys`, { headers: flat, query })
    expect(await body.json()).toMatchObject({ value: [{ attributes: { enabled: true } }] })
  })

  it('gets a token, and the error of an unknown name', async () => {
    intercept(vault())
    const { body } = await undici.request(IMDS, { headers })
    expect(await body.json()).toMatchObject({ token_type: 'Bearer' })
    const unknown = { code: 'ENOTFOUND', message: expect.stringContaining('no HSM of') }
    await expect(undici.request('https://typo.vault.azure.net')).rejects.toMatchObject(unknown)
    await expect(undici.fetch('https://typo.vault.azure.net')).rejects.toMatchObject({
      message: 'fetch failed',
      cause: unknown,
    })
  })

  it('reaches the network with other requests, body included, and asks about each once', async () => {
    const asked: string[] = []
    intercept(vault(), {
      onUnhandledRequest: ({ method, url }) => {
        asked.push(`${method} ${url}`)
        return 'bypass'
      },
    })
    const options = { method: 'POST', body: Readable.from(['a', 'b']) } as const
    expect(await (await undici.request(origin, options)).body.text()).toBe('POST ab')
    expect(await (await undici.fetch(origin, { method: 'PUT', body: 'c' })).text()).toBe('PUT c')
    expect(await (await fetch(origin, { method: 'PUT', body: 'd' })).text()).toBe('PUT d')
    expect(asked).toEqual(['POST', 'PUT', 'PUT'].map((method) => `${method} ${origin}/`))
  })

  it('fails with other requests on demand, without reaching the network', async () => {
    intercept(vault(), { onUnhandledRequest: 'error' })
    const reached = vi.fn()
    server.on('request', reached)
    const refused = { code: 'ERR_UNHANDLED_REQUEST' }
    await expect(undici.request(origin)).rejects.toMatchObject(refused)
    await expect(undici.fetch(origin)).rejects.toMatchObject({ cause: refused })
    server.off('request', reached)
    expect(reached).not.toHaveBeenCalled()
  })

  it('is answered after a redirection too', async () => {
    intercept(vault())
    expect((await undici.fetch(`${origin}/away`, { headers })).url).toBe(LIST)
  })

  it('may abort a request', async () => {
    const faults = createFaultScript({ delayMs: 60_000, times: 2 })
    intercept(vault(), { handler: { faults } })
    const aborting = new AbortController()
    const requests = [
      undici.request(LIST, { headers, signal: aborting.signal }),
      undici.fetch(LIST, { headers, signal: aborting.signal }),
    ]
    setTimeout(() => aborting.abort(new Error('enough')), 20)
    for (const request of requests) await expect(request).rejects.toThrow('enough')
  })

  it('has its own dispatcher back at the end, and keeps one that was set meanwhile', async () => {
    const before = undici.getGlobalDispatcher()
    const stop = intercept(vault())
    expect(undici.getGlobalDispatcher()).not.toBe(before)
    stop()
    expect(undici.getGlobalDispatcher()).toBe(before)
    const another = intercept(vault())
    const agent = new undici.Agent()
    undici.setGlobalDispatcher(agent)
    another()
    expect(undici.getGlobalDispatcher()).toBe(agent)
    undici.setGlobalDispatcher(before)
  })
})

it('a handler of the newer interface is answered', async () => {
  intercept(vault())
  const calls: unknown[] = []
  await new Promise<void>((resolve) => {
    undici7.getGlobalDispatcher().dispatch(
      { origin: VAULT, path: '/keys?api-version=7.5', method: 'GET', headers },
      {
        onRequestStart: (controller) => void calls.push(controller.aborted),
        onResponseStart: (_controller, status, fields) =>
          void calls.push(status, fields['content-type']),
        onResponseData: (_controller, chunk) => void calls.push(chunk.length),
        onResponseEnd: () => resolve(),
        onResponseError: (_controller, error) => void calls.push(error),
      },
    )
  })
  expect(calls).toEqual([false, 200, 'application/json; charset=utf-8', 28])
})

it('a fetch that was kept from before is answered too', async () => {
  const kept = fetch
  intercept(vault())
  expect((await kept(LIST, { headers })).status).toBe(200)
})

it.each([
  ['fetch', (url: string) => fetch(url, { headers }).then(({ status }) => status)],
  ['undici', (url: string) => undici7.request(url, { headers }).then((got) => got.statusCode)],
  [
    'node:http',
    async (url: string) => {
      const [response] = await once(clientOf(url).get(url, { headers }), 'response')
      response.resume()
      return response.statusCode
    },
  ],
])('a host that ends with a dot is the same host for %s', async (_, statusOf) => {
  intercept(vault())
  expect(await statusOf('https://contoso.vault.azure.net./keys?api-version=7.5')).toBe(200)
  await expect(statusOf('https://typo.vault.azure.net./keys')).rejects.toThrow()
  expect(await statusOf(IMDS.replace('254/', '254./'))).toBe(200)
})

it.each([LIST, IMDS])('a request that is on its way at the end fails: %s', async (url) => {
  const stop = intercept(vault())
  const request = clientOf(url).get(url, { headers })
  stop()
  const [error] = await once(request, 'error')
  expect(error).toMatchObject({
    code: 'ERR_INTERCEPTION_ENDED',
    message: expect.stringContaining(`GET ${new URL(url).origin}`),
  })
})

it('the dispatcher is a property as undici has it', () => {
  const before = Object.getOwnPropertyDescriptor(globalThis, GLOBAL)
  const stop = intercept(vault())
  stop()
  expect(Object.getOwnPropertyDescriptor(globalThis, GLOBAL)).toEqual(before)
})
