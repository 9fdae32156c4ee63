/** The conformance suite on two servers with one database, which get the connections of a client in turns. */

import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { type AddressInfo, connect, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as sdk from '@azure/keyvault-keys'
import { afterAll, beforeAll, describe } from 'vitest'
import { describeConformance } from '../../../hsm/test/conformance/suite.ts'
import { type PocketServer, startServer } from '../../src/index.ts'
import { byFetchInTurns, bySdk, subjectBy } from '../https-subject.ts'
import { ADDRESS, createTestDatabase, freezeClock, LEFT_OUT } from './test-postgres.ts'

describe.skipIf(ADDRESS === undefined)(
  `two servers on PostgreSQL${ADDRESS === undefined ? ` (${LEFT_OUT})` : ''}`,
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'pocket-hsm-postgres-'))
    let database: Awaited<ReturnType<typeof createTestDatabase>>
    let hsms = 0
    beforeAll(async () => {
      database = await createTestDatabase()
      await freezeClock(database.url)
    })
    afterAll(async () => {
      await database.drop()
      rmSync(folder, { recursive: true })
    })

    /** Starts two servers of a new HSM behind one port. */
    const startTwo: typeof startServer = async (options) => {
      hsms += 1
      const both = { ...options, names: [`hsm-${hsms}`], ...storedIn(database.url) }
      const servers = [await startServer(both), await startServer(both)] as const
      const proxy = await startRoundRobin(servers)
      const { port } = proxy.address() as AddressInfo
      return {
        ...servers[0],
        url: `https://127.0.0.1:${port}`,
        close: async () => {
          await Promise.all(servers.map((server) => server.close()))
          proxy.close()
        },
      }
    }

    for (const profile of ['managed-hsm', 'vault-premium'] as const) {
      describeConformance('by fetch', profile, subjectBy(byFetchInTurns, folder, startTwo))
      describeConformance('by the SDK', profile, subjectBy(bySdk(sdk), folder, startTwo))
    }
  },
)

const storedIn = (postgres: string) => ({ postgres, stateKey: new Uint8Array(32).fill(7) })

/** Each connection goes to the next server. */
async function startRoundRobin(servers: readonly PocketServer[]): Promise<Server> {
  let connections = 0
  const proxy = createServer((near) => {
    const server = servers[connections % servers.length] as PocketServer
    connections += 1
    const far = connect(Number(new URL(server.url).port), '127.0.0.1')
    near.pipe(far).pipe(near)
    near.on('error', () => far.destroy())
    far.on('error', () => near.destroy())
  })
  await once(proxy.listen(0, '127.0.0.1'), 'listening')
  return proxy
}
