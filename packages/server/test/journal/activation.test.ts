/** Activation and the security domain of a server with a state. */

import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  backupKey,
  createDomainWrappingKey,
  createHsm,
  createKey,
  createSecurityDomainUpload,
  downloadSecurityDomain,
  toBase64url,
} from 'pocket-hsm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startServer } from '../../src/index.ts'
import { testServers } from '../test-server.ts'

const { start } = testServers()

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pocket-hsm-activation-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const KEYS = [1, 2, 3].map(() => createDomainWrappingKey())
const lost = createHsm()
createKey(lost, 'orders', { kty: 'oct-HSM' })
const backup = { value: toBase64url(backupKey(lost, 'orders')) }
const domain = downloadSecurityDomain(lost, {
  certificates: KEYS.map(({ certificate }) => certificate),
})

describe('a server that is started without activation', () => {
  it('survives a restart: not activated, then with the same exchange key, then with the domain', async () => {
    const state = join(folder, 'state')
    const serve = () => start({ http: true, state, activated: false })
    const first = await serve()
    expect((await first.send('GET /keys')).status).toBe(403)
    const { json } = await first.send('GET /securitydomain/upload')
    await first.close()

    const second = await serve()
    expect((await second.send('GET /keys')).status).toBe(403)
    const transferKey = JSON.parse(json.transfer_key)
    const value = createSecurityDomainUpload(domain, { keys: KEYS.slice(1), transferKey })
    expect((await second.send('POST /securitydomain/upload', { json: { value } })).status).toBe(202)
    await second.close()

    const third = await serve()
    expect((await third.send('GET /securitydomain/upload/pending')).json.status).toBe('Success')
    const restored = await third.send('POST /keys/restore', { json: backup })
    expect([restored.status, restored.json.key.kty]).toEqual([200, 'oct-HSM'])
    await third.close()
    expect((await readFile(state)).includes('hsm_backup')).toBe(false)
  })

  it('with a state that is activated, goes on with it', async () => {
    const state = join(folder, 'active')
    const before = await start({ http: true, state })
    await before.send('POST /keys/orders/create', { json: { kty: 'EC' } })
    await before.close()
    const after = await start({ http: true, state, activated: false })
    expect((await after.send('GET /keys/orders')).status).toBe(200)
  })

  it('is no vault', async () => {
    const starting = startServer({ http: true, activated: false, profile: 'vault-premium' })
    await expect(starting).rejects.toMatchObject({
      code: 'BadOption',
      message: expect.stringMatching(/^activated: a vault needs no activation/),
    })
  })
})
