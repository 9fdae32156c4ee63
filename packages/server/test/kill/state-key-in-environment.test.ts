import { access, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startChild } from './child-server.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pocket-hsm-environment-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const key = (digits: string) => ({ env: { POCKET_HSM_STATE_KEY: digits } })

describe('a key of the state in the environment', () => {
  it('is on no disk, and opens the state again', async () => {
    const state = join(folder, 'state')
    for (const _ of ['made', 'opened']) {
      const server = startChild(key('5a'.repeat(32)), '--state', state)
      expect(await server.url).toMatch(/^http:/)
      expect(await server.stop()).toBe(0)
    }
    await expect(access(`${state}.key`)).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it('that is another one is refused', async () => {
    const server = startChild(key('5b'.repeat(32)), '--state', join(folder, 'state'))
    await expect(server.url).rejects.toThrow(/^error: The state in .* belongs to the key/)
  })

  it('that is no key is refused', async () => {
    const server = startChild(key('5b'), '--state', join(folder, 'state'))
    await expect(server.url).rejects.toThrow('POCKET_HSM_STATE_KEY must have 64 hexadecimal digits')
  })
})
