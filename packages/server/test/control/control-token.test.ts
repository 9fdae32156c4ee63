/** The control token: control from another machine or container, and from behind a proxy. */

import { describe, expect, it } from 'vitest'
import { withControl } from '../../src/control/create-control.ts'
import { createHosts } from '../../src/hsms/hosts.ts'
import { createServerClock } from '../../src/hsms/server-clock.ts'
import { parseSettings } from '../../src/hsms/settings.ts'
import type { Respond } from '../../src/network/respond.ts'
import { startAuthority } from '../test-authority.ts'
import { testServers } from '../test-server.ts'

const { start } = testServers()

const TOKEN = 'a-token-for-control-tests'
const ELSEWHERE = '10.0.0.7'

function controlWith(token: string | undefined): Respond {
  const clock = createServerClock()
  const hosts = createHosts(parseSettings({ names: ['hsm.test'] }), { clock: clock.now }, {})
  const nothing: Respond = () => Promise.reject(new Error('not called'))
  return withControl(nothing, { hosts, clock }, { token })
}

const request = (authorization?: string, headers: object = {}) =>
  new Request('https://hsm.test:8443/control', {
    headers: { ...headers, ...(authorization !== undefined && { authorization }) },
  })

async function errorOf(response: Response): Promise<string> {
  const { error } = (await response.json()) as { readonly error: { readonly message: string } }
  return error.message
}

describe('a caller on another machine', () => {
  it('may use control with the token', async () => {
    const respond = controlWith(TOKEN)
    expect((await respond(request(`Bearer ${TOKEN}`), ELSEWHERE)).status).toBe(200)
  })

  it('gets a 401 without a token, which says what is needed', async () => {
    const response = await controlWith(TOKEN)(request(), ELSEWHERE)
    expect(response.status).toBe(401)
    expect(await errorOf(response)).toMatch(/need the control token: give it with --control-token/)
  })

  it.each([
    ['another token', 'Bearer a-token-for-control-testt'],
    ['the beginning of the token', `Bearer ${TOKEN.slice(0, -1)}`],
    ['more than the token', `Bearer ${TOKEN}x`],
    ['the token in capitals', `Bearer ${TOKEN.toUpperCase()}`],
    ['a very long token', `Bearer ${'x'.repeat(10_000)}`],
    ['another scheme', `Basic ${TOKEN}`],
    ['an empty token', 'Bearer '],
  ])('gets a 401 with %s, and the token is not in it', async (_, authorization) => {
    const response = await controlWith(TOKEN)(request(authorization), ELSEWHERE)
    expect(response.status).toBe(401)
    expect(await response.text()).not.toContain(TOKEN)
  })

  it('gets a 403 where no token was configured, whatever it sends', async () => {
    const response = await controlWith(undefined)(request(`Bearer ${TOKEN}`), ELSEWHERE)
    expect(response.status).toBe(403)
    expect(await errorOf(response)).toBe(
      'Control requests must come from the machine of the server.',
    )
  })

  it('may come through a proxy with the token only', async () => {
    const respond = controlWith(TOKEN)
    const forwarded = { 'x-forwarded-for': ELSEWHERE }
    expect((await respond(request(`Bearer ${TOKEN}`, forwarded), '127.0.0.1')).status).toBe(200)
    expect((await respond(request(undefined, forwarded), '127.0.0.1')).status).toBe(401)
  })
})

describe('a caller on this machine', () => {
  it.each([undefined, 'Bearer any', 'Bearer another-token-than-that'])(
    'needs no token, as before: %s',
    async (authorization) => {
      expect((await controlWith(TOKEN)(request(authorization), '127.0.0.1')).status).toBe(200)
    },
  )

  it('may use the control token in place of a token of the authority', async () => {
    const authority = await startAuthority()
    const server = await start({
      http: true,
      control: true,
      controlToken: TOKEN,
      auth: 'jwt',
      authority: authority.url,
    })
    const statusWith = async (token: string | null) =>
      (await server.send('GET /control', { token })).status
    expect(await statusWith(TOKEN)).toBe(200)
    expect(await statusWith(await authority.sign())).toBe(200)
    expect(await statusWith(null)).toBe(401)
    expect(await statusWith(`${TOKEN}x`)).toBe(401)
    expect((await server.send('GET /keys', { token: TOKEN })).status).toBe(401)
    await authority.close()
  })
})

describe('a web page', () => {
  it.each([{ origin: 'https://page.example' }, { 'sec-fetch-site': 'cross-site' }])(
    'is refused, even with the token: %j',
    async (headers) => {
      const server = await start({ http: true, control: true, controlToken: TOKEN })
      expect((await server.send('GET /control', { token: TOKEN, headers })).status).toBe(403)
    },
  )
})

describe('the option', () => {
  it.each<[string, object, RegExp]>([
    ['without control', { controlToken: TOKEN }, /^controlToken can be used only with control/],
    ['that is short', { control: true, controlToken: 'secret-15-chars' }, /must be 16 to 1,024/],
    ['that is long', { control: true, controlToken: 's'.repeat(1025) }, /must be 16 to 1,024/],
    ['with a space', { control: true, controlToken: 'secret secret secret' }, /without spaces/],
    ['with a line break', { control: true, controlToken: 'secret-secret-se\n' }, /without spaces/],
    ['that is no text', { control: true, controlToken: 1234567890123456 }, /must be a string/],
  ])('%s is refused, and never printed', async (_, options, text) => {
    const error = await start({ http: true, ...options }).catch((each) => each)
    expect(error).toMatchObject({ code: 'BadOption', message: expect.stringMatching(text) })
    expect(error.message).not.toMatch(/secret|1234567|for-control/)
  })
})
