/** Role definitions and assignments over REST, as the clients of the service send and read them. */

import { createHsm, createRoleAssignment, exportState, type Hsm, readAudit } from 'pocket-hsm'
import { describe, expect, it } from 'vitest'
import { createHandler, type HandlerOptions } from '../../src/index.ts'
import { BASE_URL, base64url, type Send, sender, testRest } from '../rest-client.ts'

const AUTHORIZATION = 'providers/Microsoft.Authorization'
const DEFINITIONS = `/${AUTHORIZATION}/roleDefinitions`
const ASSIGNMENTS = `/${AUTHORIZATION}/roleAssignments`
const CRYPTO_USER = '21dbd100-6940-42c2-9190-5d6cb909625b'
const DEFINITION_ID = 'Microsoft.KeyVault/providers/Microsoft.Authorization/roleDefinitions/'
const SIGN = 'Microsoft.KeyVault/managedHsm/keys/sign/action'
const guid = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`
const ADMIN = guid(900)
const ALICE = guid(901)

/** An unsigned token with these claims. */
const tokenOf = (claims: object): string =>
  `${base64url('{}')}.${base64url(JSON.stringify(claims))}.x`

describe('role definitions', () => {
  it.each(['', '///', '/keys', '//keys', '/keys/x', '//keys//x', '/keys%2Fx'])(
    'are listed at the scope %j',
    async (scope) => {
      const { status, json } = await testRest().send(`GET ${scope}${DEFINITIONS}`)
      expect([status, Object.keys(json), json.value.length]).toEqual([200, ['value'], 9])
      expect(json.value[3]).toEqual({
        id: `${DEFINITION_ID}21dbd100-6940-42c2-9190-5d6cb909625c`,
        name: '21dbd100-6940-42c2-9190-5d6cb909625c',
        properties: {
          assignableScopes: ['/'],
          description: '',
          permissions: [
            {
              actions: [],
              dataActions: ['Microsoft.KeyVault/managedHsm/keys/release/action'],
              notActions: [],
              notDataActions: [],
            },
          ],
          roleName: 'Managed HSM Crypto Service Release User',
          type: 'AKVBuiltInRole',
        },
        type: 'Microsoft.Authorization/roleDefinitions',
      })
      expect(Object.keys(json.value[3].properties)).toEqual(
        Object.keys(json.value[3].properties).toSorted(),
      )
    },
  )

  it('are created as the Azure CLI sends them, replaced, read and deleted', async () => {
    const { send } = testRest()
    const path = `${DEFINITIONS}/${guid(1)}`
    const permissions = [{ dataActions: [SIGN] }]
    const put = (roleName: string) =>
      send(`PUT ${path}`, { json: { properties: { roleName, description: 'd', permissions } } })
    const made = await put('Signer')
    expect([made.status, made.json.properties]).toEqual([
      201,
      {
        assignableScopes: ['/'],
        description: 'd',
        permissions: [{ actions: [], dataActions: [SIGN], notActions: [], notDataActions: [] }],
        roleName: 'Signer',
        type: 'CustomRole',
      },
    ])
    expect((await send(`GET ${path}`)).json).toEqual(made.json)
    expect((await put('Renamed')).status).toBe(201)
    const gone = await send(`DELETE ${path}`)
    expect([gone.status, gone.json.properties.roleName]).toEqual([200, 'Renamed'])
    expect((await send(`DELETE ${path}`)).json.error.code).toBe('RoleDefinitionNotFound')
  })

  it.each([
    [{ properties: { permissions: [] } }, 'as Python sends it without anything'],
    [
      {
        properties: {
          roleName: 'r',
          description: '',
          type: 'AKVBuiltInRole',
          permissions: [],
          assignableScopes: ['/'],
        },
      },
      'as JavaScript sends it; its type is ignored',
    ],
  ])('are created from %j: %s', async (json, _how) => {
    const { status, json: made } = await testRest().send(`PUT ${DEFINITIONS}/${guid(1)}`, { json })
    expect([status, made.properties.type]).toEqual([201, 'CustomRole'])
  })

  it.each([
    ['GET', 'does_not_exist', 404, 'RoleDefinitionNotFound', 'Requested role definition not found'],
    ['DELETE', guid(7), 404, 'RoleDefinitionNotFound', 'Requested role definition not found'],
    ['PUT', 'foo%20unique%20value', 400, 'BadParameter', 'Role definition name must be a GUID'],
    [
      'PUT',
      CRYPTO_USER,
      400,
      'BadParameter',
      'Cannot re-use the name/GUID matching that of a built-in role. Please use a unique role ID.',
    ],
    [
      'DELETE',
      CRYPTO_USER,
      400,
      'BadParameter',
      'Cannot re-use the name/GUID matching that of a built-in role. Please use a unique role ID.',
    ],
  ])('%s of %s is a %i', async (method, name, status, code, message) => {
    const json = method === 'PUT' ? { properties: { permissions: [] } } : undefined
    const got = await testRest().send(`${method} ${DEFINITIONS}/${name}`, { json })
    expect([got.status, got.json.error]).toEqual([
      status,
      { code, message: `${message} (Activity ID: ${got.headers.get('x-ms-request-id')})` },
    ])
  })

  it.each([
    ["roleName eq 'Managed HSM Crypto User'", 1],
    ["type eq 'CustomRole'", 0],
    ['atScopeAndBelow()', 9],
  ])('are filtered by %s', async (filter, count) => {
    const query = `api-version=7.4&%24filter=${encodeURIComponent(filter)}`
    const { json } = await testRest().send(`GET ${DEFINITIONS}?${query}`)
    expect(json.value).toHaveLength(count)
  })

  it.each([
    ['GET', '/secrets', undefined],
    ['PUT', '/keys', { properties: {} }],
    ['PUT', '', {}],
    ['PUT', '', { properties: { permissions: 'all' } }],
    ['PUT', '', { properties: { permissions: [{ dataActions: [1] }] } }],
    ['PUT', '', { properties: { roleName: 1 } }],
  ])('%s at %j of %j is a 400, and changes nothing', async (method, scope, json) => {
    const { hsm, send } = testRest()
    const before = exportState(hsm)
    const path = method === 'GET' ? DEFINITIONS : `${DEFINITIONS}/${guid(1)}`
    const { status, json: body } = await send(`${method} ${scope}${path}`, { json })
    expect([status, body.error.code]).toEqual([400, 'BadParameter'])
    expect(exportState(hsm)).toEqual(before)
  })

  it('are no routes of a vault', async () => {
    const { send } = testRest({ profile: 'vault-premium' })
    expect((await send(`GET ${DEFINITIONS}`)).status).toBe(404)
  })

  it('come with api-version 7.2, for a strict handler', async () => {
    const { send } = testRest({}, { strict: true })
    expect((await send(`GET ${DEFINITIONS}?api-version=7.1`)).status).toBe(404)
    expect((await send(`GET ${DEFINITIONS}?api-version=7.2`)).status).toBe(200)
  })
})

describe('role assignments', () => {
  const body = (principalId: string) => ({
    properties: { roleDefinitionId: `${DEFINITION_ID}${CRYPTO_USER}`, principalId },
  })

  it.each([
    ['', '/'],
    ['//keys', '/keys'],
    ['/keys/k1', '/keys/k1'],
    ['/keys%2Fk1', '/keys/k1'],
  ])('at the scope %j are created, listed at /, read and deleted', async (scope, stored) => {
    const { send } = testRest()
    const path = `${scope}${ASSIGNMENTS}/${guid(1)}`
    const made = await send(`PUT ${path}`, { json: body(ALICE) })
    expect([made.status, made.json]).toEqual([
      201,
      {
        id: `/providers/Microsoft.Authorization/roleAssignments/${guid(1)}`,
        name: guid(1),
        properties: {
          principalId: ALICE,
          roleDefinitionId: `${DEFINITION_ID}${CRYPTO_USER}`,
          scope: stored,
        },
        type: 'Microsoft.Authorization/roleAssignments',
      },
    ])
    expect((await send(`GET ${ASSIGNMENTS}`)).json).toEqual({ value: [made.json] })
    expect((await send(`GET ${path}`)).json).toEqual(made.json)
    const gone = await send(`DELETE ${path}`)
    expect([gone.status, gone.json]).toEqual([200, made.json])
    expect((await send(`GET ${path}`)).json.error.code).toBe('RoleAssignmentNotFound')
  })

  it('are filtered by atScope() and by principal', async () => {
    const { send, hsm } = testRest()
    const give = (number: number, scope: string) =>
      createRoleAssignment(hsm, {
        principalId: guid(number),
        roleDefinitionId: CRYPTO_USER,
        scope,
        name: guid(number),
      })
    for (const [index, scope] of ['/', '/keys', '/keys/a'].entries()) give(index, scope)
    const names = async (scope: string, filter: string) => {
      const query = `api-version=7.4&$filter=${encodeURIComponent(filter)}`
      const { json } = await send(`GET ${scope}${ASSIGNMENTS}?${query}`)
      return json.value.map(({ name }: { name: string }) => name)
    }
    expect(await names('', 'atScope()')).toEqual([guid(0)])
    expect(await names('/keys', 'atScope()')).toEqual([guid(0), guid(1)])
    expect(await names('/keys', `principalId eq '${guid(2)}'`)).toEqual([guid(2)])
    expect(await names('/keys/b', `principalId eq ${guid(2)}`)).toEqual([])
    const odd = await send(`GET ${ASSIGNMENTS}?api-version=7.4&$filter=name%20ne%201`)
    expect(odd.status).toBe(400)
  })

  it.each([
    ['mine', body(ALICE), 400, 'BadParameter'],
    [guid(1), { properties: { principalId: ALICE } }, 400, 'BadParameter'],
    [
      guid(1),
      { properties: { ...body(ALICE).properties, roleDefinitionId: guid(5) } },
      404,
      'RoleDefinitionNotFound',
    ],
    [guid(1), {}, 400, 'BadParameter'],
  ])('named %s from %j: %i', async (name, json, status, code) => {
    const got = await testRest().send(`PUT ${ASSIGNMENTS}/${name}`, { json })
    expect([got.status, got.json.error.code]).toEqual([status, code])
  })
})

/** A handler over an HSM with access control, and a sender for each caller. */
function guarded(options: HandlerOptions = {}): { hsm: Hsm; as: (claims: object) => Send } {
  const hsm = createHsm({ seed: 'roles', accessControl: { administrators: [ADMIN] } })
  const send = sender(createHandler(hsm, options), BASE_URL)
  return {
    hsm,
    as: (claims) => (target, sending) => send(target, { token: tokenOf(claims), ...sending }),
  }
}

const EC = { json: { kty: 'EC' } }

describe('a caller of a handler over an HSM with access control', () => {
  it('is the oid of its token: an administrator can use keys once it has a role for it', async () => {
    const { as } = guarded()
    const admin = as({ oid: ADMIN })
    const refused = await admin('POST /keys/orders/create', EC)
    expect([refused.status, refused.json.error]).toEqual([
      403,
      {
        code: 'AccessDenied',
        message: `Not authorized to access Microsoft.KeyVault/managedHsm/keys/create on /keys/orders (Activity ID: ${refused.headers.get('x-ms-request-id')})`,
      },
    ])
    const json = { properties: { roleDefinitionId: CRYPTO_USER, principalId: ADMIN } }
    expect((await admin(`PUT ${ASSIGNMENTS}/${guid(1)}`, { json })).status).toBe(201)
    expect((await admin('POST /keys/orders/create', EC)).status).toBe(200)
  })

  it('has the roles of its groups, and those of its subject if the token has no oid', async () => {
    const { hsm, as } = guarded()
    for (const principalId of ['signers', 'robot']) {
      createRoleAssignment(hsm, { principalId, roleDefinitionId: CRYPTO_USER })
    }
    expect((await as({ oid: ALICE })('GET /keys')).status).toBe(403)
    expect((await as({ oid: ALICE, groups: ['x', 'signers'] })('GET /keys')).status).toBe(200)
    expect((await as({ sub: 'robot' })('GET /keys')).status).toBe(200)
    expect((await as({ oid: ALICE, sub: 'robot' })('GET /keys')).status).toBe(403)
  })

  it('is nobody with a token that is no JWT, or whose oid cannot be one', async () => {
    const { as } = guarded()
    expect((await as({})('GET /keys', { token: 'any' })).status).toBe(403)
    for (const oid of [7, 'a b', 'a\nb', '', 'x'.repeat(129), null]) {
      expect((await as({ oid })('GET /keys')).status).toBe(403)
    }
  })

  it('is the caller of an authorizer that names no principals', async () => {
    const { as } = guarded({ authorize: () => ({ caller: ADMIN }) })
    expect((await as({})(`GET ${ASSIGNMENTS}`)).status).toBe(200)
    expect((await as({})('GET /keys')).status).toBe(403)
  })

  it('gets a 401 before a 403, and a 403 before anything else about the request', async () => {
    const { hsm, as } = guarded()
    const nobody = as({ oid: ALICE })
    const target = 'PUT /providers/Microsoft.Authorization/roleDefinitions/no-guid'
    expect((await nobody(target, { token: null })).status).toBe(401)
    for (const body of ['{', '[]', '{}', '']) {
      expect((await nobody(target, { body })).status).toBe(403)
      expect((await nobody('POST /keys/nobody/sign', { body })).status).toBe(403)
    }
    expect(readAudit(hsm).entries.map(({ outcome }) => outcome)).toEqual(
      Array(8).fill({ status: 403, code: 'AccessDenied' }),
    )
  })

  it('can verify without a right to read the key that the answer names', async () => {
    const { hsm, as } = guarded()
    createRoleAssignment(hsm, { principalId: ADMIN, roleDefinitionId: CRYPTO_USER })
    const admin = as({ oid: ADMIN })
    await admin('POST /keys/orders/create', EC)
    const dataActions = ['Microsoft.KeyVault/managedHsm/keys/verify/action']
    const json = { properties: { permissions: [{ dataActions }] } }
    await admin(`PUT ${DEFINITIONS}/${guid(1)}`, { json })
    createRoleAssignment(hsm, {
      principalId: ALICE,
      roleDefinitionId: guid(1),
      scope: '/keys/orders',
    })
    const digest = base64url(new Uint8Array(32))
    const value = base64url(new Uint8Array(64))
    const alice = as({ oid: ALICE })
    const verified = await alice('POST /keys/orders/verify', {
      json: { alg: 'ES256', digest, value },
    })
    expect([verified.status, verified.json.value]).toEqual([200, false])
    expect((await alice('GET /keys/orders')).status).toBe(403)
  })
})
