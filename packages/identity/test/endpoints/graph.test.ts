/** What az asks Microsoft Graph: who has a name, and whose an object id is. */

import { describe, expect, it } from 'vitest'
import {
  createIdentityHandler,
  type IdentityHandler,
  type IdentityOptions,
  objectIdOf,
} from '../../src/index.ts'
import { APPLICATION, answer, CLIENT, get, getImds, postForm } from '../support/requests.ts'

const ALICE = 'alice@contoso.com'
const GROUP = '33333333-3333-4333-8333-333333333333'
const STRANGER = '99999999-9999-4999-8999-999999999999'
const GRAPH = 'https://localhost:8443/v1.0'

const TABLES: IdentityOptions = {
  seed: 'graph',
  users: [{ name: ALICE, groups: [GROUP] }, { name: "o'hara@contoso.com" }],
  applications: [{ clientId: CLIENT, objectId: '55555555-5555-4555-8555-555555555555' }],
}

async function authorized(identity: IdentityHandler): Promise<Record<string, string>> {
  const { body } = await postForm(identity, APPLICATION)
  return { authorization: `Bearer ${body['access_token']}` }
}

async function list(identity: IdentityHandler, path: string, filter?: string) {
  const query = filter === undefined ? '' : `?$filter=${encodeURIComponent(filter)}`
  const { status, body } = await get(identity, GRAPH + path + query, await authorized(identity))
  return { status, body, value: body['value'] as readonly Record<string, unknown>[] }
}

const userFilter = (name: string) => `userPrincipalName eq '${name}'`
const applicationFilter = (name: string) => `servicePrincipalNames/any(c:c eq '${name}')`

async function getByIds(
  identity: IdentityHandler,
  body: unknown,
  headers?: Record<string, string>,
) {
  const request = new Request(`${GRAPH}/directoryObjects/getByIds`, {
    method: 'POST',
    headers: headers ?? (await authorized(identity)),
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  return answer(identity, request)
}

const alice = {
  '@odata.type': '#microsoft.graph.user',
  id: objectIdOf(ALICE),
  displayName: ALICE,
  userPrincipalName: ALICE,
}
const application = {
  '@odata.type': '#microsoft.graph.servicePrincipal',
  id: '55555555-5555-4555-8555-555555555555',
  displayName: CLIENT,
  appId: CLIENT,
  servicePrincipalNames: [CLIENT],
}

describe('with tables', () => {
  const identity = createIdentityHandler(TABLES)

  it('a user is found by name, in either case, and nobody else is', async () => {
    const { status, body, value } = await list(identity, '/users', userFilter('Alice@Contoso.com'))
    expect([status, body['@odata.context'], value]).toEqual([
      200,
      `${GRAPH}/$metadata#users`,
      [alice],
    ])
    expect((await list(identity, '/users', userFilter('bob@contoso.com'))).value).toEqual([])
    expect((await list(identity, '/users', userFilter("o''hara@contoso.com"))).value).toHaveLength(
      1,
    )
  })

  it('an application is found by its client id, and nothing else is', async () => {
    const found = await list(identity, '/servicePrincipals', applicationFilter(CLIENT))
    expect(found.value).toEqual([application])
    const none = await list(identity, '/servicePrincipals', applicationFilter(STRANGER))
    expect(none.value).toEqual([])
  })

  it('object ids of users, applications and groups have their names, and others are left out', async () => {
    const ids = [GROUP, alice.id, application.id.toUpperCase(), STRANGER, alice.id]
    const { body } = await getByIds(identity, { ids, types: ['user'] })
    expect(body['value']).toEqual([
      { '@odata.type': '#microsoft.graph.group', id: GROUP, displayName: GROUP },
      alice,
      application,
    ])
  })

  it('are listed without a filter', async () => {
    expect((await list(identity, '/users')).value).toHaveLength(2)
    expect((await list(identity, '/servicePrincipals')).value).toEqual([application])
  })
})

describe('without tables', () => {
  it('every name is a user, and who was seen has a name', async () => {
    const identity = createIdentityHandler({ seed: 'graph' })
    expect((await list(identity, '/users', userFilter(ALICE))).value).toEqual([alice])
    const { body } = await getByIds(identity, { ids: [alice.id, objectIdOf(CLIENT)] })
    expect(body['value']).toEqual([alice, { ...application, id: objectIdOf(CLIENT) }])
    const found = await list(identity, '/servicePrincipals', applicationFilter(CLIENT))
    expect(found.value).toMatchObject([{ id: objectIdOf(CLIENT) }])
    expect((await list(identity, '/users', userFilter('no-name'))).value).toEqual([])
  })

  it('a managed identity has a name once it was seen', async () => {
    const identity = createIdentityHandler({ seed: 'graph' })
    await getImds(identity, { 'api-version': '2018-02-01', resource: 'a', client_id: STRANGER })
    const found = await list(identity, '/servicePrincipals', applicationFilter(STRANGER))
    expect(found.value).toMatchObject([{ id: objectIdOf(STRANGER) }])
  })

  it('an object id that was not seen is an application’s', async () => {
    const { body } = await getByIds(createIdentityHandler({ seed: 'graph' }), { ids: [STRANGER] })
    expect(body['value']).toMatchObject([{ id: STRANGER, displayName: STRANGER }])
  })

  it('a thousand are remembered, the latest', async () => {
    const identity = createIdentityHandler({ seed: 'graph' })
    const headers = await authorized(identity)
    for (let i = 0; i < 1002; i++) {
      const filter = encodeURIComponent(userFilter(`user-${i}@contoso.com`))
      await get(identity, `${GRAPH}/users?$filter=${filter}`, headers)
    }
    const { body } = await get(identity, `${GRAPH}/users`, headers)
    const names = (body['value'] as { displayName: string }[]).map((each) => each.displayName)
    expect([names.length, names[0]]).toEqual([1000, 'user-2@contoso.com'])
  })
})

describe('a request is refused', () => {
  const identity = createIdentityHandler(TABLES)

  it.each([
    ['no token', {}],
    ['what is no token', { authorization: 'Bearer any' }],
  ])('with %s', async (_, headers) => {
    for (const path of ['/users', '/servicePrincipals']) {
      const { status, body } = await get(identity, GRAPH + path, headers)
      expect([status, body]).toMatchObject([401, { error: { code: 'InvalidAuthenticationToken' } }])
    }
    expect((await getByIds(identity, { ids: [] }, headers)).status).toBe(401)
  })

  it.each(["startsWith(displayName,'a')", "userPrincipalName eq 'a' or true", ''])(
    'with the filter %j',
    async (filter) => {
      const { status, body } = await list(identity, '/users', filter)
      expect([status, body]).toMatchObject([400, { error: { code: 'Request_UnsupportedQuery' } }])
    },
  )

  it.each([
    ['that is no JSON', '{'],
    ['that is null', 'null'],
    ['without ids', {}],
    ['with an id that is no GUID', { ids: ['a'] }],
    ['with too many ids', { ids: Array.from({ length: 1001 }, () => STRANGER) }],
  ])('with a body %s', async (_, body) => {
    const got = await getByIds(identity, body)
    expect([got.status, got.body]).toMatchObject([400, { error: { code: 'Request_BadRequest' } }])
  })
})
