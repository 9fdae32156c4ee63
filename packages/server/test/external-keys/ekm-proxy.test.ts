/** A server whose external keys are behind an EKM proxy, over real sockets. */

import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { createExternalKeyManager, createHsm, createKey } from 'pocket-hsm'
import { afterEach, describe, expect, it } from 'vitest'
import { startServer } from '../../src/index.ts'
import { testServers } from '../test-server.ts'

const { start, folder } = testServers()
const V = '?api-version=2026-04-01'
const CONNECTION = { host: 'ekm.contoso.com', path_prefix: '/hsm1', server_ca_certificates: [] }
const VALUE = Buffer.alloc(32, 7).toString('base64url')
const WRAP = { json: { alg: 'A256KW', value: VALUE } }

const proxies: Server[] = []
afterEach(() => {
  for (const proxy of proxies.splice(0)) proxy.close().closeAllConnections()
})

/** Starts a proxy that knows one key, and wraps by turning bytes around. */
async function startProxy(answers: (path: string) => unknown = () => undefined) {
  const paths: string[] = []
  const proxy = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk) => chunks.push(chunk))
    request.on('end', () => {
      const path = request.url ?? ''
      paths.push(path)
      const body = JSON.parse(Buffer.concat(chunks).toString()) as { value?: string }
      const answer = answers(path) ?? usual(path, body.value ?? '')
      response.setHeader('content-type', 'application/json').end(JSON.stringify(answer))
    })
  })
  proxies.push(proxy)
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  const { port } = proxy.address() as AddressInfo
  return { ekmProxy: `http://127.0.0.1:${port}/azureekm`, paths, proxy }
}

function usual(path: string, value: string): unknown {
  if (path.includes('/metadata')) return { key_type: 'oct', key_size: 256 }
  const bytes = Buffer.from(value, 'base64url').reverse()
  if (path.includes('/unwrapkey')) return { value: bytes.subarray(8).toString('base64url') }
  return { value: Buffer.concat([bytes, Buffer.alloc(8)]).toString('base64url') }
}

describe('a server with an EKM proxy', () => {
  it('has it wrap and unwrap, also after a restart', async () => {
    const { ekmProxy, paths } = await startProxy()
    const options = { ekmProxy, state: join(folder, 'external.state') }
    const first = await start(options)
    await first.send(`POST /ekm/create${V}`, { json: CONNECTION })
    const json = { attributes: { external_key: { id: 'kek-1' } } }
    const created = await first.send(`POST /keys/kek/create${V}`, { json })
    expect(created.json.key.kty).toBe('oct-HSM')
    const { value } = (await first.send(`POST /keys/kek/wrapkey${V}`, WRAP)).json
    await first.close()
    const second = await start(options)
    expect((await second.send(`GET /keys/kek${V}`)).json.attributes.external_key.id).toBe('kek-1')
    const unwrap = { json: { alg: 'A256KW', value } }
    const { json: opened } = await second.send(`POST /keys/kek/unwrapkey${V}`, unwrap)
    expect(Buffer.from(opened.value, 'base64url').length).toBe(32)
    expect(paths).toEqual([
      '/azureekm/hsm1/kek-1/metadata?api-version=0.1-preview',
      '/azureekm/hsm1/kek-1/wrapkey?api-version=0.1-preview',
      '/azureekm/hsm1/kek-1/unwrapkey?api-version=0.1-preview',
    ])
  })

  it('answers 502 while it is down, and its other keys go on', async () => {
    const { ekmProxy, proxy } = await startProxy()
    const { send } = await start({ ekmProxy })
    await send(`POST /ekm/create${V}`, { json: CONNECTION })
    const json = { attributes: { external_key: { id: 'kek-1' } } }
    await send(`POST /keys/kek/create${V}`, { json })
    await send(`POST /keys/held/create${V}`, { json: { kty: 'oct' } })
    proxy.close().closeAllConnections()
    const { status, json: body } = await send(`POST /keys/kek/wrapkey${V}`, WRAP)
    expect([status, body.error.code]).toEqual([502, 'BadGateway'])
    expect((await send(`POST /keys/held/wrapkey${V}`, WRAP)).status).toBe(200)
  })

  it('tells the operator once why it cannot be reached, and the client only that it cannot', async () => {
    const { ekmProxy, proxy } = await startProxy()
    const warnings: string[] = []
    const { send } = await start({ ekmProxy, warn: (message) => void warnings.push(message) })
    await send(`POST /ekm/create${V}`, { json: CONNECTION })
    proxy.close().closeAllConnections()
    const { port } = new URL(ekmProxy)
    for (let i = 0; i < 2; i += 1) {
      const { status, text } = await send(`POST /ekm/check${V}`)
      expect(status).toBe(502)
      expect(text).not.toContain(port)
    }
    expect(warnings.filter((each) => each.includes('EKM proxy'))).toEqual([
      `The EKM proxy ${ekmProxy} cannot be reached: connect ECONNREFUSED 127.0.0.1:${port}`,
    ])
  })

  it('follows no redirection of it', async () => {
    const elsewhere = await startProxy()
    const redirecting = createServer((_, response) => {
      response.writeHead(307, { location: `${elsewhere.ekmProxy}/info` }).end()
    })
    proxies.push(redirecting)
    await new Promise<void>((resolve) => redirecting.listen(0, '127.0.0.1', resolve))
    const { port } = redirecting.address() as AddressInfo
    const { send } = await start({ ekmProxy: `http://127.0.0.1:${port}` })
    await send(`POST /ekm/create${V}`, { json: CONNECTION })
    expect((await send(`POST /ekm/check${V}`)).status).toBe(502)
    expect(elsewhere.paths).toEqual([])
  })
})

describe('a server with a function', () => {
  it('asks that', async () => {
    const external = createHsm()
    createKey(external, 'kek-1', { kty: 'RSA-HSM' })
    const { send } = await start({ externalKeyManager: createExternalKeyManager(external) })
    await send(`POST /ekm/create${V}`, { json: CONNECTION })
    const json = { attributes: { external_key: { id: 'kek-1' } } }
    expect((await send(`POST /keys/kek/create${V}`, { json })).json.key.kty).toBe('RSA-HSM')
  })
})

describe('a server refuses', () => {
  it.each([
    [{ ekmProxy: 'ekm.contoso.com' }, /must be an http or https URL/],
    [{ ekmProxy: 'http://user@ekm.contoso.com' }, /must be an http or https URL/],
    [{ ekmProxy: 'http://ekm.contoso.com?x=1' }, /must be an http or https URL/],
    [{ ekmProxy: 'http://ekm', externalKeyManager: () => ({}) }, /cannot be used with/],
    [{ ekmProxy: 'http://ekm', profile: 'vault-premium' }, /a vault has no external keys/],
    [{ externalKeyManager: 'http://ekm' }, /externalKeyManager/],
  ])('%o', async (options, message) => {
    await expect(startServer({ port: 0, ...options } as never)).rejects.toThrow(message)
  })
})
