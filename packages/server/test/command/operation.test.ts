/** The options for operators, as they are given on a command line. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { begin, runHere, runToEnd, serve } from '../run-command.ts'

const folder = mkdtempSync(join(tmpdir(), 'pocket-hsm-operation-'))
afterAll(() => rmSync(folder, { recursive: true }))

const TOKEN = 'a-token-for-control-tests'
const tokenFile = join(folder, 'token')
writeFileSync(tokenFile, `${TOKEN}\n`)

const linesOf = (text: string) => text.trimEnd().split('\n')

describe('serve --log', () => {
  it('json writes nothing but JSON to stderr, with start and end, and the ready line to stdout', async () => {
    const server = await serve(['--http', '--log', 'json'], { POCKET_HSM_PROT: '1' })
    await server.send('GET /keys')
    server.child.kill()
    const { stderr, stdout, code } = await server.ended
    expect(code).toBe(0)
    const entries = linesOf(stderr).map((line) => JSON.parse(line))
    expect(entries).toEqual([
      expect.objectContaining({ level: 'warn', msg: expect.stringContaining('POCKET_HSM_PROT') }),
      expect.objectContaining({ level: 'info', msg: expect.stringMatching(/^Listening: .*http:/) }),
      expect.objectContaining({ msg: 'request', operation: 'listKeys', status: 200 }),
      expect.objectContaining({ msg: expect.stringMatching(/^Stopping/) }),
    ])
    expect(linesOf(stdout)).toHaveLength(1)
  })

  it('text writes warnings as lines too, and --log-level leaves requests out', async () => {
    const words = ['--http', '--host', '0.0.0.0', '--force', '--log', 'text', '--log-level', 'warn']
    const server = await serve(words)
    await server.send('GET /keys')
    await server.send('GET /keys/nokey')
    server.child.kill()
    const lines = linesOf((await server.ended).stderr)
    expect(lines).toEqual([
      expect.stringMatching(/^\S+Z warn {2}Other machines can reach/),
      expect.stringMatching(/^\S+Z warn {2}GET \/keys\/nokey 404 [\d.]+ms operation=getKey/),
    ])
  })

  it('comes from the environment, and the command line turns it off', async () => {
    const server = await serve(['--http', '--log', 'off'], { POCKET_HSM_LOG: 'json' })
    await server.send('GET /keys')
    server.child.kill()
    expect((await server.ended).stderr).toBe('')
  })
})

describe('serve --audit-log', () => {
  it('writes what the variable names too, and the command line wins', async () => {
    const file = join(folder, 'audit.jsonl')
    const server = await serve(['--http', '--audit-log', file], {
      POCKET_HSM_AUDIT_LOG: join(folder, 'nowhere', 'audit.jsonl'),
    })
    await server.send('GET /keys')
    server.child.kill()
    expect((await server.ended).code).toBe(0)
    expect(linesOf(readFileSync(file, 'utf8')).map((line) => JSON.parse(line))).toMatchObject([
      { operationName: 'KeyList', category: 'AuditEvent' },
    ])
    const failed = await begin(['serve', '--http', '--port', '0'], {
      POCKET_HSM_AUDIT_LOG: join(folder, 'nowhere', 'audit.jsonl'),
    }).ended
    expect([failed.code, failed.stderr]).toEqual([1, expect.stringContaining('ENOENT')])
  })
})

describe('serve with variables only', () => {
  it('has its options from them', async () => {
    const environment = {
      POCKET_HSM_HTTP: 'true',
      POCKET_HSM_PORT: '0',
      POCKET_HSM_NAME: 'contoso,fabrikam',
      POCKET_HSM_PROFILE: 'vault-premium',
      POCKET_HSM_OPS_PORT: '0',
      POCKET_HSM_JSON: 'true',
      POCKET_HSM_STATE: join(folder, 'environment.state'),
    }
    const server = begin(['serve'], environment)
    const ready = JSON.parse(await server.ready)
    expect(ready).toMatchObject({ names: ['contoso', 'fabrikam'], profile: 'vault-premium' })
    const page = await fetch(`${ready.ops}/readyz`)
    expect(await page.json()).toEqual({ status: 'ready', checks: { server: 'ok', state: 'ok' } })
    server.child.kill()
    expect((await server.ended).code).toBe(0)
  })
})

describe('a control token', () => {
  it('opens control of a server for clients that send it, from a file or the environment', async () => {
    const words = ['--http', '--name', 'hsm.test', '--control', '--control-token-file', tokenFile]
    const { url, child, ended } = await serve(words)
    // This machine needs no token unless the request seems to come from elsewhere; the command cannot forge that.
    const forwarded = { 'x-forwarded-for': '10.0.0.7' }
    const statusWith = async (authorization?: string) =>
      (
        await fetch(`${url}/control/clock`, {
          headers: { ...forwarded, ...(authorization !== undefined && { authorization }) },
        })
      ).status
    expect(await statusWith()).toBe(401)
    expect(await statusWith('Bearer x')).toBe(401)
    expect(await statusWith(`Bearer ${TOKEN}`)).toBe(200)
    child.kill()
    await ended
  })

  it.each<[string, readonly string[], Readonly<Record<string, string>>, string]>([
    ['--control-token', ['--control-token', TOKEN], { POCKET_HSM_CONTROL_TOKEN: 'other' }, TOKEN],
    ['its file', ['--control-token-file', tokenFile], { POCKET_HSM_TOKEN: 'other' }, TOKEN],
    [
      '--token before the environment',
      ['--token', 'mine'],
      { POCKET_HSM_CONTROL_TOKEN: TOKEN },
      'mine',
    ],
    ['its variable', [], { POCKET_HSM_CONTROL_TOKEN: TOKEN, POCKET_HSM_TOKEN: 'other' }, TOKEN],
    ['the variable of its file', [], { POCKET_HSM_CONTROL_TOKEN_FILE: tokenFile }, TOKEN],
    ['the variable of the other token', [], { POCKET_HSM_TOKEN: 'other' }, 'other'],
  ])('is sent by clock and fault from %s', async (_, words, environment, expected) => {
    const { createServer } = await import('node:http')
    const received: (string | undefined)[] = []
    const server = createServer((request, response) => {
      received.push(request.headers.authorization)
      response.end('{"time":"now","remaining":0}')
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as { readonly port: number }
    const at = ['--server', `http://127.0.0.1:${port}`]
    for (const command of ['clock', 'fault']) {
      expect((await begin([command, ...at, ...words], environment).ended).code).toBe(0)
    }
    expect(received).toEqual([`Bearer ${expected}`, `Bearer ${expected}`])
    await new Promise((resolve) => server.close(resolve))
  })

  it('in the environment of a server without --control changes nothing', async () => {
    const server = await serve(['--http'], { POCKET_HSM_CONTROL_TOKEN: TOKEN })
    expect((await server.send('GET /control')).status).toBe(404)
    server.child.kill()
    expect(await server.ended).toMatchObject({ code: 0, stderr: '' })
  })
})

describe('a usage error', () => {
  it.each<[string, readonly string[], RegExp]>([
    ['an unknown format', ['--log', 'xml'], /Allowed choices are off, text, json/],
    [
      'an unknown level',
      ['--log', 'json', '--log-level', 'all'],
      /Allowed choices are debug, info/,
    ],
    ['a level without a log', ['--log-level', 'warn'], /--log-level can be used only with --log/],
    ['a port that is none', ['--ops-port', 'x'], /whole number from 0 to 65535/],
    ['an address without a port', ['--ops-host', '::1'], /opsHost can be used only with opsPort/],
    ['one port for both', ['--port', '9464', '--ops-port', '9464'], /another port than port/],
    ['a token without control', ['--control-token', TOKEN], /only with control/],
    ['a short token', ['--control', '--control-token', 'short'], /16 to 1,024/],
    [
      'two tokens',
      ['--control', '--control-token', TOKEN, '--control-token-file', tokenFile],
      /either --control-token or --control-token-file/,
    ],
    ['a missing file', ['--control', '--control-token-file', '/no/such'], /cannot be read/],
    ['a folder', ['--control', '--control-token-file', folder], /cannot be read/],
    ['a misspelt option', ['--ops-prot', '1'], /Did you mean --ops-port/],
  ])('is %s', async (_, words, text) => {
    const { code, stderr, stdout } = await runHere(['serve', '--http', ...words])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(text)
    expect(stderr).not.toContain(TOKEN)
  })
})

describe('a server with several names', () => {
  it('is named by key, fault and clock as far as they need a name', async () => {
    const { url, child, ended } = await serve([
      '--http',
      '--control',
      '--name',
      'contoso',
      '--name',
      'fabrikam',
    ])
    const at = ['--server', url]
    const list = await runToEnd(['key', 'list', ...at])
    expect(list.code).toBe(3)
    expect(list.stderr).toMatch(/The HSMs of this server are: contoso \(.*\), fabrikam \(/)
    expect(list.stderr).toMatch(
      /^Choose one with --hsm-name NAME, --vault-name NAME or --id URL\.$/m,
    )
    expect(await runToEnd(['key', 'list', '--hsm-name', 'contoso', ...at])).toMatchObject({
      code: 0,
    })
    const other = await runToEnd(['key', 'show', '--name', 'a', '--hsm-name', 'other', ...at])
    expect(other.stderr).toMatch(/The HSMs of this server are: contoso/)
    const fault = await runToEnd(['fault', ...at])
    expect(fault.code).toBe(1)
    expect(fault.stderr).toMatch(
      /or --hsm NAME of the command\. The names are: contoso, fabrikam\./,
    )
    expect(await runToEnd(['fault', '--hsm', 'fabrikam', ...at])).toMatchObject({ code: 0 })
    expect((await runToEnd(['clock', ...at])).stdout).toMatch(/^\d{4}-\d\d-\d\dT/)
    child.kill()
    await ended
  })
})
