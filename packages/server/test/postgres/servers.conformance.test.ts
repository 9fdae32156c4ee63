/** The conformance suite against two servers on one PostgreSQL, each request to the next of them. */

import { randomUUID } from 'node:crypto'
import { readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as sdk from '@azure/keyvault-keys'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { describeConformance } from '../../../hsm/test/conformance/suite.ts'
import { describeOnPostgres, POSTGRES } from '../../../postgres/test/support/on-postgres.ts'
import { send } from '../https-client.ts'
import { byFetch, bySdk, subjectBy } from '../https-subject.ts'
import { createSharedDatabase, type SharedDatabase, startSharedServers } from './shared-servers.ts'

/** The first server makes it. */
const folder = join(tmpdir(), `pocket-hsm-shared-${randomUUID()}`)
let database: SharedDatabase
beforeAll(async () => {
  if (POSTGRES !== undefined) database = await createSharedDatabase()
})
afterAll(async () => {
  await database?.drop()
  rmSync(folder, { recursive: true, force: true })
})

/** Each test has servers of its own, which takes a while: everything with SLOW=1. */
const SLOW = process.env['SLOW'] === '1'
const PROFILES = SLOW ? (['managed-hsm', 'vault-premium'] as const) : (['managed-hsm'] as const)

describeOnPostgres('two servers on one PostgreSQL', () => {
  const start: Parameters<typeof subjectBy>[2] = (options) => startSharedServers(database, options)

  for (const profile of PROFILES) {
    describeConformance('by fetch', profile, subjectBy(byFetch, folder, start))
    if (!SLOW) continue
    describeConformance('by the SDK', profile, subjectBy(bySdk(sdk), folder, start))
  }

  it('take turns', async () => {
    const servers = await startSharedServers(database, { certificateFolder: folder })
    try {
      const ca = readFileSync(servers.caFile ?? '')
      const create = await send(servers.url, 'POST /keys/k/create', { ca, json: { kty: 'EC-HSM' } })
      expect(create.status).toBe(200)
      for (let count = 0; count < 4; count += 1) {
        expect((await send(servers.url, 'GET /keys/k', { ca })).json.key).toEqual(create.json.key)
      }
      expect(servers.counts).toEqual([3, 2])
    } finally {
      await servers.close()
    }
  })
})
