/** The tokens that `--auth jwt` accepts. */

import { SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startAuthority, type TestAuthority } from '../test-authority.ts'
import { testServers } from '../test-server.ts'

const { start } = testServers()

let authority: TestAuthority
beforeAll(async () => {
  authority = await startAuthority()
})
afterAll(() => authority.close())

const now = () => Math.floor(Date.now() / 1000)

const guarded = (more: object = {}) =>
  start({ http: true, auth: 'jwt', authority: authority.url, ...more })

describe('a token', () => {
  it('that the authority signed for the service is accepted', async () => {
    const server = await guarded()
    expect((await server.send('GET /keys', { token: await authority.sign() })).status).toBe(200)
  })

  it.each([
    ['contoso.example.org', 'https://example.org'],
    ['contoso', 'https://localhost'],
  ])('for the parent of a host of the name %s is accepted', async (name, aud) => {
    const server = await guarded({ names: [name] })
    const token = await authority.sign({ aud })
    expect((await server.send('GET /keys', { token })).status).toBe(200)
  })

  it.each([
    ['x.graph.example', 'https://graph.example', 421],
    ['x.localhost', 'https://localhost', 401],
    ['evil.vault.azure.net', 'https://vault.azure.net', 401],
  ])(
    'for the parent of the host %s is refused, if that is only in the request',
    async (host, aud, status) => {
      const server = await guarded()
      const token = await authority.sign({ aud })
      expect((await server.send('GET /keys', { token, headers: { host } })).status).toBe(status)
    },
  )

  it('with a caller of more than 256 characters is refused', async () => {
    const server = await guarded()
    const statusFor = async (length: number) => {
      const token = await authority.sign({ oid: 'x'.repeat(length) })
      return (await server.send('GET /keys', { token })).status
    }
    expect([await statusFor(256), await statusFor(257)]).toEqual([200, 401])
  })

  it('from a clock that is a minute ahead is accepted', async () => {
    const server = await guarded()
    const token = await authority.sign({ nbf: now() + 30 })
    expect((await server.send('GET /keys', { token })).status).toBe(200)
  })

  it.each<[string, () => object]>([
    ['has expired', () => ({ exp: now() - 120 })],
    ['is not yet valid', () => ({ nbf: now() + 600 })],
    ['never expires', () => ({ exp: undefined })],
    ['is of another issuer', () => ({ iss: 'https://other.test' })],
    ['is for another service', () => ({ aud: 'https://vault.azure.net' })],
    ['is for nobody', () => ({ aud: undefined })],
  ])('that %s is refused', async (_, claims) => {
    const server = await guarded()
    const answer = await server.send('GET /keys', { token: await authority.sign({ ...claims() }) })
    expect(answer.status).toBe(401)
    expect(answer.headers['www-authenticate']).toContain(`authorization="${authority.url}"`)
  })

  it.each<[string, () => Promise<string>]>([
    ['is not a JWT', async () => 'any'],
    ['has no signature', async () => `${(await authority.sign()).replace(/[^.]*$/, '')}`],
    ['was changed', async () => (await authority.sign()).replace('.ey', '.eY')],
    [
      'names no algorithm',
      async () => {
        const [, payload] = (await authority.sign()).split('.')
        return `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`
      },
    ],
    [
      'is signed with a secret',
      () =>
        new SignJWT({ iss: authority.url, aud: 'https://managedhsm.azure.net', exp: now() + 60 })
          .setProtectedHeader({ alg: 'HS256' })
          .sign(new TextEncoder().encode('x'.repeat(32))),
    ],
  ])('that %s is refused', async (_, token) => {
    const server = await guarded()
    expect((await server.send('GET /keys', { token: await token() })).status).toBe(401)
  })

  it('must be for one of the given audiences', async () => {
    const server = await guarded({ audiences: ['api://one', 'api://two'] })
    const statusFor = async (aud: string) =>
      (await server.send('GET /keys', { token: await authority.sign({ aud }) })).status
    expect(await statusFor('api://two')).toBe(200)
    expect(await statusFor('https://managedhsm.azure.net')).toBe(401)
  })
})

describe('a vault', () => {
  it('says why a token was not accepted', async () => {
    const server = await guarded({ profile: 'vault-premium' })
    const { json } = await server.send('GET /keys', {
      token: await authority.sign({ exp: now() - 120 }),
    })
    expect(json.error.message).toMatch(/^The token was not accepted: .*exp/)
  })

  it('takes a token for vaults', async () => {
    const server = await guarded({ profile: 'vault-standard' })
    const token = await authority.sign({ aud: 'https://vault.azure.net' })
    expect((await server.send('GET /keys', { token })).status).toBe(200)
  })
})

describe('an authority', () => {
  it('that cannot be reached gives a 503, and is asked again', async () => {
    const other = await startAuthority()
    const { port } = new URL(other.url)
    await other.close()
    const server = await guarded({ authority: `http://127.0.0.1:${port}` })
    const send = async () => (await server.send('GET /keys', { token: await other.sign() })).status
    expect(await send()).toBe(503)
    expect(await send()).toBe(503)
  })

  it('is asked once for many tokens', async () => {
    const server = await guarded()
    authority.asked.length = 0
    for (let i = 0; i < 3; i += 1) await server.send('GET /keys', { token: await authority.sign() })
    expect(authority.asked).toEqual(['/.well-known/openid-configuration', '/keys'])
  })
})
