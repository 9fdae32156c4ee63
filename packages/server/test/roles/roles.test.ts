/** Access control of a server: its options, its callers, and that roles survive the server. */

import { copyFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createHsm, createKey, getKey, readAudit } from 'pocket-hsm'
import { describe, expect, it } from 'vitest'
import { startServer } from '../../src/index.ts'
import { runHere } from '../run-command.ts'
import { type TestServer, testServers } from '../test-server.ts'

const { folder, start } = testServers()

const ADMIN = '64ec0ae0-93a8-4e1b-a4dc-2bb4e07b4d2a'
const ALICE = '2d9a5a39-0f3c-4d3f-8a44-5b0f4f6a7c11'
const CRYPTO_USER = '21dbd100-6940-42c2-9190-5d6cb909625b'
const ROLES = '/providers/Microsoft.Authorization'
const GUID = '00000000-0000-4000-8000-000000000001'

const base64url = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
const tokenOf = (claims: object) => `${base64url({})}.${base64url(claims)}.x`

const as = (server: TestServer, oid: string, target: string, json?: object) =>
  server.send(target, { token: tokenOf({ oid }), ...(json && { json }) })

const assign = (server: TestServer, principalId: string) =>
  as(server, ADMIN, `PUT ${ROLES}/roleAssignments/${GUID}`, {
    properties: { roleDefinitionId: CRYPTO_USER, principalId },
  })

describe('a server with --rbac', () => {
  const guarded = { http: true, rbac: true, administrators: [ADMIN] } as const

  it('lets an administrator give a role, and its owner use it', async () => {
    const server = await start(guarded)
    expect((await as(server, ALICE, 'POST /keys/a/create', { kty: 'EC' })).status).toBe(403)
    expect((await assign(server, ALICE)).status).toBe(201)
    expect((await as(server, ALICE, 'POST /keys/a/create', { kty: 'EC' })).status).toBe(200)
    expect((await as(server, ADMIN, 'GET /keys/a')).status).toBe(403)
  })

  it('stores roles with the keys: a copy of the file at any moment has what was answered', async () => {
    const state = join(folder, 'roles.state')
    const server = await start({ ...guarded, state })
    const roleName = 'Signer'
    const path = `${ROLES}/roleDefinitions/${GUID}`
    const json = { properties: { roleName, permissions: [] } }
    expect((await as(server, ADMIN, `PUT ${path}`, json)).status).toBe(201)
    expect((await assign(server, ALICE)).status).toBe(201)
    // As after a kill: nothing is written when the process ends.
    const copy = join(folder, 'copy.state')
    copyFileSync(state, copy)
    const later = await start({ http: true, state: copy, stateKey: `${state}.key` })
    expect((await as(later, ALICE, 'GET /keys')).status).toBe(200)
    expect((await as(later, ADMIN, 'GET /keys')).status).toBe(403)
    expect((await as(later, ADMIN, `GET ${path}`)).json.properties.roleName).toBe(roleName)
  })

  it('turns it on for a state without, once: later it has the roles of the state', async () => {
    const state = join(folder, 'later.state')
    const first = await start({ http: true, state })
    await as(first, ALICE, 'POST /keys/a/create', { kty: 'EC' })
    await first.close()
    const second = await start({ ...guarded, state })
    expect((await as(second, ALICE, 'GET /keys/a')).status).toBe(403)
    await assign(second, ALICE)
    await second.close()
    const third = await start({ ...guarded, state, administrators: [ALICE] })
    expect((await as(third, ALICE, 'GET /keys/a')).status).toBe(200)
    expect((await as(third, ALICE, `PUT ${ROLES}/roleAssignments/${GUID}`, {})).status).toBe(403)
  })
})

