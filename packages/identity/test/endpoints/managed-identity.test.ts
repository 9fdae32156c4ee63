/** Managed identities: IMDS, App Service and Cloud Shell. */

import { describe, expect, it } from 'vitest'
import { createIdentityHandler, objectIdOf } from '../../src/index.ts'
import { answer, CLIENT, claimsOf, get, getImds, VAULT } from '../support/requests.ts'

const identity = createIdentityHandler({ seed: 'managed identities', clock: () => 1.8e12 })
const ASKED = { 'api-version': '2018-02-01', resource: VAULT }

describe('IMDS', () => {
  it('gives the token of the system-assigned identity, with numbers as text', async () => {
    const response = await getImds(identity, ASKED)
    expect(response.body).toEqual({
      access_token: expect.any(String),
      client_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      object_id: objectIdOf('system-assigned'),
      expires_in: '3599',
      ext_expires_in: '3599',
      expires_on: '1800003599',
      not_before: '1800000000',
      resource: VAULT,
      token_type: 'Bearer',
    })
    expect(claimsOf(identity, response)).toMatchObject({
      aud: VAULT,
      oid: objectIdOf('system-assigned'),
      appidacr: '2',
      tid: identity.tenantId,
    })
  })

  const resourceId = '/subscriptions/s/resourceGroups/g/providers/m/userAssignedIdentities/i'
  it.each([
    ['client_id', CLIENT, { appid: CLIENT, oid: objectIdOf(CLIENT) }],
    ['object_id', 'an-object', { oid: 'an-object' }],
    ['msi_res_id', resourceId, { oid: objectIdOf(resourceId), xms_mirid: resourceId }],
    ['mi_res_id', resourceId, { oid: objectIdOf(resourceId), xms_mirid: resourceId }],
  ])('finds a user-assigned identity by %s', async (name, id, claims) => {
    const response = await getImds(identity, { ...ASKED, [name]: id })
    expect(claimsOf(identity, response)).toMatchObject(claims)
  })

  it.each<[string, Record<string, string>, Record<string, string>, RegExp]>([
    ['without the header Metadata', ASKED, {}, /metadata header/],
    ['with another value of it', ASKED, { metadata: 'yes' }, /metadata header/],
    ['through a proxy', ASKED, { metadata: 'true', 'x-forwarded-for': '10.0.0.1' }, /proxy/],
    ['without an api-version', { resource: VAULT }, { metadata: 'true' }, /api-version/],
    [
      'with an old api-version',
      { ...ASKED, 'api-version': '2017-08-01' },
      { metadata: 'true' },
      /api-version/,
    ],
    ['without a resource', { 'api-version': '2018-02-01' }, { metadata: 'true' }, /resource/],
    [
      'with a resource that is too long',
      { ...ASKED, resource: 'x'.repeat(2049) },
      { metadata: 'true' },
      /too long/,
    ],
    [
      'with two ids',
      { ...ASKED, client_id: 'a', object_id: 'b' },
      { metadata: 'true' },
      /Only one/,
    ],
  ])('refuses a request %s', async (_, query, headers, text) => {
    const { status, body } = await getImds(identity, query, headers)
    expect([status, body['error']]).toEqual([400, 'invalid_request'])
    expect(body['error_description']).toMatch(text)
  })

  it('cannot be asked with POST', async () => {
    const url = 'http://169.254.169.254/metadata/identity/oauth2/token'
    const { status, headers } = await answer(identity, new Request(url, { method: 'POST' }))
    expect([status, headers.get('allow')]).toEqual([405, 'GET'])
  })
})

describe('a table of managed identities', () => {
  const groups = ['33333333-3333-4333-8333-333333333333']
  const strict = createIdentityHandler({
    seed: 'table of identities',
    managedIdentities: [{ clientId: CLIENT, groups }, { objectId: 'the-machine' }],
  })

  it('has those that are in it', async () => {
    const user = await getImds(strict, { ...ASKED, client_id: CLIENT.toUpperCase() })
    expect(claimsOf(strict, user)).toMatchObject({ appid: CLIENT, groups })
    expect(claimsOf(strict, await getImds(strict, ASKED))).toMatchObject({ oid: 'the-machine' })
  })

  it('has no others', async () => {
    const { status, body } = await getImds(strict, { ...ASKED, client_id: 'stranger' })
    expect([status, body['error_description']]).toEqual([400, 'Identity not found'])
  })

  it('without a system-assigned one gives the only one there is, but does not choose among several', async () => {
    const managedIdentities = [{ clientId: CLIENT }]
    const one = createIdentityHandler({ seed: 'one', managedIdentities })
    expect(claimsOf(one, await getImds(one, ASKED))).toMatchObject({ appid: CLIENT })
    const two = createIdentityHandler({
      seed: 'two',
      managedIdentities: [...managedIdentities, { clientId: 'other' }],
    })
    expect((await getImds(two, ASKED)).status).toBe(400)
  })
})

describe('App Service', () => {
  const strict = createIdentityHandler({ seed: 'app service', identityHeader: 'right' })
  const ask = (query: object, header: string | undefined = 'right') => {
    const search = new URLSearchParams({ 'api-version': '2019-08-01', resource: VAULT, ...query })
    const headers = header === '' ? {} : { 'x-identity-header': header }
    return get(
      strict,
      `http://localhost:4141/msi/token?${search}`,
      headers as Record<string, string>,
    )
  }

  it('gives a token without relative times', async () => {
    const response = await ask({ client_id: CLIENT })
    expect(claimsOf(strict, response)).toMatchObject({ appid: CLIENT, aud: VAULT })
    expect(Object.keys(response.body).sort()).toEqual([
      'access_token',
      'client_id',
      'expires_on',
      'resource',
      'token_type',
    ])
  })

  it.each<[string, object, string, number]>([
    ['the header is missing', {}, '', 401],
    ['the header is wrong', {}, 'wrong', 401],
    ['the api-version is another one', { 'api-version': '2017-09-01' }, 'right', 400],
    ['the resource is empty', { resource: '' }, 'right', 400],
  ])('refuses a request if %s', async (_, query, header, statusCode) => {
    const { status, body } = await ask(query, header)
    expect([status, body['statusCode']]).toEqual([statusCode, statusCode])
  })
})

describe('Cloud Shell', () => {
  const ask = (headers: Record<string, string>, body: string) =>
    answer(
      identity,
      new Request('http://localhost:4141/msi/token', { method: 'POST', headers, body }),
    )

  it('gives a token to a form', async () => {
    const response = await ask({ metadata: 'true' }, `resource=${encodeURIComponent(VAULT)}`)
    expect(claimsOf(identity, response)).toMatchObject({ oid: objectIdOf('system-assigned') })
  })

  it('refuses a form without the header Metadata, or a resource', async () => {
    expect((await ask({}, `resource=${VAULT}`)).status).toBe(400)
    expect((await ask({ metadata: 'true' }, 'x=y')).status).toBe(400)
  })
})
