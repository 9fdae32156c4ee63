/** Copies of states between files and PostgreSQL. */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { itOnPostgres } from '../../../postgres/test/support/on-postgres.ts'
import { startServer } from '../../src/index.ts'
import { copyState, isDatabase } from '../../src/startup/copy-state.ts'
import { createSharedDatabase } from '../postgres/shared-servers.ts'
import { runHere } from '../run-command.ts'

const folder = mkdtempSync(join(tmpdir(), 'pocket-hsm-copy-'))
afterAll(() => rmSync(folder, { recursive: true }))
const path = (name: string) => join(folder, name)
const warn = () => {}

async function ask(url: string, target: string, body?: object): Promise<Record<string, unknown>> {
  const response = await fetch(`${url}${target}?api-version=7.5`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: 'Bearer any', 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  return (await response.json()) as Record<string, unknown>
}

async function serving<Result>(
  options: Parameters<typeof startServer>[0],
  work: (url: string) => Promise<Result>,
): Promise<Result> {
  const server = await startServer({ port: 0, http: true, ...options })
  try {
    return await work(server.url)
  } finally {
    await server.close()
  }
}

describe('a copy of a state', () => {
  it.each([
    ['postgres:', true],
    ['postgres://hsm@db/hsm', true],
    ['postgresql://db', true],
    ['postgres', false],
    ['./postgres:/x', false],
  ])('takes %s for a database: %s', (place, expected) => {
    expect(isDatabase(place)).toBe(expected)
  })

  it.each([
    [['a.state', 'b.state'], 2, 'One of the two must be a state file and the other a database'],
    [['postgres:', 'postgres://db/hsm'], 2, 'One of the two must be a state file'],
    [[path('none.state'), 'postgres:'], 1, 'There is no state in'],
    [['postgres:', path('new.state')], 2, 'needs its key'],
    [['a.state'], 2, "missing required argument 'to'"],
  ])('is refused with the arguments %j', async (words, code, text) => {
    const ended = await runHere(['state', 'copy', ...words])
    expect(ended.code).toBe(code)
    expect(ended.stderr).toContain(text)
  })

  itOnPostgres('goes to PostgreSQL and back', async () => {
    const database = await createSharedDatabase()
    try {
      const names = ['contoso']
      const state = path('a.state')
      const made = await serving({ state, names, control: true }, async (url) => {
        await ask(url, '/keys/orders/create', { kty: 'RSA-HSM', key_size: 2048 })
        await ask(url, '/keys/orders/create', { kty: 'EC-HSM' })
        await ask(url, '/control/clock', { advanceSeconds: 86_400 })
        const { key } = await ask(url, '/keys/orders')
        return key as { readonly x: string }
      })
      const counts = await copyState({ from: state, to: database.url, warn })
      expect(counts).toEqual({ contoso: 1 })
      // What is there is not replaced.
      await expect(copyState({ from: state, to: database.url, warn })).rejects.toThrow(
        'already has an HSM contoso',
      )
      const stateKey = `${state}.key`
      const shown = await serving(
        { postgres: database.url, stateKey, control: true },
        async (url) => {
          const clock = await ask(url, '/control/clock')
          return { ...(await ask(url, '/keys/orders')), offset: clock['offsetSeconds'] }
        },
      )
      expect(shown).toMatchObject({ key: { x: made.x }, offset: 86_400 })
      const back = path('b.state')
      await copyState({ from: database.url, to: back, key: stateKey, warn })
      expect(readFileSync(back).length).toBeGreaterThan(1000)
      const again = await serving({ state: back, stateKey }, (url) => ask(url, '/keys/orders'))
      expect(again).toMatchObject({ key: { x: made.x } })
      await expect(
        copyState({ from: database.url, to: back, key: stateKey, warn }),
      ).rejects.toThrow('There is a state in')
      await expect(
        copyState({ from: database.url, to: path('c.state'), key: new Uint8Array(32), warn }),
      ).rejects.toThrow('another state key')
    } finally {
      await database.drop()
    }
  })
})
