/** A server with a state: what is restored, what is refused, and that nothing is lost in silence. */

import {
  access,
  chmod,
  link,
  lstat,
  mkdtemp,
  readFile,
  rm,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ServerOptions } from '../../src/index.ts'
import { type TestServer, testServers } from '../test-server.ts'

const { start } = testServers()

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pocket-hsm-state-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

let states = 0
const newState = () => {
  states += 1
  return join(folder, `state-${states}`)
}

const serve = (state: string, options: ServerOptions = {}) =>
  start({ http: true, state, ...options })

const EC_KEY = { json: { kty: 'EC-HSM' } }

/** The path of a kid: its address differs from server to server. */
const pathOf = (kid: string) => new URL(kid).pathname

/** Makes a state with a key, and returns its path. */
async function stateWithKey(options: ServerOptions = {}): Promise<string> {
  const state = newState()
  const server = await serve(state, options)
  await server.send('POST /keys/orders/create', EC_KEY)
  await server.close()
  return state
}

/** The number of keys of a server: one for each write that these tests lose or keep. */
async function keysOf(server: TestServer): Promise<number> {
  return (await server.send('GET /keys')).json.value.length
}

describe('what is restored', () => {
  it('is every key with its versions, tags and material', async () => {
    const state = newState()
    const before = await serve(state)
    const { json: made } = await before.send('POST /keys/orders/create', EC_KEY)
    const value = Buffer.alloc(32, 1).toString('base64url')
    const signed = await before.send('POST /keys/orders/sign', { json: { alg: 'ES256', value } })
    await before.close()
    const after = await serve(state)
    const { json: found } = await after.send('GET /keys/orders')
    expect(pathOf(found.key.kid)).toBe(pathOf(made.key.kid))
    expect(found.attributes).toEqual(made.attributes)
    const verified = await after.send('POST /keys/orders/verify', {
      json: { alg: 'ES256', digest: value, value: signed.json.value },
    })
    expect(verified.json.value).toBe(true)
  })

  it('is a deleted key too, which can be recovered', async () => {
    const state = await stateWithKey()
    const before = await serve(state)
    await before.send('DELETE /keys/orders')
    await before.close()
    const after = await serve(state)
    expect((await after.send('GET /keys/orders')).status).toBe(404)
    expect((await after.send('POST /deletedkeys/orders/recover', { json: {} })).status).toBe(200)
  })

  it('is each of several HSMs, without naming them again', async () => {
    const state = newState()
    const names = ['contoso', 'fabrikam']
    const before = await serve(state, { names })
    const host = 'fabrikam.localhost'
    await before.send('POST /keys/orders/create', { ...EC_KEY, headers: { host } })
    await before.close()
    const after = await serve(state)
    expect(after.names).toEqual(names)
    expect((await after.send('GET /keys/orders', { headers: { host } })).status).toBe(200)
    const elsewhere = await after.send('GET /keys/orders', {
      headers: { host: 'contoso.localhost' },
    })
    expect(elsewhere.status).toBe(404)
  })

  it('is the profile and the settings that the options leave out', async () => {
    const state = await stateWithKey({ profile: 'vault-premium', softDeleteRetentionDays: 9 })
    const server = await serve(state)
    expect(server.profile).toBe('vault-premium')
    const { json } = await server.send('POST /keys/invoices/create', EC_KEY)
    expect(json.attributes.recoverableDays).toBe(9)
  })

  it('is the clock, as far ahead as it was put', async () => {
    const state = newState()
    const before = await serve(state, { control: true })
    await before.send('POST /control/clock', {
      json: { advanceSeconds: 86_400 },
      headers: { 'content-type': 'application/json' },
    })
    await before.close()
    const after = await serve(state, { control: true })
    expect((await after.send('GET /control/clock')).json.offsetSeconds).toBe(86_400)
  })

  it('is what a reset went back to', async () => {
    const state = newState()
    const before = await serve(state, { control: true })
    await before.send('POST /keys/kept/create', EC_KEY)
    const headers = { 'content-type': 'application/json' }
    await before.send('POST /control/fork', { json: { name: 'one' }, headers })
    await before.send('POST /keys/gone/create', EC_KEY)
    const reset = await before.send('POST /control/reset', { json: { to: 'one' }, headers })
    expect(reset.status).toBe(200)
    await before.close()
    const after = await serve(state)
    expect((await after.send('GET /keys/kept')).status).toBe(200)
    expect((await after.send('GET /keys/gone')).status).toBe(404)
  })

  it('is the seeded universe, at its place, without the seed', async () => {
    const keyAfter = async (state: string, isEnded: boolean) => {
      const server = await serve(state, { seed: 'orders' })
      await server.send('POST /keys/first/create', EC_KEY)
      if (isEnded) await server.close()
      const next = isEnded ? await serve(state) : server
      return (await next.send('POST /keys/first/create', EC_KEY)).json.key.x
    }
    expect(await keyAfter(newState(), true)).toBe(await keyAfter(newState(), false))
  })

  it('has a backup of before, which it restores', async () => {
    const state = await stateWithKey()
    const before = await serve(state, {})
    const backup = (await before.send('POST /keys/orders/backup', { json: {} })).json
    await before.send('DELETE /keys/orders')
    await before.send('DELETE /deletedkeys/orders')
    await before.close()
    const after = await serve(state)
    expect((await after.send('POST /keys/restore', { json: backup })).status).toBe(200)
  })

  it('can be joined by another HSM', async () => {
    const state = await stateWithKey({ names: ['contoso'] })
    const names = ['contoso', 'fabrikam']
    const before = await serve(state, { names })
    const host = 'fabrikam.localhost'
    await before.send('POST /keys/orders/create', { ...EC_KEY, headers: { host } })
    await before.close()
    expect((await serve(state)).names).toEqual(names)
  })
})

