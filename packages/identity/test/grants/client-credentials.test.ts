/** Applications: tokens for a secret, and the errors of Entra ID. */

import { describe, expect, it } from 'vitest'
import { createIdentityHandler, objectIdOf } from '../../src/index.ts'
import { APPLICATION, CLIENT, claimsOf, postForm, TENANT, VAULT } from '../support/requests.ts'

const identity = createIdentityHandler({ seed: 'client credentials' })
const ask = (form: object, path?: string) => postForm(identity, { ...APPLICATION, ...form }, path)
const NOW = () => 1_800_000_000_000

describe('a token of an application', () => {
  it('has the claims of a version 1.0 token for a vault, whatever endpoint was called', async () => {
    const handler = createIdentityHandler({ seed: 'claims', clock: NOW })
    const claims = claimsOf(handler, await postForm(handler, APPLICATION))
    const issuer = `https://sts.windows.net/${TENANT}/`
    expect(claims).toEqual({
      aud: VAULT,
      iss: issuer,
      iat: 1_800_000_000,
      nbf: 1_800_000_000,
      exp: 1_800_003_599,
      appid: CLIENT,
      appidacr: '1',
      idp: issuer,
      idtyp: 'app',
      oid: objectIdOf(CLIENT),
      sub: objectIdOf(CLIENT),
      tid: TENANT,
      uti: expect.any(String),
      ver: '1.0',
    })
  })

  it('has those of a version 2.0 token for an API of its own', async () => {
    const claims = claimsOf(identity, await ask({ scope: 'api://orders/.default' }))
    expect(claims).toMatchObject({
      aud: 'api://orders',
      iss: `https://login.microsoftonline.com/${TENANT}/v2.0`,
      azp: CLIENT,
      ver: '2.0',
    })
  })

  it.each([
    ['https://managedhsm.azure.net/.default', 'https://managedhsm.azure.net'],
    ['https://vault.azure.net//.default', 'https://vault.azure.net/'],
    ['https://management.azure.com/.default', 'https://management.azure.com'],
    ['cfa8b339-82a2-471a-a3c9-0fc0be7a4093/.default', 'cfa8b339-82a2-471a-a3c9-0fc0be7a4093'],
    ['openid https://graph.microsoft.com/.default profile', 'https://graph.microsoft.com'],
  ])('for the scope %s is for %s', async (scope, aud) => {
    expect(claimsOf(identity, await ask({ scope }))).toMatchObject({ aud })
  })

  it('comes with its lifetime: numbers from v2.0, texts from v1.0', async () => {
    const v2 = await ask({})
    expect(v2.body).toEqual({
      token_type: 'Bearer',
      expires_in: 3599,
      ext_expires_in: 3599,
      access_token: expect.any(String),
    })
    const { scope: _, ...form } = APPLICATION
    const v1 = await postForm(identity, { ...form, resource: VAULT }, `/${TENANT}/oauth2/token`)
    expect(v1.body).toMatchObject({ expires_in: '3599', resource: VAULT })
    expect(v1.body['expires_on']).toEqual(expect.any(String))
  })

  it('of AD FS has the issuer of its metadata', async () => {
    const answer = await ask(
      { scope: 'openid https://vault.azure.net/.default' },
      '/adfs/oauth2/token',
    )
    expect(answer.body['token_type']).toBe('bearer')
    expect(claimsOf(identity, answer)).toMatchObject({
      aud: VAULT,
      iss: 'https://login.microsoftonline.com/adfs',
      tid: identity.tenantId,
    })
  })

  it('is given for credentials in the Authorization header', async () => {
    const { client_id, client_secret, ...form } = APPLICATION
    const authorization = `Basic ${btoa(`${client_id}:${client_secret}`)}`
    const answer = await postForm(identity, form, undefined, { authorization })
    expect(claimsOf(identity, answer)).toMatchObject({ appid: CLIENT })
  })

  it('has the same object id in every tenant, and another one for another client', async () => {
    const other = '99999999-9999-4999-8999-999999999999'
    const oidOf = async (form: object, tenant: string) =>
      claimsOf(identity, await ask(form, `/${tenant}/oauth2/v2.0/token`))['oid']
    expect(await oidOf({}, 'contoso.onmicrosoft.com')).toBe(await oidOf({}, TENANT))
    expect(await oidOf({ client_id: other }, TENANT)).not.toBe(await oidOf({}, TENANT))
  })
})

