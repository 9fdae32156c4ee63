/** Access control of jobs: who may start them, and who may ask how far they are. */

import { createDomainWrappingKey } from 'pocket-hsm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Received } from '../https-client.ts'
import { type BlobStorage, startStorage } from '../kill/backup-slot.ts'
import { type TestServer, testServers } from '../test-server.ts'

const { start } = testServers()

const ADMIN = '64ec0ae0-93a8-4e1b-a4dc-2bb4e07b4d2a'
const OPERATOR = '2d9a5a39-0f3c-4d3f-8a44-5b0f4f6a7c11'
const BACKUP_USER = '7b127d3c-77bd-4e3e-bbe0-dbb8971fa7f8'
const CUSTOM = '0f8e14c2-6c1b-4d6f-9a55-2f3f8c1c9a10'
const ROLES = '/providers/Microsoft.Authorization'
const PREFIX = 'Microsoft.KeyVault/managedHsm/'

let storage: BlobStorage
beforeAll(async () => {
  storage = await startStorage(() => 0)
})
afterAll(() => storage.close())

const base64url = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
const tokenOf = (oid: string) => `${base64url({})}.${base64url({ oid })}.x`

/** A server with access control, and requests by an object id or by nobody. */
async function guarded() {
  const server = await start({ http: true, rbac: true, administrators: [ADMIN] })
  const as = (oid: string | null, target: string, json?: object) =>
    server.send(target, { token: oid && tokenOf(oid), ...(json && { json }) })
  const assign = async (roleDefinitionId: string) => {
    const json = { properties: { roleDefinitionId, principalId: OPERATOR } }
    const { status } = await as(ADMIN, `PUT ${ROLES}/roleAssignments/${CUSTOM}`, json)
    expect(status).toBe(201)
  }
  /** Gives the operator a role of these data actions and no others. */
  const allow = async (...actions: readonly string[]) => {
    const permissions = [{ dataActions: actions.map((action) => PREFIX + action) }]
    const json = { properties: { roleName: 'Of a test', permissions } }
    expect((await as(ADMIN, `PUT ${ROLES}/roleDefinitions/${CUSTOM}`, json)).status).toBe(201)
    await assign(CUSTOM)
  }
  return { server, as, assign, allow }
}

const to = () => ({ storageResourceUri: storage.container, token: 'sig=any' })

const from = (folder: string) => ({ sasTokenParameters: to(), folderToRestore: folder })

/** Polls a job, as an object id or without a token, until it has ended. */
async function ended(
  server: TestServer,
  { headers }: Received,
  token: string | null,
): Promise<Received> {
  const { pathname } = new URL(String(headers['azure-asyncoperation']))
  for (;;) {
    const polled = await server.send(`GET ${pathname}`, { token })
    if (polled.json?.status !== 'InProgress') return polled
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

describe('polling with --rbac', () => {
  it('needs no token for a backup and a restore, whose starts need one', async () => {
    const { server, as } = await guarded()
    for (const [target, json] of [
      ['POST /backup', to()],
      ['PUT /prerestore', from('mhsm-nobody')],
    ] as const) {
      expect((await as(null, target, json)).status).toBe(401)
      const started = await as(ADMIN, target, json)
      expect(started.status).toBe(202)
      expect((await ended(server, started, null)).status).toBe(200)
    }
  })

  it('needs no token for the security domain, whose download and upload need one', async () => {
    const { as } = await guarded()
    const certificates = [1, 2, 3].map(() => ({
      x5c: [createDomainWrappingKey().certificate.replace(/-----[^-]+-----|\n/g, '')],
    }))
    const json = { certificates, required: 2 }
    expect((await as(null, 'POST /securitydomain/download', json)).status).toBe(401)
    expect((await as(OPERATOR, 'POST /securitydomain/download', json)).status).toBe(403)
    expect((await as(ADMIN, 'POST /securitydomain/download', json)).status).toBe(202)
    expect((await as(null, 'POST /securitydomain/upload', { value: '{}' })).status).toBe(401)
    const pending = (kind: string) => as(null, `GET /securitydomain/${kind}/pending`)
    expect((await pending('download')).json.status).toBe('Success')
    expect((await pending('upload')).status).toBe(200)
  })

  it('without a token is of a job that is known by its id alone', async () => {
    const { as } = await guarded()
    const { status, json } = await as(null, `GET /backup/${'0'.repeat(32)}/pending`)
    expect([status, json.error.code]).toEqual([404, 'JobNotFound'])
  })
})

describe('a backup with --rbac', () => {
  it.each([
    ['the role Managed HSM Backup User', BACKUP_USER],
    ['a custom role with the two data actions of backups', CUSTOM],
  ])('needs no more than %s, which allows no restore and no use of keys', async (_, role) => {
    const { server, as, assign, allow } = await guarded()
    const token = tokenOf(OPERATOR)
    expect((await as(OPERATOR, 'POST /backup', to())).status).toBe(403)
    await (role === CUSTOM ? allow('backup/start/action', 'backup/status/action') : assign(role))
    for (const target of ['POST /prebackup', 'POST /backup']) {
      const started = await as(OPERATOR, target, to())
      expect(started.status).toBe(202)
      expect((await ended(server, started, token)).json.status).toBe('Succeeded')
    }
    for (const [target, json] of [
      ['PUT /restore', from('mhsm-1')],
      ['PUT /prerestore', from('mhsm-1')],
      ['PUT /keys/orders/restore', { sasTokenParameters: to(), folder: 'mhsm-1' }],
      ['POST /keys/orders/create', { kty: 'EC' }],
      ['GET /keys'],
      ['GET /settings'],
      ['POST /securitydomain/download', {}],
    ] as const) {
      const { status, json: body } = await as(OPERATOR, target, json)
      expect([target, status, body.error.code]).toEqual([target, 403, 'AccessDenied'])
    }
  })

  it('is not started with the right to its status alone, which is enough to poll that of another caller', async () => {
    const { server, as, allow } = await guarded()
    await allow('backup/status/action')
    const refused = await as(OPERATOR, 'POST /backup', to())
    expect([refused.status, refused.json.error.code]).toEqual([403, 'AccessDenied'])
    expect(refused.json.error.message).toContain(`${PREFIX}backup/start/action`)
    const byAdmin = await as(ADMIN, 'POST /backup', to())
    expect((await ended(server, byAdmin, tokenOf(OPERATOR))).json.status).toBe('Succeeded')
  })

  it('is started with the right to its start alone, but a token with that right cannot poll', async () => {
    const { server, as, allow } = await guarded()
    await allow('backup/start/action')
    const started = await as(OPERATOR, 'POST /backup', to())
    expect(started.status).toBe(202)
    const polled = await ended(server, started, tokenOf(OPERATOR))
    expect([polled.status, polled.json.error?.code]).toEqual([403, 'AccessDenied'])
    expect((await ended(server, started, null)).json.status).toBe('Succeeded')
  })
})
