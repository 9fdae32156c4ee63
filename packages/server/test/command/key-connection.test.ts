/** The HSM that `pocket-hsm key` connects to, the CA certificate that it trusts, and its exit codes. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { readPassword } from '../../src/command/key/read-password.ts'
import { type PocketServer, startServer } from '../../src/index.ts'
import { runLine } from '../key-lines.ts'
import { begin } from '../run-command.ts'

const folder = mkdtempSync(join(tmpdir(), 'pocket-hsm-place-'))
let server: PocketServer
let ca = ''

beforeAll(async () => {
  const names = ['contoso', 'hsm.example']
  server = await startServer({ port: 0, names, certificateFolder: folder })
  ca = String(server.caFile)
})
afterEach(() => vi.unstubAllEnvs())
afterAll(async () => {
  await server.close()
  rmSync(folder, { recursive: true })
})

const create = async (line: string): Promise<string> => {
  const { json, err } = await runLine(`pocket-hsm key create --kty oct-HSM ${line}`)
  return json === undefined ? err : json.key.kid
}

describe('the HSM', () => {
  const here = () => `--server ${server.url} --ca ${ca}`

  it.each([
    ['--hsm-name Contoso', 'https://contoso.managedhsm.azure.net/keys/a/'],
    ['--hsm-name hsm.example', 'https://hsm.example/keys/a/'],
    ['--hsm-name contoso.localhost', 'https://contoso.localhost/keys/a/'],
  ])('is that of %s', async (line, kid) => {
    expect(await create(`${here()} ${line} -n a`)).toContain(kid)
  })

  it('is that of an identifier, wherever it says that it is', async () => {
    const id = 'https://contoso.managedhsm.azure.net/keys/by-id'
    expect(await create(`${here()} --id ${id}`)).toContain(`${id}/`)
  })

  it('is at the address of an identifier on this machine', async () => {
    const { port } = new URL(server.url)
    const id = `https://contoso.localhost:${port}/keys/by-address`
    expect(await create(`--ca ${ca} --id ${id}`)).toContain(`${id}/`)
  })

  it('that does not accept the token is said to be one', async () => {
    const { url, close } = await startServer({ port: 0, certificateFolder: folder, identity: true })
    const { exit, err } = await runLine(`pocket-hsm key list --server ${url} --ca ${ca}`)
    await close()
    expect([exit, err]).toEqual([1, expect.stringContaining('does not accept the token')])
  })

  it('is no other than those that the server has', async () => {
    const { exit, err } = await runLine(`pocket-hsm key list ${here()} --hsm-name stranger`)
    expect(err).toMatch(/^error: \(ResourceNotFound\) There is no HSM at stranger\.managedhsm/)
    expect(exit).toBe(3)
  })

  it('is a vault by --vault-name', async () => {
    const vault = await startServer({
      port: 0,
      names: ['shop'],
      profile: 'vault-premium',
      certificateFolder: folder,
    })
    const kid = await create(
      `--server ${vault.url} --ca ${ca} --vault-name shop -n a --kty EC`,
    ).finally(() => vault.close())
    expect(kid).toContain('https://shop.vault.azure.net/keys/a/')
  })

  it('is the only one of a server where nothing names it, over plain HTTP too', async () => {
    const plain = await startServer({ port: 0, http: true })
    const kid = await create(`--server ${plain.url} -n a`).finally(() => plain.close())
    expect(kid).toContain(`${plain.url}/keys/a/`)
  })

  it('is that of the environment, unless the command line says otherwise', async () => {
    vi.stubEnv('POCKET_HSM_CA', ca)
    vi.stubEnv('POCKET_HSM_SERVER', 'https://127.0.0.1:1')
    expect(await create('--hsm-name contoso -n a')).toMatch(/^error: No server at https:.*:1: /)
    expect(await create(`--server ${server.url} --hsm-name contoso -n a`)).toMatch(/^https:/)
    vi.stubEnv('POCKET_HSM_SERVER', server.url)
    expect(await create('--hsm-name contoso -n a')).toMatch(/^https:/)
  })

  it('hears the token', async () => {
    const { err, exit } = await runLine(
      `pocket-hsm key list ${here()} --hsm-name contoso --token ''`,
    )
    expect(err).toMatch(/^error: \(/)
    expect(exit).toBe(1)
    vi.stubEnv('POCKET_HSM_TOKEN', 'one')
    expect((await runLine(`pocket-hsm key list ${here()} --hsm-name contoso`)).exit).toBe(0)
  })
})

describe('a usage error', () => {
  it.each([
    ['show', /A key is required: --name NAME/],
    ['show -n a --id https://x.example/keys/a', /cannot be used with/],
    ['show --hsm-name a --vault-name b -n a', /cannot be used with/],
    ['show --id orders', /--id must be a URL, not orders/],
    ['show --id https://x.example/secrets/a', /--id must be the identifier of a key/],
    ['show --id ftp://x.example/keys/a', /--id must be a URL/],
    ['list --hsm-name a/b', /An HSM name must be a host name, not a\/b/],
    ['list --server nowhere', /--server must be an https or http URL, not nowhere/],
    ['list --ca /no/such/file', /--ca: \/no\/such\/file cannot be read/],
    ['list --output xml', /Allowed values: json, table, tsv, none/],
    ['list extra words', /too many arguments/],
    ['lisst', /unknown command 'lisst'\n\(Did you mean list\?\)/],
    ['rotation-policy', /Usage: pocket-hsm key rotation-policy/],
    ['', /Usage: pocket-hsm key/],
  ])('key %s exits with 2 and explains the error', async (line, says) => {
    const ended = await runLine(`pocket-hsm key ${line}`)
    expect(ended).toMatchObject({ exit: 2, out: '' })
    expect(ended.err).toMatch(says)
  })
})

describe('a server', () => {
  it('that is not there ends the command with 1, and with advice', async () => {
    const { exit, err } = await runLine('pocket-hsm key list --server https://127.0.0.1:1')
    expect(exit).toBe(1)
    expect(err).toMatch(/^error: No server at https:\/\/127\.0\.0\.1:1: .*`pocket-hsm serve`/)
  })

  it('that nobody vouches for is not asked', async () => {
    const own = mkdtempSync(join(tmpdir(), 'pocket-hsm-other-'))
    const other = await startServer({ port: 0, certificateFolder: own })
    const { exit, err } = await runLine(
      `pocket-hsm key list --server ${other.url} --ca ${ca}`,
    ).finally(() => other.close())
    rmSync(own, { recursive: true })
    expect(exit).toBe(1)
    expect(err).toMatch(/--ca/)
  })
})

describe('the output', () => {
  it('is none on request', async () => {
    const line = `list --server ${server.url} --ca ${ca} --hsm-name contoso -o none`
    expect(await runLine(`pocket-hsm key ${line}`)).toMatchObject({ exit: 0, out: '', err: '' })
  })
})

describe('a password', () => {
  it('is read from a terminal that shows nothing of it', async () => {
    const input = new PassThrough()
    const output = new PassThrough()
    const reading = readPassword(input, output)
    input.write('secret words\n')
    expect(await reading).toBe('secret words')
    expect(String(output.read())).toBe('Password of the PEM: \n')
  })
})

describe('as a process', () => {
  const end = (line: string) =>
    begin(['key', ...line.split(' ')], { POCKET_HSM_SERVER: server.url, POCKET_HSM_CA: ca }).ended

  it.each([
    ['create --hsm-name contoso --name process --kty oct-HSM', 0],
    ['create --hsm-name contoso --name under_score', 1],
    ['create --hsm-name contoso', 2],
    ['show --hsm-name contoso --name nobody', 3],
  ])('pocket-hsm key %s ends with %i', async (line, code) => {
    const ended = await end(line)
    expect(ended.code).toBe(code)
    expect(ended.stdout === '').toBe(code !== 0)
    expect(ended.stderr === '').toBe(code === 0)
  })

  it('shows nothing of the private key that it cannot read', async () => {
    const secret = 'MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg'
    const file = join(folder, 'broken.pem')
    writeFileSync(file, `-----BEGIN PRIVATE KEY-----\n${secret}\n-----END PRIVATE KEY-----\n`)
    const ended = await end(`import --hsm-name contoso --name broken --pem-file ${file}`)
    expect(ended.code).toBe(1)
    expect(ended.stdout + ended.stderr).not.toContain(secret.slice(0, 8))
  })
})