describe('an application is refused', () => {
  const { client_secret: _, ...withoutSecret } = APPLICATION

  it.each<[string, object, number, string, number]>([
    ['without grant_type', { grant_type: '' }, 900144, 'invalid_request', 400],
    ['with another grant', { grant_type: 'implicit' }, 70003, 'unsupported_grant_type', 400],
    [
      'with a grant named as a member of every object',
      { grant_type: 'toString' },
      70003,
      'unsupported_grant_type',
      400,
    ],
    ['without client_id', { client_id: '' }, 900144, 'invalid_request', 400],
    ['without a scope', { scope: '' }, 900144, 'invalid_request', 400],
    [
      'with a scope that is not .default',
      { scope: `${VAULT}/keys` },
      1002012,
      'invalid_scope',
      400,
    ],
    [
      'with two resources',
      { scope: `${VAULT}/.default api://orders/.default` },
      28000,
      'invalid_scope',
      400,
    ],
    ['with a scope that is no URI', { scope: 'vault/.default' }, 70011, 'invalid_scope', 400],
  ])('%s', async (_, form, code, error, status) => {
    const answer = await ask(form)
    expect(answer.body).toMatchObject({ error, error_codes: [code] })
    expect(answer.status).toBe(status)
  })

  it('without a secret', async () => {
    const answer = await postForm(identity, withoutSecret)
    expect(answer.status).toBe(401)
    expect(answer.body).toMatchObject({ error: 'invalid_client', error_codes: [7000218] })
  })

  it('in the form of Entra ID, with the ids of the request', async () => {
    const handler = createIdentityHandler({ clock: NOW, seed: 'errors' })
    const id = '77777777-7777-4777-8777-777777777777'
    const form = { ...APPLICATION, grant_type: 'implicit' }
    const { body, headers } = await postForm(handler, form, undefined, { 'client-request-id': id })
    const trace = headers.get('x-ms-request-id')
    expect(body).toEqual({
      error: 'unsupported_grant_type',
      error_description: `AADSTS70003: The app requested an unsupported grant type 'implicit'. Trace ID: ${trace} Correlation ID: ${id} Timestamp: 2027-01-15 08:00:00Z`,
      error_codes: [70003],
      timestamp: '2027-01-15 08:00:00Z',
      trace_id: trace,
      correlation_id: id,
      error_uri: 'https://login.microsoftonline.com/error?code=70003',
    })
  })
})

describe('a table of applications', () => {
  const groups = ['33333333-3333-4333-8333-333333333333']
  const strict = createIdentityHandler({
    seed: 'table',
    applications: [
      { clientId: CLIENT, objectId: 'an-object', secrets: ['right', 'next'], groups },
      { clientId: 'open' },
    ],
  })

  it('decides the object id and the groups', async () => {
    const form = { ...APPLICATION, client_secret: 'next' }
    expect(claimsOf(strict, await postForm(strict, form))).toMatchObject({
      oid: 'an-object',
      groups,
    })
  })

  it('refuses a wrong secret, without repeating it', async () => {
    const form = { ...APPLICATION, client_secret: 'almost right' }
    const { status, body } = await postForm(strict, form)
    expect(status).toBe(401)
    expect(body).toMatchObject({ error: 'invalid_client', error_codes: [7000215] })
    expect(JSON.stringify(body)).not.toContain('almost right')
  })

  it('refuses whoever is not in it', async () => {
    const { status, body } = await postForm(strict, { ...APPLICATION, client_id: 'stranger' })
    expect(status).toBe(400)
    expect(body).toMatchObject({ error: 'unauthorized_client', error_codes: [700016] })
  })

  it('accepts any secret of an application without credentials', async () => {
    const answer = await postForm(strict, { ...APPLICATION, client_id: 'OPEN' })
    expect(claimsOf(strict, answer)).toMatchObject({ oid: objectIdOf('open') })
  })
})

describe('a table of tenants', () => {
  const strict = createIdentityHandler({
    seed: 'tenants',
    tenants: [{ id: TENANT.toUpperCase(), names: ['contoso.onmicrosoft.com'] }],
  })
  const tokenAt = (tenant: string) => postForm(strict, APPLICATION, `/${tenant}/oauth2/v2.0/token`)

  it.each([TENANT, 'Contoso.onmicrosoft.com', 'common', 'organizations', 'adfs'])(
    'has %s',
    async (tenant) => {
      expect(claimsOf(strict, await tokenAt(tenant))).toMatchObject({ tid: TENANT })
    },
  )

  it.each([
    ['88888888-8888-4888-8888-888888888888', 90002],
    ['fabrikam.onmicrosoft.com', 90002],
    ['not-a-tenant', 900023],
    ['%20', 900023],
  ])('does not have %s', async (tenant, code) => {
    expect((await tokenAt(tenant)).body).toMatchObject({ error_codes: [code] })
  })
})
