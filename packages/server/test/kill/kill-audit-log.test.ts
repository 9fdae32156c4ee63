import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startChild } from './child-server.ts'

const ROUNDS = process.env['SLOW'] === '1' ? 200 : 6
const CLIENTS = 4

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pocket-hsm-kill-audit-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const headers = { authorization: 'Bearer any', 'content-type': 'application/json' }

/** Creates keys of names that nobody has used, until the server is gone. */
async function createUntilGone(url: string, prefix: string): Promise<void> {
  for (let index = 0; ; index += 1) {
    const request = fetch(`${url}/keys/${prefix}-${index}/create?api-version=7.6`, {
      method: 'POST',
      headers,
      body: '{"kty":"oct-HSM"}',
    })
    const isThere = await request.then((response) => response.text()).catch(() => undefined)
    if (isThere === undefined) return
  }
}

/** The names in the records of creations that succeeded; a line that a kill has cut off does not count. */
function recordedNames(auditLog: string): readonly string[] {
  if (!existsSync(auditLog)) return []
  return readFileSync(auditLog, 'utf8')
    .split('\n')
    .flatMap((line) => {
      if (!line.endsWith('}')) return []
      const { httpStatusCode, requestUri } = JSON.parse(line)
      const [, name] = /\/keys\/([^/]+)\/create$/.exec(requestUri) ?? []
      return httpStatusCode === 200 && name !== undefined ? [name] : []
    })
}

describe(`a server that is killed ${ROUNDS} times while it records requests`, () => {
  it('has every change that its audit log has', async () => {
    const state = join(folder, 'hsm.state')
    const auditLog = join(folder, 'audit.jsonl')
    let recorded = 0
    for (let round = 0; round < ROUNDS; round += 1) {
      const server = startChild({}, '--state', state, '--audit-log', auditLog)
      const url = await server.url
      const clients = Array.from({ length: CLIENTS }, (_, client) =>
        createUntilGone(url, `round-${round}-${client}`),
      )
      await setTimeout(200 + Math.random() * 400)
      await server.kill()
      await Promise.all(clients)

      const after = startChild({}, '--state', state)
      for (const name of recordedNames(auditLog)) {
        recorded += 1
        const { status } = await fetch(`${await after.url}/keys/${name}?api-version=7.6`, {
          headers,
        })
        expect(status, name).toBe(200)
      }
      expect(await after.stop()).toBe(0)
    }
    expect(recorded).toBeGreaterThan(0)
  }, 3_600_000)
})
