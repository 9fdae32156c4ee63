import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startChild } from './child-server.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pocket-hsm-full-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const HEADERS = { authorization: 'Bearer any', 'content-type': 'application/json' }

async function createKey(url: string, name: string): Promise<number> {
  const response = await fetch(`${url}/keys/${name}/create?api-version=7.6`, {
    method: 'POST',
    headers: HEADERS,
    body: JSON.stringify({ kty: 'oct-HSM', tags: { filler: 'x'.repeat(256) } }),
  })
  await response.text()
  return response.status
}

async function read(url: string, path: string): Promise<Response> {
  return fetch(`${url}${path}?api-version=7.6`, { headers: HEADERS })
}

// No file of the process may grow beyond so many KiB: a write beyond fails, as on a full disk.
describe.skipIf(process.platform === 'win32')('a server that can write no more', () => {
  it('refuses what it cannot write and everything after it, and has the rest after a restart', async () => {
    const state = join(folder, 'state')
    const small = startChild({ fileKibibytes: 24 }, '--state', state)
    const url = await small.url
    const kept: string[] = []
    let status = 200
    for (let index = 0; status === 200 && index < 200; index += 1) {
      status = await createKey(url, `key-${index}`)
      if (status === 200) kept.push(`key-${index}`)
    }
    expect(status).toBe(500)
    expect(kept.length).toBeGreaterThan(5)
    // The HSM in memory has the key that was refused: nobody is shown it.
    expect((await read(url, `/keys/key-${kept.length}`)).status).toBe(500)
    expect((await read(url, '/keys/key-0')).status).toBe(500)
    expect(small.said()).toMatch(
      /warning: The state cannot be written to .*Every request gets a 500/,
    )
    await small.kill()

    const after = startChild({}, '--state', state)
    for (const name of kept) expect((await read(await after.url, `/keys/${name}`)).status).toBe(200)
    expect((await read(await after.url, `/keys/key-${kept.length}`)).status).toBe(404)
    expect(await after.stop()).toBe(0)
  })
})
