/** The handler as a whole: its routes, its key and clock, its own tokens, and what it does with bad input. */

import fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createIdentityHandler, IDENTITY_HOSTS } from '../../src/index.ts'
import { APPLICATION, answer, get, getImds, postForm, TENANT, VAULT } from '../support/requests.ts'

const identity = createIdentityHandler({ seed: 'handler' })

afterEach(() => void vi.useRealTimers())

describe('handles', () => {
  it.each([
    'https://login.microsoftonline.com/anything',
    'http://169.254.169.254/metadata/instance',
    `https://localhost:8443/${TENANT}/oauth2/v2.0/token`,
    'https://localhost:8443/contoso.com/v2.0/.well-known/openid-configuration',
    'https://localhost:8443/adfs/oauth2/token',
    'https://localhost:8443/common/discovery/instance?api-version=1.1',
    'https://localhost:8443/metadata/identity/oauth2/token',
    'https://localhost:8443/msi/token',
  ])('%s', (url) => {
    expect(identity.handles(new URL(url))).toBe(true)
  })

  it.each([
    'https://contoso.vault.azure.net/keys',
    'https://localhost:8443/keys/oauth2/token',
    'https://localhost:8443/keys/discovery/keys',
    'https://localhost:8443/deletedkeys/oauth2/token',
    'https://localhost:8443/rng',
    `https://localhost:8443/${TENANT}`,
  ])('not %s', (url) => {
    expect(identity.handles(new URL(url))).toBe(false)
  })

  it('every one of IDENTITY_HOSTS', () => {
    expect(IDENTITY_HOSTS.every((host) => identity.handles(new URL(`https://${host}/`)))).toBe(true)
  })
})

describe('a clock', () => {
  it.each([Number.NaN, Number.POSITIVE_INFINITY, -1, 8.65e15, undefined, null, '1'])(
    'that returns %s is refused whenever it is read',
    async (at) => {
      const made = createIdentityHandler({ seed: 'clock', clock: () => at as number })
      const refused = {
        code: 'BadOption',
        message: `The clock of createIdentityHandler must return milliseconds since 1970, not ${at}.`,
      }
      await expect(postForm(made, APPLICATION)).rejects.toMatchObject(refused)
      const { body } = await postForm(createIdentityHandler({ seed: 'clock' }), APPLICATION)
      expect(() => made.verifyToken(`${body['access_token']}`)).toThrow(
        expect.objectContaining(refused),
      )
    },
  )
})

describe('what handles is asked', () => {
  it('may be the text of a URL, or a request', () => {
    const url = `https://localhost:8443/${TENANT}/oauth2/v2.0/token`
    for (const asked of [url, new Request(url)]) expect(identity.handles(asked)).toBe(true)
    for (const asked of ['https://localhost/keys', new Request('https://localhost/keys')]) {
      expect(identity.handles(asked)).toBe(false)
    }
  })

  it.each([undefined, null, 7, '', '/adfs/oauth2/token', 'login.microsoftonline.com', {}])(
    'is refused when it is %j',
    (asked) => {
      expect(() => identity.handles(asked as never)).toThrow(
        expect.objectContaining({
          code: 'BadOption',
          message: 'handles takes a URL, the text of a whole URL, or a Request.',
        }),
      )
    },
  )
})

describe('the signing key', () => {
  it('and the tokens of a seed are the same in every handler', async () => {
    const options = { seed: 'same', clock: () => 1.8e12 }
    const tokens = await Promise.all(
      [options, { ...options, seed: new TextEncoder().encode('same') }].map(async (each) =>
        postForm(createIdentityHandler(each), APPLICATION),
      ),
    )
    expect(tokens[0]?.body).toEqual(tokens[1]?.body)
  })

  it('of another seed, or of none, is another one', () => {
    const kids = [{ seed: 'one' }, { seed: 'two' }, {}, {}].map(
      (options) => createIdentityHandler(options).publicJwks().keys[0]?.kid,
    )
    expect(new Set(kids).size).toBe(4)
  })
})

