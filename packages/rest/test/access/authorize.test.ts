/** Authorization, the audit callback and the audit trail of the HSM. */

import { HsmError, listKeys, readAudit } from 'pocket-hsm'
import { describe, expect, it } from 'vitest'
import {
  type AuditEntry,
  type AuthorizationRequest,
  type Authorizer,
  authorizationOf,
  type HandlerOptions,
} from '../../src/index.ts'
import { base64url, START, testRest } from '../rest-client.ts'

const json = { kty: 'EC' }

const jwt = (claims: object) => `${base64url('{}')}.${base64url(JSON.stringify(claims))}.`

function audited(options: HandlerOptions = {}) {
  const entries: AuditEntry[] = []
  return { ...testRest({}, { ...options, audit: (entry) => entries.push(entry) }), entries }
}

describe('an authorizer', () => {
  it('gets the operation, the action and the scope', async () => {
    const asked: Omit<AuthorizationRequest, 'hsm'>[] = []
    const authorize: Authorizer = ({ hsm: _, ...rest }) => {
      asked.push(rest)
      return {}
    }
    const { send } = testRest({}, { authorize })
    await send('POST /keys/a/create', { json, token: 'mine' })
    await send('GET /deletedkeys')
    await send('POST /rng', { json: { count: 1 } })
    await send('GET /nothing')
    const prefix = 'Microsoft.KeyVault/managedHsm/'
    expect(asked).toEqual([
      { token: 'mine', operation: 'createKey', action: `${prefix}keys/create`, scope: '/keys/a' },
      {
        token: 'any',
        operation: 'listDeletedKeys',
        action: `${prefix}keys/deletedKeys/read/action`,
        scope: '/keys',
      },
      { token: 'any', operation: 'getRandomBytes', action: `${prefix}rng/action`, scope: '/' },
      { token: 'any', scope: '/keys' },
    ])
  })

  it('gets the actions of a vault for a vault', async () => {
    const asked: (string | undefined)[] = []
    const authorize: Authorizer = async ({ action }) => {
      asked.push(action)
      return {}
    }
    const { send } = testRest({ profile: 'vault-premium' }, { authorize })
    await send('GET /keys/a/rotationpolicy')
    expect(asked).toEqual(['Microsoft.KeyVault/vaults/keyrotationpolicies/read'])
  })

  it('that refuses with 403 stops the request, with the text of a Managed HSM', async () => {
    const { send } = testRest({}, { authorize: () => ({ refused: 403 }) })
    const { status, json: body } = await send('POST /keys/a/create', { json })
    expect([status, body.error.code]).toEqual([403, 'AccessDenied'])
    expect(body.error.message).toMatch(
      /^Not authorized to access Microsoft\.KeyVault\/managedHsm\/keys\/create on \/keys\/a \(Activity ID: /,
    )
  })

  it('that refuses with 403 does so with the text of a vault', async () => {
    const { send } = testRest({ profile: 'vault-premium' }, { authorize: () => ({ refused: 403 }) })
    const { json: body } = await send('GET /keys/a')
    expect([body.error.code, body.error.innererror]).toEqual([
      'Forbidden',
      { code: 'ForbiddenByRbac' },
    ])
    expect(body.error.message).toContain("Action: 'Microsoft.KeyVault/vaults/keys/read'")
  })

  it('that refuses with 401 gives the challenge again, with its own message', async () => {
    const authorize: Authorizer = () => ({ refused: 401, message: 'AKV10032: Invalid issuer.' })
    const { send } = testRest({ profile: 'vault-premium' }, { authorize })
    const { status, headers, json: body } = await send('GET /keys')
    expect([status, headers.get('www-authenticate')?.slice(0, 7)]).toEqual([401, 'Bearer '])
    expect(body.error).toEqual({ code: 'Unauthorized', message: 'AKV10032: Invalid issuer.' })
  })

  it('that throws refuses the request, and its error is not returned', async () => {
    const fail = async (error: Error) => {
      const authorize = () => {
        throw error
      }
      const { send, hsm } = testRest({ profile: 'vault-premium' }, { authorize })
      const { status, text } = await send('POST /keys/a/create', { json })
      expect(listKeys(hsm).value).toEqual([])
      return [status, JSON.parse(text).error.message]
    }
    const refused = new HsmError({ status: 403, code: 'Forbidden', message: 'not you' })
    expect(await fail(refused)).toEqual([403, 'not you'])
    expect(await fail(new Error('secret'))).toEqual([500, 'An unexpected error occurred.'])
  })

  it('comes before the body is read', async () => {
    const { send } = testRest({}, { authorize: () => ({ refused: 403 }) })
    expect((await send('POST /keys/a/create', { body: '{' })).status).toBe(403)
  })
})

describe('the trail of the HSM', () => {
  it('has each request as one call of its caller, and no request that was refused before', async () => {
    const { send, hsm } = testRest()
    const token = jwt({ oid: 'alice' })
    await send('POST /keys/a/create', { json, token })
    await send('POST /keys/a/rotate', { token })
    await send('POST /keys/b/rotate', { token: jwt({ sub: 'bob' }) })
    const digest = base64url(new Uint8Array(32))
    const value = base64url(new Uint8Array(64))
    await send('POST /keys/a/verify', { json: { alg: 'ES256', digest, value } })
    await send('POST /keys/a/sign', { body: '{', token })
    const { entries } = readAudit(hsm)
    expect(entries.map(({ operation, key, caller }) => [operation, key, caller])).toEqual([
      ['createKey', 'a', 'alice'],
      ['rotateKey', 'a', 'alice'],
      ['rotateKey', 'b', 'bob'],
      ['verify', 'a', undefined],
    ])
    expect(entries[2]?.outcome).toEqual({ status: 404, code: 'KeyNotFound' })
  })
})

describe('the audit callback', () => {
  it('gets the caller, the operation and the outcome', async () => {
    const { send, entries, clock } = audited()
    const { headers } = await send('POST /keys/a/create', { json, token: jwt({ oid: 'alice' }) })
    clock.seconds += 1
    await send('GET /keys/b', { token: jwt({ appid: 'bob' }) })
    await send('GET /nothing', { token: 'opaque' })
    const id = headers.get('x-ms-request-id')
    expect(entries).toMatchObject([
      {
        time: START * 1000,
        requestId: id,
        caller: 'alice',
        operation: 'createKey',
        name: 'a',
        status: 200,
      },
      {
        time: (START + 1) * 1000,
        caller: 'bob',
        operation: 'getKey',
        name: 'b',
        status: 404,
        code: 'KeyNotFound',
      },
      { status: 404, code: 'ResourceNotFound' },
    ])
    expect(entries[2]).not.toHaveProperty('caller')
  })

  it.each(['x', 'a.b', 'a.b.c', `a.${base64url('null')}.c`, jwt({ oid: 7 }), 'a.ü.c'])(
    'gets no caller from the token %s',
    async (token) => {
      const { send, entries } = audited()
      await send('GET /keys', {
        headers: { authorization: `Bearer ${encodeURI(token)}` },
        token: null,
      })
      expect(entries).toHaveLength(1)
      expect(entries[0]).not.toHaveProperty('caller')
    },
  )

  it('gets the caller of the authorizer', async () => {
    const { send, entries } = audited({ authorize: () => ({ caller: 'carol', refused: 403 }) })
    await send('GET /keys')
    expect(entries).toMatchObject([{ caller: 'carol', status: 403, code: 'AccessDenied' }])
  })

  it('gets 256 characters of a caller', async () => {
    const { send, entries, hsm } = audited()
    await send('POST /keys/a/create', { json, token: jwt({ oid: 'x'.repeat(5000) }) })
    expect(entries[0]?.caller).toBe('x'.repeat(256))
    expect(readAudit(hsm).entries[0]?.caller).toBe('x'.repeat(256))
  })

  it('gets the identifier of the activity of an error', async () => {
    const { send, entries } = audited()
    const { headers } = await send('GET /keys/nobody')
    expect(entries[0]?.requestId).toBe(headers.get('x-ms-request-id'))
  })

  it('never gets a token, a body or bytes of a key', async () => {
    const { send, entries } = audited()
    const k = base64url(new Uint8Array(32).fill(9))
    await send('PUT /keys/a', { json: { key: { kty: 'oct', k } }, token: 'secret-token' })
    expect(JSON.stringify(entries)).not.toContain(k)
    expect(JSON.stringify(entries)).not.toContain('secret-token')
  })
})

describe('authorizationOf', () => {
  it('returns the object id and the groups as principals', () => {
    const claims = { oid: 'alice', appid: 'application', groups: ['auditors', 'officers'] }
    expect(authorizationOf(claims)).toEqual({
      caller: 'alice',
      principals: ['alice', 'auditors', 'officers'],
      identity: { appid: 'application', oid: 'alice' },
    })
  })

  it('returns no principal for claims of another form, and a bounded number of them', () => {
    const groups = [1, null, '', 'has a blank', 'x'.repeat(129), 'auditors']
    expect(authorizationOf({ appid: 'application', groups }).principals).toEqual(['auditors'])
    expect(authorizationOf({ sub: 'alice', groups: 'auditors' })).toEqual({
      caller: 'alice',
      principals: ['alice'],
    })
    const many = Array.from({ length: 10_000 }, (_, index) => `group-${index}`)
    expect(authorizationOf({ groups: many }).principals?.length).toBeLessThanOrEqual(256)
  })
})
