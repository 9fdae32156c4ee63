/** A server over real sockets: what it shows, whom it serves, and how it ends. */

import { checkServerIdentity } from 'node:tls'
import { describe, expect, it } from 'vitest'
import { send } from './https-client.ts'
import { testServers } from './test-server.ts'

const { start } = testServers()

describe('the address', () => {
  it('is on a free port with a certificate that its authority vouches for', async () => {
    const server = await start()
    expect(server.url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/)
    expect((await server.send('GET /keys')).status).toBe(200)
  })

  it('is not believed by a client that does not trust the authority', async () => {
    const { url } = await start()
    await expect(send(url, 'GET /keys')).rejects.toThrow(/certificate/)
  })

  it('is plain HTTP where that was asked for', async () => {
    const server = await start({ http: true })
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    expect(server.caFile).toBeUndefined()
    expect((await server.send('GET /keys')).status).toBe(200)
  })

  it('begins every key identifier, with the host and the port that the client used', async () => {
    const server = await start()
    const { port } = new URL(server.url)
    const made = await server.send('POST /keys/orders/create', { json: { kty: 'EC-HSM' } })
    expect(made.json.key.kid).toMatch(new RegExp(`^https://127\\.0\\.0\\.1:${port}/keys/orders/`))
    const host = `contoso.managedhsm.azure.net:${port}`
    const seen = await server.send('GET /keys/orders', {
      headers: { host },
      checkServerIdentity: (_, certificate) => checkServerIdentity('localhost', certificate),
    })
    expect(seen.json.key.kid).toMatch(`https://${host}/keys/orders/`)
  })
})

describe('the challenge', () => {
  it('answers a request without a token, before its body is looked at', async () => {
    const server = await start()
    const answer = await server.send('POST /keys/orders/create', { token: null })
    expect(answer.status).toBe(401)
    expect(answer.headers['www-authenticate']).toBe(
      'Bearer authorization="https://login.microsoftonline.com", resource="https://managedhsm.azure.net"',
    )
  })

  it('names the authority that was given', async () => {
    const server = await start({ authority: 'https://login.example/tenant' })
    const answer = await server.send('GET /keys', { token: null })
    expect(answer.headers['www-authenticate']).toContain(
      'authorization="https://login.example/tenant",',
    )
  })

  it('is left out where nobody needs a token', async () => {
    const server = await start({ auth: 'none' })
    expect((await server.send('GET /keys', { token: null })).status).toBe(200)
  })
})