describe('verifyToken', () => {
  const tokenOf = async (handler = identity) =>
    String((await postForm(handler, APPLICATION)).body['access_token'])

  it('returns the claims of a token for one of the audiences, with a slash or without', async () => {
    const token = await tokenOf()
    expect(
      identity.verifyToken(token, { audiences: ['api://x', `${VAULT}/`] }).claims,
    ).toBeDefined()
    expect(identity.verifyToken(token, { audiences: ['https://managedhsm.azure.net'] })).toEqual({
      refused: 'its audience is not https://managedhsm.azure.net',
    })
  })

  it('refuses a token of another handler and one that was changed anywhere', async () => {
    const token = await tokenOf()
    const other = createIdentityHandler({ seed: 'other' })
    expect(other.verifyToken(token)).toEqual({ refused: 'its signature is not valid' })
    const parts = token.split('.')
    const none = Buffer.from('{"alg":"none"}').toString('base64url')
    for (const changed of [
      [none, parts[1], ''],
      [none, parts[1], parts[2]],
      [parts[0], Buffer.from('{"aud":"x","exp":4e9}').toString('base64url'), parts[2]],
      [parts[0], parts[1], `A${String(parts[2]).slice(1)}`],
    ]) {
      expect(identity.verifyToken(changed.join('.')).claims).toBeUndefined()
    }
  })

  it.each([null, undefined, 5, {}, '', 'a.b.c'])('refuses %j: it is not a JWT', (token) => {
    expect(identity.verifyToken(token as string)).toEqual({ refused: 'it is not a JWT' })
  })

  it.each([
    [{ audience: [VAULT] }, 'Unknown option "audience" of verifyToken. Did you mean "audiences"?'],
    [{ audiences: VAULT }, 'The option "audiences" of verifyToken must be an array.'],
    [{ audiences: [''] }, 'The option "audiences[0]" of verifyToken must be a string'],
    [null, 'The options of verifyToken must be an object.'],
  ])('throws for the check %j, whatever the token is', async (check, message) => {
    for (const token of ['x', await tokenOf()]) {
      expect(() => identity.verifyToken(token, check as object)).toThrow(message)
    }
  })

  it('accepts no token if there are no audiences', async () => {
    expect(identity.verifyToken(await tokenOf(), { audiences: [] })).toEqual({
      refused: 'its audience is not allowed: none is',
    })
  })

  it('refuses a token from the second on which it expires, under fake timers', async () => {
    vi.useFakeTimers({ now: 1.8e12 })
    const handler = createIdentityHandler({ seed: 'timers', tokenSeconds: 60 })
    const token = await tokenOf(handler)
    vi.setSystemTime(1.8e12 + 59_999)
    expect(handler.verifyToken(token).claims).toBeDefined()
    vi.setSystemTime(1.8e12 + 60_000)
    expect(handler.verifyToken(token)).toEqual({ refused: 'it has expired' })
  })

  it('never throws', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(fc.base64String(), { maxLength: 5 }).map((parts) => parts.join('.')),
        ),
        (token) => identity.verifyToken(token).claims === undefined,
      ),
      { numRuns: 200 },
    )
  })
})

describe('a request', () => {
  it('for nothing there is 404, and names the path', async () => {
    const { status, body } = await get(identity, '/nothing/here')
    expect([status, body['error']]).toEqual([404, 'not_found'])
    expect(body['error_description']).toContain('login.microsoftonline.com/nothing/here')
  })

  it('with another method is 405', async () => {
    const { status, headers } = await get(identity, `/${TENANT}/oauth2/v2.0/token`)
    expect([status, headers.get('allow')]).toEqual([405, 'POST'])
  })

  it('with a body that is no form is refused', async () => {
    const url = `https://login.microsoftonline.com/${TENANT}/oauth2/v2.0/token`
    const headers = { 'content-type': 'application/json' }
    const request = new Request(url, { method: 'POST', headers, body: '{}' })
    expect((await answer(identity, request)).body).toMatchObject({ error_codes: [900561] })
  })

  it('with a body of more than 64 KiB is refused before it is read to the end', async () => {
    let sent = 0
    const body = new ReadableStream({
      pull: (controller) => {
        sent += 1
        controller.enqueue(new Uint8Array(16_384).fill(0x61))
      },
    })
    const url = `https://login.microsoftonline.com/${TENANT}/oauth2/v2.0/token`
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const request = new Request(url, {
      method: 'POST',
      headers,
      body,
      duplex: 'half',
    } as RequestInit)
    const { status, body: json } = await answer(identity, request)
    expect([status, json['error']]).toEqual([413, 'invalid_request'])
    expect(sent).toBeLessThan(10)
  })

  it('with the same parameter twice is refused', async () => {
    const url = `https://login.microsoftonline.com/${TENANT}/oauth2/v2.0/token`
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const body = 'grant_type=client_credentials&grant_type=password'
    const request = new Request(url, { method: 'POST', headers, body })
    expect((await answer(identity, request)).body).toMatchObject({ error_codes: [9000411] })
  })

  it('of any form gets an answer, and a client error at most', async () => {
    const part = fc.oneof(fc.string(), fc.constantFrom(...Object.values(APPLICATION), 'password'))
    const name = fc.oneof(
      fc.string(),
      fc.constantFrom(...Object.keys(APPLICATION), 'client_assertion'),
    )
    await fc.assert(
      fc.asyncProperty(fc.dictionary(name, part), fc.webPath(), async (form, path) => {
        for (const at of [
          `/${TENANT}/oauth2/v2.0/token`,
          '/adfs/oauth2/token',
          `/${TENANT}/oauth2/devicecode`,
        ]) {
          expect((await postForm(identity, form, at)).status).toBeLessThan(500)
        }
        expect((await get(identity, `https://login.windows.net${path}`)).status).toBeLessThan(500)
      }),
      { numRuns: 50 },
    )
  })

  it('with ids and scopes that are longer than any gets no token', async () => {
    const long = 'x'.repeat(60_000)
    const application = await postForm(identity, { ...APPLICATION, client_id: long })
    expect(application.body).toMatchObject({ error_codes: [700016] })
    expect(JSON.stringify(application.body).length).toBeLessThan(1000)
    const scope = await postForm(identity, { ...APPLICATION, scope: `api://${long}/.default` })
    expect(scope.body).toMatchObject({ error: 'invalid_scope' })
    const user = { grant_type: 'password', client_id: 'a', username: long, password: 'any' }
    expect((await postForm(identity, user)).body).toMatchObject({ error_codes: [50034] })
    const query = { 'api-version': '2018-02-01', resource: VAULT, mi_res_id: long }
    expect((await getImds(identity, query)).status).toBe(400)
  })
})