describe('the files', () => {
  it('hold nothing of a key in the clear, and no setting', async () => {
    const state = newState()
    const server = await serve(state, { seed: 'a seed of its own' })
    const k = Buffer.alloc(32, 0xa7)
    const jwk = { kty: 'oct-HSM', k: k.toString('base64url'), key_ops: ['wrapKey'] }
    const put = await server.send('PUT /keys/secret-orders', {
      json: { key: jwk, tags: { a: 'tagged' } },
    })
    expect(put.status).toBe(200)
    await server.close()
    const bytes = await readFile(state)
    for (const text of [k, jwk.k, 'secret-orders', 'SECRET-ORDERS', 'tagged', 'managed-hsm']) {
      expect(bytes.includes(text)).toBe(false)
    }
  })

  it.skipIf(process.platform === 'win32')('may be reached by a link, which stays one', async () => {
    const state = await stateWithKey()
    const link = newState()
    await symlink(state, link)
    const server = await serve(link)
    for (let index = 0; index < 60; index += 1) {
      await server.send('PATCH /keys/orders', { json: { tags: { index: `${index}`.padEnd(200) } } })
    }
    await server.close()
    expect((await lstat(link)).isSymbolicLink()).toBe(true)
    const after = await serve(state)
    expect((await after.send('GET /keys/orders')).json.tags.index.trim()).toBe('59')
  })

  it('are let go when the server is closed', async () => {
    const state = await stateWithKey()
    await expect(access(`${state}.lock`)).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it('are let go where the server could not start', async () => {
    const { url } = await start({ http: true })
    const state = newState()
    const port = Number(new URL(url).port)
    await expect(serve(state, { port })).rejects.toMatchObject({ code: 'NotListening' })
    await serve(state)
  })
})

describe('a state is refused', () => {
  it('while another server has it', async () => {
    const state = newState()
    await serve(state)
    await expect(serve(state)).rejects.toThrow(`is in use by process ${process.pid}`)
  })

  it('without its key', async () => {
    const state = await stateWithKey()
    await rm(`${state}.key`)
    await expect(serve(state)).rejects.toThrow(/key of the state cannot be read.*state-\d+\.key/)
  })

  it('with another key', async () => {
    const state = await stateWithKey()
    await expect(serve(state, { stateKey: new Uint8Array(32) })).rejects.toThrow(
      /belongs to the key [0-9a-f]{32}, and the key given is [0-9a-f]{32}/,
    )
  })

  it('with a key file that holds no key', async () => {
    const state = await stateWithKey()
    await writeFile(`${state}.key`, 'not a key')
    await expect(serve(state)).rejects.toThrow(/it must have 64 hexadecimal digits/)
  })

  it('under another profile', async () => {
    const state = await stateWithKey()
    await expect(serve(state, { profile: 'vault-premium' })).rejects.toMatchObject({
      code: 'BadOption',
      message: expect.stringContaining('profile contradicts'),
    })
  })

  it.each([
    ['softDeleteRetentionDays', { softDeleteRetentionDays: 8 }],
    ['purgeProtection', { purgeProtection: true }],
    ['seed', { seed: 'another' }],
  ])('with another %s', async (name, options) => {
    const state = await stateWithKey({ seed: 'one' })
    await expect(serve(state, options)).rejects.toThrow(`${name} contradicts`)
  })

  it('with names that lack one of its HSMs', async () => {
    const state = await stateWithKey({ names: ['contoso', 'fabrikam'] })
    await expect(serve(state, { names: ['contoso', 'tailspin'] })).rejects.toThrow(
      'has the HSM fabrikam, which is not one of the names',
    )
  })

  it('if it is not a state', async () => {
    const state = newState()
    await writeFile(state, 'something else')
    await writeFile(`${state}.key`, '00'.repeat(32))
    await expect(serve(state)).rejects.toThrow('is not a journal')
    expect(await readFile(state, 'utf8')).toBe('something else')
  })

  it('with a damaged byte, and is unchanged', async () => {
    const state = await stateWithKey()
    const bytes = await readFile(state)
    bytes[500] = (bytes[500] ?? 0) ^ 4
    await writeFile(state, bytes)
    await expect(serve(state)).rejects.toThrow(/offset \d+ is damaged/)
    expect((await readFile(state)).equals(bytes)).toBe(true)
  })

  it('that has a second name, also while a server uses the first', async () => {
    const state = await stateWithKey()
    const second = newState()
    await link(state, second)
    await link(`${state}.key`, `${second}.key`)
    for (const each of [state, second]) {
      await expect(serve(each)).rejects.toMatchObject({
        code: 'BadState',
        message: expect.stringContaining('has 2 names (hard links)'),
      })
    }
    await rm(second)
    await serve(state)
    await link(state, second)
    await expect(serve(second)).rejects.toThrow('has 2 names (hard links)')
  })

  it('that is a folder', async () => {
    await expect(serve(folder)).rejects.toThrow('is not a file')
  })

  it.skipIf(process.platform === 'win32')('whose key others can write', async () => {
    const state = newState()
    await writeFile(`${state}.key`, '00'.repeat(32))
    await chmod(`${state}.key`, 0o666)
    await expect(serve(state)).rejects.toMatchObject({
      code: 'BadState',
      message: expect.stringContaining('others than its owner can write it'),
    })
    await expect(access(state)).rejects.toThrow('ENOENT')
  })

  it('if there is only a key', async () => {
    await expect(start({ stateKey: 'somewhere.key' })).rejects.toThrow(
      'stateKey can be used only with state',
    )
  })
})

describe('a state whose end is missing', () => {
  it('opens without the last write, with a warning, and can be used', async () => {
    const state = await stateWithKey()
    const before = await serve(state)
    await before.send('POST /keys/last/create', EC_KEY)
    await before.close()
    const bytes = await readFile(state)
    const end = bytes.lastIndexOf('recorded') + 8
    await truncate(state, end - 20)
    const warnings: string[] = []
    const after = await serve(state, { warn: (text) => warnings.push(text) })
    expect(warnings).toEqual([expect.stringMatching(/bytes from offset \d+ on were removed/)])
    expect(await keysOf(after)).toBe(1)
    await after.send('POST /keys/next/create', EC_KEY)
    await after.close()
    const again: string[] = []
    const last = await serve(state, { warn: (text) => again.push(text) })
    expect([await keysOf(last), again]).toEqual([2, []])
  })
})
