/** Every way that code of Node.js sends a request with a client of the platform. */

import { once } from 'node:events'
import http, { type ClientRequest, get as httpGet, type IncomingMessage } from 'node:http'
import https, { request as httpsRequest } from 'node:https'
import { createHsm } from 'pocket-hsm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { interceptAzure } from '../../src/index.ts'

const VAULT = 'https://contoso.vault.azure.net'
const LIST = `${VAULT}/keys?api-version=7.5`
const IMDS =
  'http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https://vault.azure.net'
const headers = { authorization: 'Bearer any', metadata: 'true' }

let stop: () => void

beforeAll(() => {
  stop = interceptAzure(createHsm({ baseUrl: VAULT, profile: 'vault-premium' }))
})

afterAll(() => stop())

/** Sends a request, and returns the status and the body of its response. */
async function exchange(request: ClientRequest): Promise<readonly [number | undefined, string]> {
  request.end()
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk)
  return [response.statusCode, Buffer.concat(chunks).toString()]
}

describe('a response comes from the HSM for', () => {
  it.each<[string, () => ClientRequest]>([
    ['https.request with a URL', () => https.request(LIST, { headers })],
    [
      'https.request with options',
      () =>
        https.request({
          hostname: 'contoso.vault.azure.net',
          path: '/keys?api-version=7.5',
          headers,
        }),
    ],
    [
      'https.request with an agent',
      () => https.request(LIST, { headers, agent: new https.Agent({ keepAlive: true }) }),
    ],
    ['https.get', () => https.get(new URL(LIST), { headers })],
    ['request, imported by its name before', () => httpsRequest(LIST, { headers })],
  ])('%s', async (_, send) => {
    expect(await exchange(send())).toEqual([200, '{"value":[],"nextLink":null}'])
  })

  it('fetch with a Request', async () => {
    const response = await fetch(new Request(LIST, { headers }))
    expect([response.status, response.url]).toEqual([200, LIST])
  })

  it('a request with a body', async () => {
    const request = https.request(`${VAULT}/keys/orders/create?api-version=7.5`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
    })
    request.write('{"kty":')
    request.write('"EC"}')
    const [status, body] = await exchange(request)
    expect([status, JSON.parse(body).key.kty]).toEqual([200, 'EC'])
  })
})

describe('a token comes from the stand-in for', () => {
  it.each<[string, () => ClientRequest]>([
    ['http.request', () => http.request(IMDS, { headers })],
    ['get, imported by its name before', () => httpGet(IMDS, { headers })],
  ])('%s', async (_, send) => {
    const [status, body] = await exchange(send())
    expect([status, JSON.parse(body).token_type]).toEqual([200, 'Bearer'])
  })
})

it('a client of node:https gets the error of an unknown name', async () => {
  const request = https.get('https://typo.vault.azure.net/keys')
  const [error] = await once(request, 'error')
  expect(error).toMatchObject({ code: 'ENOTFOUND', syscall: 'getaddrinfo' })
})