describe('the options', () => {
  it.each<[object, RegExp]>([
    [{ rbac: true }, /rbac needs administrators/],
    [{ administrators: [ADMIN] }, /only with rbac/],
    [
      { rbac: true, administrators: [ADMIN], profile: 'vault-premium' },
      /vault-premium has no local/,
    ],
    [{ rbac: true, administrators: [ADMIN], auth: 'none' }, /auth none/],
    [{ rbac: true, administrators: ['no id'] }, /administrators must be an object id/],
    [{ rbac: 'yes' }, /rbac/],
  ])('%j are refused', async (options, message) => {
    await expect(startServer({ port: 0, http: true, ...options } as object)).rejects.toMatchObject({
      code: 'BadOption',
      message: expect.stringMatching(message),
    })
  })
})

describe('pocket-hsm roles suggest', () => {
  const hsm = createHsm()
  createKey(hsm, 'orders', { kty: 'EC' })
  getKey(hsm, 'orders')
  const file = join(folder, 'audit.json')

  it('prints roles and the commands for them from a file', async () => {
    writeFileSync(file, JSON.stringify(readAudit(hsm)))
    const { code, stdout } = await runHere([
      'roles',
      'suggest',
      '--file',
      file,
      '--role-name',
      'App',
    ])
    expect(code).toBe(0)
    expect(stdout.split('\n')).toEqual([
      'At /keys/orders:',
      '  Microsoft.KeyVault/managedHsm/keys/read/action',
      '  Microsoft.KeyVault/managedHsm/keys/create',
      'Smallest built-in role: Managed HSM Crypto User (17 other data actions)',
      '  az keyvault role assignment create --hsm-name HSM --assignee OBJECT_ID --scope /keys/orders --role "Managed HSM Crypto User"',
      'Custom role with these alone:',
      `  az keyvault role definition create --hsm-name HSM --role-definition '{"roleName":"App","description":"What the recorded calls need, and nothing else.","actions":[],"notActions":[],"dataActions":["Microsoft.KeyVault/managedHsm/keys/read/action","Microsoft.KeyVault/managedHsm/keys/create"],"notDataActions":[]}'`,
      '  az keyvault role assignment create --hsm-name HSM --assignee OBJECT_ID --scope /keys/orders --role "App"',
      '',
    ])
  })

  it('reads the trail of a running server, and filters it', async () => {
    const server = await start({ http: true, control: true })
    await as(server, ALICE, 'POST /keys/a/create', { kty: 'EC' })
    await as(server, ADMIN, 'GET /keys')
    const suggest = (...words: readonly string[]) =>
      runHere(['roles', 'suggest', '--server', server.url, '--json', ...words])
    const all = JSON.parse((await suggest()).stdout)
    expect(all.map(({ scopes }: { scopes: unknown }) => scopes)).toEqual([['/keys/a'], ['/keys']])
    const ofAlice = JSON.parse((await suggest('--caller', ALICE)).stdout)
    expect(ofAlice.map(({ scopes }: { scopes: unknown }) => scopes)).toEqual([['/keys/a']])
    expect((await suggest('--outcome', 'refused')).stdout).toBe('[]\n')
  })

  it('says that no calls need no role', async () => {
    writeFileSync(file, '[]')
    expect((await runHere(['roles', 'suggest', '--file', file])).stdout).toMatch(/^No calls were/)
  })

  it.each([
    ['{}', /not an audit trail/],
    ['{', /not an audit trail/],
    ['[{"operation":"dance"}]', /not an audit trail/],
    ['null', /not an audit trail/],
  ])('refuses a file with %s', async (text, message) => {
    writeFileSync(file, text)
    const { code, stderr } = await runHere(['roles', 'suggest', '--file', file])
    expect(code).toBe(2)
    expect(stderr).toMatch(message)
  })

  it('refuses a file that is not there', async () => {
    const { code, stderr } = await runHere(['roles', 'suggest', '--file', join(folder, 'none')])
    expect([code, /cannot be read: ENOENT/.test(stderr)]).toEqual([2, true])
  })
})
