/** Users: passwords, device codes and refresh tokens. */

import { describe, expect, it } from 'vitest'
import { createIdentityHandler, objectIdOf } from '../../src/index.ts'
import { CLIENT, claimsOf, postForm, TENANT, VAULT } from '../support/requests.ts'

const AZURE_CLI = '04b07795-8ddb-461a-bbee-02f9e1bf7b46'
const SCOPE = `${VAULT}/.default openid profile offline_access`
const ALICE = 'alice@contoso.com'
const PASSWORD = { grant_type: 'password', client_id: AZURE_CLI, scope: SCOPE }
const DEVICE = 'urn:ietf:params:oauth:grant-type:device_code'
const CODE_PATH = `/${TENANT}/oauth2/v2.0/devicecode`

const parse = (token: unknown) =>
  JSON.parse(Buffer.from(String(token).split('.')[1] ?? '', 'base64url').toString())

const identity = createIdentityHandler({ seed: 'users' })
const signIn = () => postForm(identity, { ...PASSWORD, username: ALICE, password: 'any' })

describe('a password', () => {
  it('gives an access token of the user, an ID token for the client and a refresh token', async () => {
    const { body } = await signIn()
    expect(identity.verifyToken(String(body['access_token'])).claims).toMatchObject({
      aud: VAULT,
      oid: objectIdOf(ALICE),
      upn: ALICE,
      scp: 'user_impersonation',
      appid: AZURE_CLI,
      appidacr: '0',
    })
    expect(parse(body['id_token'])).toMatchObject({
      aud: AZURE_CLI,
      oid: objectIdOf(ALICE),
      preferred_username: ALICE,
      ver: '2.0',
    })
    expect(body['refresh_token']).toEqual(expect.any(String))
  })

  it('gives no more than was asked for', async () => {
    const form = { ...PASSWORD, scope: `${VAULT}/.default`, username: ALICE, password: 'any' }
    const { body } = await postForm(identity, form)
    expect(Object.keys(body)).not.toContain('id_token')
    expect(Object.keys(body)).not.toContain('refresh_token')
  })

  it('is checked for a user of the table', async () => {
    const users = [{ name: ALICE, password: 'right', groups: ['auditors'] }]
    const strict = createIdentityHandler({ seed: 'strict users', users })
    const ask = (username: string, password: string) =>
      postForm(strict, { ...PASSWORD, username, password })
    expect(claimsOf(strict, await ask('Alice@Contoso.com', 'right'))).toMatchObject({
      groups: ['auditors'],
    })
    const wrong = await ask(ALICE, 'wrong password')
    expect(wrong.body).toMatchObject({ error: 'invalid_grant', error_codes: [50126] })
    expect(JSON.stringify(wrong.body)).not.toContain('wrong password')
    expect((await ask('bob@contoso.com', 'any')).body).toMatchObject({ error_codes: [50034] })
  })

  it('is refused for a client that is not in the table of applications, but for Microsoft’s own', async () => {
    const strict = createIdentityHandler({ seed: 'clients', applications: [] })
    const ask = (client_id: string) =>
      postForm(strict, { ...PASSWORD, client_id, username: ALICE, password: 'any' })
    expect((await ask(AZURE_CLI)).status).toBe(200)
    expect((await ask(CLIENT)).body).toMatchObject({ error_codes: [700016] })
  })
})

