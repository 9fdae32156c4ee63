/** The audit log of a server. */

import { mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { ServerOptions } from '../../src/index.ts'
import { send } from '../https-client.ts'
import { testServers } from '../test-server.ts'

const { start, folder } = testServers()

let count = 0
async function logged(options: ServerOptions = {}) {
  count += 1
  const place = join(folder, `audit-${count}`)
  mkdirSync(place)
  const auditLog = join(place, 'audit.jsonl')
  const warnings: string[] = []
  const server = await start({
    http: true,
    names: ['contoso'],
    opsPort: 0,
    warn: (text) => warnings.push(text),
    ...options,
    auditLog,
  })
  return {
    ...server,
    place,
    auditLog,
    warnings,
    ready: () => send(String(server.opsUrl), 'GET /readyz', { token: null }),
    /** Closes the server, which writes what waits. */
    records: async () => {
      await server.close()
      const text = readFileSync(auditLog, 'utf8')
      expect(text.endsWith('\n')).toBe(true)
      return text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line))
    },
  }
}

describe('the audit log', () => {
  it('has a line for each request with a token, with the address of the client', async () => {
    const { send: ask, records } = await logged()
    await ask('GET /keys', { token: null })
    await ask('POST /keys/orders/create', { json: { kty: 'EC-HSM' } })
    await ask('GET /keys/nobody')
    const all = await records()
    expect(all).toMatchObject([
      { operationName: 'KeyCreate', httpStatusCode: 200, resultType: 'Success' },
      { operationName: 'KeyGet', httpStatusCode: 404, resultType: 'Failure' },
    ])
    expect(all[0]).toMatchObject({
      category: 'AuditEvent',
      callerIpAddress: '127.0.0.1',
      resource: 'contoso',
      requestUri: expect.stringMatching(/\/keys\/orders\/create$/),
    })
  })

  it('names the tenant of the stand-in, and the application of its token', async () => {
    const server = await logged({ identity: true })
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: '11111111-1111-4111-8111-111111111111',
      client_secret: 'any',
      scope: 'https://managedhsm.azure.net/.default',
    })
    const response = await fetch(`${server.url}/adfs/oauth2/token`, { method: 'POST', body: form })
    const { access_token: token } = (await response.json()) as { access_token: string }
    expect((await server.send('GET /keys', { token })).status).toBe(200)
    expect((await server.send('GET /keys', { token: 'wrong' })).status).toBe(401)
    const records = await server.records()
    expect(records).toHaveLength(1)
    expect(records[0].TenantId).toMatch(/^[0-9a-f-]{36}$/)
    expect(JSON.parse(records[0].identity).claim.appid).toBe('11111111-1111-4111-8111-111111111111')
  })

  it('goes on in a new file after the old one was renamed', async () => {
    const { send: ask, auditLog, ready, records } = await logged()
    await ask('GET /keys')
    await ready()
    renameSync(auditLog, `${auditLog}.1`)
    await ask('GET /deletedkeys')
    expect(await records()).toMatchObject([{ operationName: 'KeyListDeleted' }])
    expect(JSON.parse(readFileSync(`${auditLog}.1`, 'utf8')).operationName).toBe('KeyList')
  })

  it('that cannot be written shows in /readyz without its path, and keys are served on', async () => {
    const { send: ask, place, ready, warnings, records } = await logged()
    expect((await ready()).json.checks).toMatchObject({ auditLog: 'ok' })
    rmSync(place, { recursive: true })
    expect((await ask('GET /keys')).status).toBe(200)
    const { status, json, text } = await ready()
    expect([status, json.checks.auditLog]).toEqual([503, 'the audit log could not be written'])
    expect(text).not.toContain(place)
    expect(warnings).toEqual([expect.stringMatching(/^The audit log cannot be written: ENOENT/)])
    mkdirSync(place)
    expect((await ready()).status).toBe(200)
    expect(await records()).toMatchObject([{ operationName: 'KeyList' }])
  })

  it('has no line that a client can break', async () => {
    const { send: ask, records } = await logged()
    await ask('GET /keys', { headers: { 'user-agent': 'a\u0085b' } })
    expect(await records()).toHaveLength(1)
  })

  it.each([
    [{ auditLog: '' }, /auditLog must be the name of a file/],
    [{ auditLog: 1 }, /auditLog/],
    [{ auditLog: join(folder, 'x'), state: join(folder, 'x') }, /another file than state/],
    [{ auditLog: join(folder, 'no', 'where') }, /cannot be written: ENOENT/],
    [{ auditlog: 'x' }, /"auditLog"/],
  ])('of %j is an error at the start', async (options, text) => {
    await expect(start({ http: true, ...(options as ServerOptions) })).rejects.toThrow(text)
  })
})
