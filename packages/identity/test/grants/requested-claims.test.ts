/** The claims parameter: client capabilities, and the claims of a challenge. */

import { describe, expect, it } from 'vitest'
import { createIdentityHandler } from '../../src/index.ts'
import { APPLICATION, claimsOf, postForm } from '../support/requests.ts'

const identity = createIdentityHandler({ seed: 'claims' })
const ask = (claims: unknown) =>
  postForm(identity, {
    ...APPLICATION,
    claims: typeof claims === 'string' ? claims : JSON.stringify(claims),
  })

const CHALLENGE = { nbf: { essential: true, value: '1700000000' } }

describe('the claims of a token request', () => {
  it.each<[object, unknown]>([
    [{ access_token: { xms_cc: { values: ['cp1'] } } }, ['cp1']],
    [{ access_token: { xms_cc: { value: 'cp1' } } }, ['cp1']],
    [{ access_token: { ...CHALLENGE, xms_cc: { values: ['CP1'] } } }, ['CP1']],
    [{ access_token: CHALLENGE }, undefined],
    [{ access_token: { xms_cc: null } }, undefined],
    [{ access_token: { xms_cc: { values: ['x'.repeat(17), 1, '"'] } } }, undefined],
    [{ id_token: {} }, undefined],
    [{}, undefined],
  ])('%j give a token with xms_cc %j', async (claims, capabilities) => {
    expect(claimsOf(identity, await ask(claims))['xms_cc']).toEqual(capabilities)
  })

  it('of a challenge get a token that is not older than the challenge', async () => {
    const now = Math.floor(Date.now() / 1000)
    const nbf = { essential: true, value: String(now) }
    const first = claimsOf(identity, await ask({ access_token: { nbf } }))
    const second = claimsOf(identity, await ask({ access_token: { nbf } }))
    expect(Number(first['nbf'])).toBeGreaterThanOrEqual(now)
    expect(first['uti']).not.toBe(second['uti'])
  })

  it.each(['{', '[]', '"cp1"', '1', '{"access_token":[]}', '{"access_token":{"xms_cc":1}}'])(
    'that are no objects, %s, are refused',
    async (claims) => {
      const { status, body } = await ask(claims)
      expect([status, body['error'], body['error_codes']]).toEqual([
        400,
        'invalid_request',
        [9002313],
      ])
      expect(body).not.toHaveProperty('access_token')
    },
  )

  it('are in no token of a client that sends none', async () => {
    expect(claimsOf(identity, await postForm(identity, APPLICATION))).not.toHaveProperty('xms_cc')
  })

  it('give no more capabilities than eight', async () => {
    const values = Array.from({ length: 100 }, (_, index) => `cp${index}`)
    const claims = claimsOf(identity, await ask({ access_token: { xms_cc: { values } } }))
    expect(claims['xms_cc']).toHaveLength(8)
  })
})