describe('a refresh token', () => {
  const renew = (refresh_token: unknown, form: object = {}) =>
    postForm(identity, {
      grant_type: 'refresh_token',
      client_id: AZURE_CLI,
      scope: 'https://managedhsm.azure.net/.default',
      refresh_token: String(refresh_token),
      ...form,
    })

  it('gives a token of the same user for another resource', async () => {
    const { body } = await signIn()
    const claims = claimsOf(identity, await renew(body['refresh_token']))
    expect(claims).toMatchObject({ aud: 'https://managedhsm.azure.net', oid: objectIdOf(ALICE) })
  })

  it('is refused for another client, when changed, and by another handler', async () => {
    const { body } = await signIn()
    const token = String(body['refresh_token'])
    expect((await renew(token, { client_id: CLIENT })).body).toMatchObject({ error_codes: [70000] })
    for (const changed of [
      `A${token.slice(1)}`,
      token.slice(0, -2),
      '',
      'a.b',
      token.split('.')[0],
    ]) {
      expect((await renew(changed)).body['error']).toMatch(/^invalid_/)
    }
    const other = createIdentityHandler({ seed: 'another' })
    const form = {
      grant_type: 'refresh_token',
      client_id: AZURE_CLI,
      scope: SCOPE,
      refresh_token: token,
    }
    expect((await postForm(other, form)).body).toMatchObject({ error_codes: [70000] })
  })

  it('expires after 90 days', async () => {
    let now = 1_800_000_000_000
    const handler = createIdentityHandler({ seed: 'time', clock: () => now })
    const form = { ...PASSWORD, username: ALICE, password: 'any' }
    const { refresh_token } = (await postForm(handler, form)).body
    const again = () =>
      postForm(handler, {
        grant_type: 'refresh_token',
        client_id: AZURE_CLI,
        scope: SCOPE,
        refresh_token: String(refresh_token),
      })
    now += 90 * 86_400_000 - 1
    expect((await again()).status).toBe(200)
    now += 1
    expect((await again()).body).toMatchObject({ error_codes: [700082] })
  })

  it('is refused once the user is gone', async () => {
    const before = createIdentityHandler({ seed: 'gone' })
    const form = { ...PASSWORD, username: ALICE, password: 'any' }
    const { refresh_token } = (await postForm(before, form)).body
    const after = createIdentityHandler({ seed: 'gone', users: [{ name: 'bob@contoso.com' }] })
    const again = {
      grant_type: 'refresh_token',
      client_id: AZURE_CLI,
      scope: SCOPE,
      refresh_token: String(refresh_token),
    }
    expect((await postForm(after, again)).body).toMatchObject({ error_codes: [50034] })
  })
})

describe('a device code', () => {
  it('signs the first user in at the first poll', async () => {
    const handler = createIdentityHandler({ seed: 'device', users: [{ name: ALICE }] })
    const started = await postForm(handler, { client_id: AZURE_CLI, scope: SCOPE }, CODE_PATH)
    expect(started.body).toMatchObject({
      expires_in: 900,
      interval: 1,
      verification_uri: expect.stringMatching(/^https:/),
      user_code: expect.stringMatching(/^[0-9A-F]{9}$/),
    })
    const form = {
      grant_type: DEVICE,
      client_id: AZURE_CLI,
      device_code: String(started.body['device_code']),
    }
    expect(claimsOf(handler, await postForm(handler, form))).toMatchObject({
      upn: ALICE,
      aud: VAULT,
    })
    expect((await postForm(handler, { ...form, client_id: CLIENT })).body).toMatchObject({
      error_codes: [70000],
    })
  })

  it('expires, and is no refresh token', async () => {
    let now = 1_800_000_000_000
    const handler = createIdentityHandler({ seed: 'device', clock: () => now })
    const started = await postForm(handler, { client_id: AZURE_CLI, scope: SCOPE }, CODE_PATH)
    const device_code = String(started.body['device_code'])
    const refresh = {
      grant_type: 'refresh_token',
      client_id: AZURE_CLI,
      scope: SCOPE,
      refresh_token: device_code,
    }
    expect((await postForm(handler, refresh)).body).toMatchObject({ error_codes: [70000] })
    now += 900_000
    const poll = { grant_type: DEVICE, client_id: AZURE_CLI, device_code }
    expect((await postForm(handler, poll)).body).toMatchObject({
      error: 'expired_token',
      error_codes: [70019],
    })
  })
})
