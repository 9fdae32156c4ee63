/** `pocket-hsm key --state`: the same commands on what a server kept, while none runs. */

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest'
import { startServer } from '../../src/index.ts'
import { runLine } from '../key-lines.ts'
import { begin } from '../run-command.ts'

const folder = mkdtempSync(join(tmpdir(), 'pocket-hsm-key-state-'))
let count = 0
const fresh = (): string => {
  count += 1
  return join(folder, `${count}.state`)
}

afterEach(() => vi.unstubAllEnvs())
afterAll(() => rmSync(folder, { recursive: true }))

const key = (state: string, line: string) => runLine(`pocket-hsm key ${line} --state ${state}`)

const done = async (state: string, line: string) => {
  const ended = await key(state, line)
  expect(ended).toMatchObject({ exit: 0, err: '' })
  return ended.json
}

describe('a state', () => {
  it('keeps from one command to the next what was made in it', async () => {
    const state = fresh()
    const digest = Buffer.alloc(32, 7).toString('base64')
    const made = await done(state, 'create -n orders --kty EC-HSM')
    const { signature } = await done(state, `sign -n orders -a ES256 --digest ${digest}`)
    const line = `verify -n orders -a ES256 --digest ${digest} --signature ${signature}`
    expect(await done(state, line)).toMatchObject({ isValid: true, keyId: made.key.kid })
    await done(state, 'delete -n orders')
    expect(await done(state, 'list')).toEqual([])
    expect(await done(state, 'list-deleted')).toMatchObject([{ name: 'orders' }])
  })

  it('keeps an ML-DSA key, and signs with it', async () => {
    const state = fresh()
    const made = await done(state, 'create -n firmware --algorithm ML-DSA-44')
    expect(made.key).toMatchObject({ kty: 'AKP-HSM', alg: 'ML-DSA-44' })
    expect(Buffer.from(made.key.pub, 'base64')).toHaveLength(1312)
    const digest = Buffer.from('firmware 1.2').toString('base64')
    const { signature } = await done(state, `sign -n firmware -a ML-DSA-44 --digest ${digest}`)
    const line = `verify -n firmware -a ML-DSA-44 --digest ${digest} --signature ${signature}`
    expect(await done(state, line)).toMatchObject({ isValid: true, keyId: made.key.kid })
    for (const other of ['--curve P-256', '--size 2048', '--kty RSA']) {
      const refused = await key(state, `create -n other --algorithm ML-DSA-44 ${other}`)
      expect([other, refused.exit, refused.out]).toEqual([other, 2, ''])
    }
    const unnamed = await key(state, 'create -n other --kty AKP')
    expect([unnamed.exit, unnamed.out]).toEqual([2, ''])
  })

  it('is that of a server before and after', async () => {
    const state = fresh()
    const made = await done(state, 'create -n orders --kty EC-HSM')
    const server = await startServer({ port: 0, http: true, state })
    const shown = await runLine(`pocket-hsm key show -n orders --server ${server.url}`)
    await runLine(`pocket-hsm key create -n receipts --kty EC-HSM --server ${server.url}`)
    await server.close()
    expect(shown.json.key).toMatchObject({ x: made.key.x, y: made.key.y })
    expect(await done(state, 'show -n receipts')).toMatchObject({ key: { kty: 'EC-HSM' } })
  })

  it('is refused while a server has it', async () => {
    const state = fresh()
    const server = await startServer({ port: 0, http: true, state })
    const ended = await key(state, 'create -n orders')
    await server.close()
    expect(ended).toMatchObject({ exit: 1, out: '' })
    expect(ended.err).toMatch(/^error: .*\.state is in use by process \d+\. /)
  })

  it('has several HSMs, told apart by their names', async () => {
    const state = fresh()
    const names = ['contoso', 'fabrikam']
    await (await startServer({ port: 0, http: true, state, names })).close()
    await done(state, 'create -n orders --kty EC-HSM --hsm-name fabrikam')
    expect(await done(state, 'list --hsm-name contoso')).toEqual([])
    expect(await done(state, 'list --hsm-name fabrikam')).toMatchObject([{ name: 'orders' }])
    const stranger = await key(state, 'list --hsm-name stranger')
    expect(stranger).toMatchObject({ exit: 3, out: '' })
  })

  it('lends its own address to identifiers where the command line has none', async () => {
    const state = fresh()
    await (await startServer({ port: 0, http: true, state, names: ['contoso'] })).close()
    const made = await done(state, 'create -n orders --kty EC-HSM')
    expect(made.key.kid).toMatch('https://contoso.managedhsm.azure.net/keys/orders/')
  })

  it.each(['list', 'show -n orders', 'random --count 1', 'delete -n orders'])(
    'that is not there is not made by %s',
    async (line) => {
      const state = fresh()
      const ended = await key(state, line)
      expect(ended).toMatchObject({ exit: 1, out: '' })
      expect(ended.err).toMatch(/^error: There is no state in /)
      expect(existsSync(state)).toBe(false)
    },
  )

  it('that is damaged is refused, and left as it is', async () => {
    const state = fresh()
    await done(state, 'create -n orders --kty EC-HSM')
    const damaged = readFileSync(state)
    damaged[200] = (damaged[200] ?? 0) ^ 1
    writeFileSync(state, damaged)
    const ended = await key(state, 'list')
    expect(ended).toMatchObject({ exit: 1, out: '' })
    expect(ended.err).toMatch(/^error: The state in .* is refused/)
    expect(readFileSync(state)).toEqual(damaged)
  })
})

describe('the key of a state', () => {
  it('stands beside it, in a file of its own, or in the environment', async () => {
    const beside = fresh()
    await done(beside, 'create -n orders --kty EC-HSM')
    const digits = readFileSync(`${beside}.key`, 'utf8').trim()
    rmSync(`${beside}.key`)
    const without = await key(beside, 'list')
    expect(without).toMatchObject({ exit: 1, out: '' })
    const file = join(folder, 'elsewhere.key')
    writeFileSync(file, `${digits}\n`, { mode: 0o600 })
    expect(await done(beside, `list --state-key ${file}`)).toHaveLength(1)
    vi.stubEnv('POCKET_HSM_STATE_KEY', digits)
    expect(await done(beside, 'list')).toHaveLength(1)
    vi.stubEnv('POCKET_HSM_STATE_KEY', digits.replace(/^./, 'x'))
    expect(await key(beside, 'list')).toMatchObject({ exit: 2, out: '' })
  })
})

describe('the command line', () => {
  it('names a server or a state, not both', async () => {
    const ended = await key(fresh(), 'list --server https://127.0.0.1:1')
    expect(ended).toMatchObject({ exit: 2, out: '' })
    expect(ended.err).toMatch(/--state <file>' cannot be used with option '--server <url>'/)
  })

  it('has the last word over the server of the environment', async () => {
    vi.stubEnv('POCKET_HSM_SERVER', 'https://127.0.0.1:1')
    await done(fresh(), 'create -n orders --kty EC-HSM')
  })
})

describe('as a process', () => {
  it('ends by itself, with the state written and its lock gone', async () => {
    const state = fresh()
    const line = `key create -n orders --kty RSA-HSM --state ${state}`
    const ended = await begin(line.split(' ')).ended
    expect(ended).toMatchObject({ code: 0, stderr: '' })
    expect(existsSync(`${state}.lock`)).toBe(false)
    expect(await done(state, 'show -n orders')).toEqual(JSON.parse(ended.stdout))
  })
})
