/** The EKM Proxy API, by a proxy that implements it from its reference, over another HSM. */

import { createHsm, createKey, getKey, type Hsm, HsmError, unwrapKey, wrapKey } from 'pocket-hsm'
import { describe, expect, it } from 'vitest'
import { createProxyKeyManager, type EkmProxyOptions } from '../../src/index.ts'
import { base64url, testRest } from '../rest-client.ts'

const V = '?api-version=2026-04-01'
const VALUE = base64url('k'.repeat(32))

/** A proxy, as the reference of the EKM Proxy API describes it. */
function createProxy(external: Hsm) {
  const seen: { readonly url: string; readonly body: Record<string, unknown> }[] = []
  const proxy = async (request: Request) => {
    const body = (await request.json()) as Record<string, string>
    seen.push({ url: request.url, body })
    const [operation = '', id = ''] = new URL(request.url).pathname.split('/').reverse()
    try {
      return Response.json(answer(external, operation, id, body))
    } catch (error) {
      if (!(error instanceof HsmError)) throw error
      const { status, code, message } = error
      return Response.json({ code, message }, { status })
    }
  }
  return { proxy, seen }
}

function answer(external: Hsm, operation: string, id: string, body: Record<string, string>) {
  if (operation === 'info') {
    return {
      api_version: '1.0',
      proxy_vendor: 'Contoso',
      proxy_name: 'Contoso Proxy 2.0',
      ekm_vendor: 'Contoso',
      ekm_product: 'Contoso HSM 1.0',
    }
  }
  if (operation === 'metadata') {
    const { kty, n, e } = getKey(external, id).key
    return {
      key_type: kty === 'RSA-HSM' ? 'RSA' : 'oct',
      key_size: kty === 'RSA-HSM' ? 2048 : 256,
      key_ops: ['wrapKey', 'unwrapKey'],
      n,
      e,
    }
  }
  const use = operation === 'wrapkey' ? wrapKey : unwrapKey
  const value = new Uint8Array(Buffer.from(body['value'] ?? '', 'base64url'))
  const { value: result } = use(external, id, { alg: body['alg'] as string, value })
  return { value: Buffer.from(result).toString('base64url') }
}

async function setUp(options: (proxy: (request: Request) => Promise<Response>) => EkmProxyOptions) {
  const external = createHsm()
  createKey(external, 'aes-1', { kty: 'oct-HSM' })
  createKey(external, 'rsa-1', { kty: 'RSA-HSM' })
  const { proxy, seen } = createProxy(external)
  const rest = testRest({}, { externalKeyManager: createProxyKeyManager(options(proxy)) })
  const json = { host: 'ekm.contoso.com', path_prefix: '/hsm-1/', server_ca_certificates: [] }
  await rest.send(`POST /ekm/create${V}`, { json })
  return { ...rest, seen }
}

describe('an EKM proxy', () => {
  it('gets what a Managed HSM sends', async () => {
    const { send, seen } = await setUp((proxy) => ({ fetch: proxy }))
    const json = { attributes: { external_key: { id: 'aes-1' } } }
    await send(`POST /keys/kek/create${V}`, { json })
    const id = '6476b291-7c15-4d0b-aef9-03688390cb8e'
    const headers = { 'x-ms-client-request-id': id }
    await send(`POST /keys/kek/wrapkey${V}`, { json: { alg: 'A256KW', value: VALUE }, headers })
    await send(`POST /ekm/check${V}`)
    expect(seen.map(({ url }) => url)).toEqual([
      'https://ekm.contoso.com/hsm-1/aes-1/metadata?api-version=0.1-preview',
      'https://ekm.contoso.com/hsm-1/aes-1/wrapkey?api-version=0.1-preview',
      'https://ekm.contoso.com/hsm-1/info?api-version=0.1-preview',
    ])
    expect(seen[1]?.body).toEqual({
      request_context: {
        request_id: id,
        correlation_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        pool_name: 'pocket',
      },
      alg: 'A256KW',
      value: VALUE,
    })
    expect(Object.keys(seen[0]?.body ?? {})).toEqual(['request_context'])
    expect(seen[2]?.body).not.toHaveProperty(['request_context', 'request_id'])
  })

  it.each([
    ['aes-1', 'A256KW'],
    ['rsa-1', 'RSA-OAEP-256'],
  ])('wraps and unwraps with %s', async (id, alg) => {
    const { send } = await setUp((proxy) => ({ fetch: proxy }))
    const json = { attributes: { external_key: { id } } }
    expect((await send(`POST /keys/kek/create${V}`, { json })).status).toBe(200)
    const wrapped = await send(`POST /keys/kek/wrapkey${V}`, { json: { alg, value: VALUE } })
    const { value } = wrapped.json
    const unwrapped = await send(`POST /keys/kek/unwrapkey${V}`, { json: { alg, value } })
    expect(unwrapped.json.value).toBe(VALUE)
  })

  it('may be elsewhere than the connection says', async () => {
    const { send, seen } = await setUp((proxy) => ({
      fetch: proxy,
      url: 'http://localhost:9000/a/',
    }))
    expect((await send(`POST /ekm/check${V}`)).json.proxy_name).toBe('Contoso Proxy 2.0')
    expect(seen[0]?.url).toBe('http://localhost:9000/a/hsm-1/info?api-version=0.1-preview')
  })

  it('that does not know a key refuses it', async () => {
    const { send } = await setUp((proxy) => ({ fetch: proxy }))
    const json = { attributes: { external_key: { id: 'nobody' } } }
    const { status, json: body } = await send(`POST /keys/kek/create${V}`, { json })
    expect([status, body.error.code]).toEqual([404, 'KeyNotFound'])
  })

  it.each([
    ['no JSON', () => new Response('<html>')],
    ['nothing', () => new Response(null, { status: 200 })],
    ['an answer that is too long', () => new Response(' '.repeat(65_537))],
    ['an error without code', () => Response.json({}, { status: 500 })],
    ['a text that is no base64url', () => Response.json({ value: '!' })],
    ['null', () => Response.json(null)],
    ['a failure', () => Promise.reject(new TypeError('fetch failed'))],
  ])('that answers %s gives a 502', async (_, fetch) => {
    const { send } = await setUp(() => ({ fetch }))
    const { status, json } = await send(`POST /ekm/check${V}`)
    expect([status, json.error.code]).toEqual([502, 'BadGateway'])
  })

  it.each([
    [{ url: 'localhost:9000' }],
    [{ url: '' }],
    [{ url: 'ftp://ekm' }],
    [{ uri: 'http://localhost' }],
    [{ fetch: 'fetch' }],
  ])('is refused as %o', (options) => {
    expect(() => createProxyKeyManager(options as EkmProxyOptions)).toThrow(HsmError)
  })
})
