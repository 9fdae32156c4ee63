/** Servers that end with their test, in a folder that goes with the file. */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach } from 'vitest'
import { type PocketServer, type ServerOptions, startServer } from '../src/index.ts'
import { type Received, type Sending, send } from './https-client.ts'

/** A server, and a way to ask it. */
export interface TestServer extends PocketServer {
  /** The authority's certificate. */
  readonly ca: string | undefined
  readonly send: (target: string, sending?: Sending) => Promise<Received>
}

/** Lets a test file start servers on free ports. */
export function testServers(): {
  readonly folder: string
  readonly start: (options?: ServerOptions) => Promise<TestServer>
} {
  const folder = mkdtempSync(join(tmpdir(), 'pocket-hsm-server-'))
  const running: PocketServer[] = []
  afterEach(async () => {
    await Promise.all(running.splice(0).map((server) => server.close()))
  })
  afterAll(() => rmSync(folder, { recursive: true }))
  const start = async (options: ServerOptions = {}) => {
    const server = await startServer({ port: 0, certificateFolder: folder, ...options })
    running.push(server)
    const ca = server.caFile === undefined ? undefined : readFileSync(server.caFile, 'utf8')
    const trust = ca === undefined ? {} : { ca }
    return {
      ...server,
      ca,
      send: (target: string, sending?: Sending) =>
        send(server.url, target, { ...trust, ...sending }),
    }
  }
  return { folder, start }
}
