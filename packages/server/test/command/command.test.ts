/** `pocket-hsm` as a user runs it: its output and its exit codes. */

import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createAttestationAuthority, createEnclaveKey } from 'pocket-hsm'
import { afterAll, describe, expect, it } from 'vitest'
import { SUBCOMMANDS } from '../../src/command/subcommands.ts'
import { begin, runHere, runToEnd, serve } from '../run-command.ts'
import { startAuthority } from '../test-authority.ts'

const folder = mkdtempSync(join(tmpdir(), 'pocket-hsm-command-'))
afterAll(() => rmSync(folder, { recursive: true }))

const fileOf = (name: string, content: string | Uint8Array): string => {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

const certificates = ['--certificates', folder]

describe('serve', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    'prints its ready line as JSON, serves, and stops at %s',
    async (signal) => {
      const server = await serve(certificates)
      expect(server.url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/)
      expect(server).toMatchObject({
        ca: join(folder, 'ca.pem'),
        names: [],
        profile: 'managed-hsm',
        pid: server.child.pid,
      })
      const answer = await server.send('GET /keys', { ca: readFileSync(String(server.ca)) })
      expect(answer.status).toBe(200)
      server.child.kill(signal)
      const { code, stdout, stderr } = await server.ended
      expect({ code, stderr, lines: stdout.split('\n').length }).toEqual({
        code: 0,
        stderr: '',
        lines: 2,
      })
    },
  )

  it('prints its ready line as a sentence', async () => {
    const { ready, child, ended } = begin(['serve', '--port', '0', '--http'])
    expect(await ready).toMatch(/^pocket-hsm serves a managed-hsm at http:\/\/127\.0\.0\.1:\d+$/)
    child.kill()
    expect((await ended).code).toBe(0)
  })

  it('accepts every option of an HSM', async () => {
    const words =
      '--http --name contoso --profile vault-premium --retention-days 7 --purge-protection --seed s'
    const made = async () => {
      const server = await serve(words.split(' '))
      const { json } = await server.send('POST /keys/a/create', { json: { kty: 'EC' } })
      server.child.kill()
      await server.ended
      expect(server).toMatchObject({ names: ['contoso'], profile: 'vault-premium' })
      return json
    }
    const [first, second] = [await made(), await made()]
    expect(first.attributes).toMatchObject({
      recoverableDays: 7,
      recoveryLevel: 'CustomizedRecoverable',
    })
    expect(first.key.x).toBe(second.key.x)
  })

  it('serves an HSM that is not activated with --not-activated', async () => {
    const server = await serve(['--http', '--not-activated'])
    expect((await server.send('GET /keys')).status).toBe(403)
    expect((await server.send('GET /securitydomain/upload')).status).toBe(200)
    server.child.kill()
    await server.ended
  })

  it('uses the certificate of the user', async () => {
    const { cert, key } = pairIn(await printedFolder())
    const server = await serve([
      '--cert',
      fileOf('own.pem', cert),
      '--key',
      fileOf('own-key.pem', key),
    ])
    expect(server.ca).toBeUndefined()
    const ca = readFileSync(join(folder, 'own', 'ca.pem'))
    expect((await server.send('GET /keys', { ca, servername: 'localhost' })).status).toBe(200)
    server.child.kill()
    await server.ended
  })

  it('needs no token with --auth none', async () => {
    const server = await serve(['--http', '--auth', 'none'])
    expect((await server.send('GET /keys', { token: null })).status).toBe(200)
    server.child.kill()
    await server.ended
  })

  it('prints usable addresses of several HSMs, as a sentence and as JSON', async () => {
    const names = ['--http', '--name', 'contoso', '--name', 'fabrikam']
    const sentence = begin(['serve', '--port', '0', ...names])
    expect(await sentence.ready).toMatch(
      /^pocket-hsm serves a managed-hsm at http:\/\/contoso\.localhost:\d+, http:\/\/fabrikam\.localhost:\d+$/,
    )
    sentence.child.kill()
    const server = await serve(names)
    const { port } = new URL(server.url)
    const urls = {
      contoso: `http://contoso.localhost:${port}`,
      fabrikam: `http://fabrikam.localhost:${port}`,
    }
    expect(server).toMatchObject({ names: ['contoso', 'fabrikam'], urls })
    for (const url of Object.values(urls)) {
      const line = ['key', 'list', '--id', url, '--server', url]
      expect(await runToEnd(line)).toMatchObject({ code: 0, stdout: '[]\n' })
    }
    const { status, json } = await server.send('GET /keys')
    expect(status).toBe(404)
    expect(json.error.message).toContain('contoso.localhost')
    server.child.kill()
    await Promise.all([server.ended, sentence.ended])
  })

  it('warns if it was forced, and says why', async () => {
    const server = await serve(['--http', '--host', '0.0.0.0', '--force'])
    server.child.kill()
    expect((await server.ended).stderr).toMatch(
      /^warning: Other machines can reach 0\.0\.0\.0: without TLS/,
    )
  })

  it('prints its CA certificate and ends', async () => {
    const { code, stdout } = await runToEnd(['serve', '--print-ca', ...certificates])
    expect(code).toBe(0)
    expect(stdout).toBe(readFileSync(join(folder, 'ca.pem'), 'utf8'))
  })

  it('ends if its port is in use', async () => {
    const server = await serve(['--http'])
    const { code, stderr } = await runToEnd(['serve', '--http', '--port', new URL(server.url).port])
    expect(code).toBe(1)
    expect(stderr).toMatch(/^error: Cannot listen at 127\.0\.0\.1, port \d+: .*EADDRINUSE/)
    server.child.kill()
    await server.ended
  })

  async function printedFolder(): Promise<string> {
    const own = join(folder, 'own')
    const server = await serve(['--certificates', own])
    server.child.kill()
    await server.ended
    return own
  }

  function pairIn(path: string) {
    const text = readFileSync(join(path, 'server.pem'), 'utf8')
    const [cert = '', key = ''] = text.split(/(?<=END CERTIFICATE-----\n)/)
    return { cert, key }
  }
})

describe('a usage error', () => {
  it.each<[string, RegExp]>([
    ['', /Usage: pocket-hsm/],
    ['sreve', /unknown command 'sreve'[\s\S]*Did you mean serve/],
    ['serve --prot 1', /unknown option '--prot'[\s\S]*Did you mean --port/],
    [
      'serve --port x',
      /'--port <number>' argument 'x' is invalid. It must be a whole number from 0 to 65535/,
    ],
    ['serve --port 65536', /It must be a whole number from 0 to 65535/],
    ['serve --retention-days 6', /It must be a whole number from 7 to 90/],
    ['serve --profile hsm', /Allowed choices are managed-hsm, vault-premium, vault-standard/],
    ['serve --auth all', /Allowed choices are any, none, jwt/],
    ['serve --auth jwt', /auth jwt needs authority/],
    ['serve --authority login', /authority must be an https URL/],
    ['serve --audience a', /audiences can be used only with auth jwt/],
    ['serve --name a:1', /names must be host names without a port, not a:1/],
    ['serve --http --cert a --key b', /'--http' cannot be used with option '--cert <file>'/],
    ['serve --cert a', /--cert and --key must be given together/],
    ['serve --cert /nowhere --key /nowhere', /--cert: \/nowhere cannot be read/],
    ['serve --attestation-keys x', /--attestation-keys must be ISSUER=FILE, not x/],
    ['serve --attestation-keys https://a.test=/nowhere', /\/nowhere cannot be read/],
    [
      'serve --host 0.0.0.0',
      /Other machines can reach 0\.0\.0\.0: .*Use TLS with --auth jwt, or pass --force\./,
    ],
    ...[
      'sooner',
      '+8',
      '5',
      '8',
      '2030',
      '2030-01-31',
      '2030-02-30T00:00:00Z',
      '+',
      '+1',
      '1d',
    ].map((time): [string, RegExp] => [
      `clock ${time}`,
      new RegExp(
        `Invalid time '${time.replace('+', '\\+')}': use \\+90d, \\+1d12h, 2030-01-31T12:00:00Z or now\\.`,
      ),
    ]),
    ['clock 2030-01-31T12:00:00', /Invalid time/],
    ['clock --server nowhere', /--server must be an https or http URL, not nowhere/],
    ['clock --ca /nowhere', /--ca: \/nowhere cannot be read/],
    ['fault --connection slow', /Allowed choices are lost-before, lost-after/],
    ['byok', /required option '--kek <file>' not specified/],
    ['byok --kek /nowhere --key /nowhere', /--kek: \/nowhere cannot be read: ENOENT/],
  ])('is explained, and exits with 2: pocket-hsm %s', async (line, message) => {
    const { code, stdout, stderr } = await runHere(line.split(' ').filter(Boolean))
    expect(stderr).toMatch(message)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  })

  it('exits the process with 2', async () => {
    const { code, stdout, stderr } = await runToEnd(['serve', '--port', 'x'])
    expect(stderr).toContain('It must be a whole number')
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  })
})

describe('help', () => {
  it('names every subcommand', async () => {
    const { code, stdout } = await runToEnd(['--help'])
    expect(code).toBe(0)
    for (const { name, summary } of SUBCOMMANDS)
      expect(stdout).toMatch(new RegExp(`${name} .*${summary}`))
  })

  it.each(['serve', 'clock', 'fault', 'byok'])('of %s has examples', async (name) => {
    const [asked, helped] = await Promise.all([
      runToEnd([name, '--help']),
      runToEnd(['help', name]),
    ])
    expect(asked.code).toBe(0)
    expect(asked.stdout).toContain(`Examples:\n  $ `)
    expect(asked.stdout).toContain(`$ pocket-hsm ${name}`)
    expect(helped.stdout).toBe(asked.stdout)
  })

  it('ignores a reader that stops reading', async () => {
    const { child, ended } = begin(['help', 'serve'])
    child.stdout?.destroy()
    expect(await ended).toMatchObject({ code: 0, stderr: '' })
  })

  it('also prints the version', async () => {
    const { version } = JSON.parse(
      readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
    )
    expect((await runToEnd(['--version'])).stdout).toBe(`${version}\n`)
  })
})

describe('clock and fault', () => {
  it('move the clock and make requests fail, over HTTPS', async () => {
    const server = await serve([...certificates, '--control'])
    const ca = String(server.ca)
    const run = async (...words: string[]) => {
      const { code, stdout, stderr } = await runToEnd([
        ...words,
        '--server',
        server.url,
        '--ca',
        ca,
      ])
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
      return stdout
    }
    expect(await run('clock', '2040-01-31T12:00:00Z')).toMatch('2040-01-31T12:00:0')
    expect(await run('clock', '+1d12h')).toMatch('2040-02-02T00:00:0')
    expect(await run('clock')).toMatch('2040-02-02T00:')
    expect(await run('clock', '2001-01-01T00:00:00+01:00')).toMatch('2000-12-31T23:0')
    expect(await run('clock', 'now')).toMatch(/^20[2-9]\d-/)
    expect(await run('fault', '--operation', 'listKeys', '--status', '429', '--times', '2')).toBe(
      '2 queued\n',
    )
    expect((await server.send('GET /keys', { ca: readFileSync(ca) })).status).toBe(429)
    expect(await run('fault')).toBe('1 queued\n')
    expect(await run('fault', '--claims-challenge')).toBe('2 queued\n')
    expect((await server.send('GET /keys/a', { ca: readFileSync(ca) })).status).toBe(401)
    expect(await run('fault', '--clear')).toBe('0 queued\n')
    const refused = await runToEnd([
      'fault',
      '--operation',
      'sing',
      '--status',
      '500',
      '--server',
      server.url,
      '--ca',
      ca,
    ])
    expect(refused.code).toBe(1)
    expect(refused.stderr).toContain('operation must be one of')
    server.child.kill()
    await server.ended
  })

  it('report a server without control, and no server at all', async () => {
    const server = await serve(['--http'])
    const refused = await runToEnd(['clock', '--server', server.url])
    expect(refused).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('started with --control'),
    })
    server.child.kill()
    await server.ended
    const alone = await runToEnd(['clock', '--server', server.url])
    expect(alone).toMatchObject({ code: 1, stderr: expect.stringContaining('No server at') })
  })
})

describe('byok', () => {
  const pem = () =>
    generateKeyPairSync('rsa', {
      modulusLength: 2048,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    }).privateKey

  it('wraps what the server imports: PEM, a JWK and bytes', async () => {
    const server = await serve(['--http'])
    const { text } = await server.send('POST /keys/kek/create', {
      json: { kty: 'RSA-HSM', key_ops: ['import'] },
    })
    const kek = fileOf('kek.json', text)
    const keys: readonly [string, string][] = [
      ['RSA-HSM', fileOf('key.pem', pem())],
      ['oct-HSM', fileOf('key.jwk', '{"kty":"oct","k":"AAECAwQFBgcICQoLDA0ODw"}')],
      [
        'oct-HSM',
        fileOf(
          'key.bin',
          Uint8Array.from({ length: 32 }, (_, i) => i + 128),
        ),
      ],
    ]
    for (const [kty, key] of keys) {
      const out = join(folder, 'key.byok')
      expect((await runToEnd(['byok', '--kek', kek, '--key', key, '--out', out])).stderr).toBe('')
      const json = { key: { kty, key_hsm: readFileSync(out).toString('base64url') } }
      expect((await server.send('PUT /keys/imported', { json })).status).toBe(200)
    }
    server.child.kill()
    await server.ended
  })

  it('accepts a KEK in PEM with its identifier, and prints to the standard output', async () => {
    const kek = fileOf('kek.pem', pem())
    const key = fileOf('aes.jwk', '{"kty":"oct","k":"AAECAwQFBgcICQoLDA0ODw"}')
    const id = `https://a.test/keys/kek/${'0'.repeat(32)}`
    const { code, stdout } = await runToEnd([
      'byok',
      '--kek',
      kek,
      '--kek-id',
      id,
      '--key',
      key,
      '--generator',
      'me',
    ])
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ header: { kid: id }, generator: 'me' })
    const nameless = await runToEnd(['byok', '--kek', kek, '--key', key])
    expect(nameless).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--kek-id is required'),
    })
  })

  it('does not tell what a key file holds that it cannot read', async () => {
    const kek = fileOf('kek.json', `{"kid":"https://a.test/keys/kek/${'0'.repeat(32)}"}`)
    for (const secret of [
      '{"k": "c2VjcmV0"',
      '-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n',
    ]) {
      const { code, stdout, stderr } = await runToEnd([
        'byok',
        '--kek',
        kek,
        '--key',
        fileOf('broken', secret),
      ])
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
      expect(stderr).not.toContain('c2Vj')
    }
  })
})

describe('a secure key release', () => {
  const enclave = createEnclaveKey()

  const release = async (
    server: Awaited<ReturnType<typeof serve>>,
    issuer: string,
    target: string,
  ) => {
    const policy = {
      version: '1.0.0',
      anyOf: [{ authority: issuer, allOf: [{ claim: 'ok', equals: true }] }],
    }
    const data = Buffer.from(JSON.stringify(policy)).toString('base64url')
    const json = { kty: 'oct-HSM', attributes: { exportable: true }, release_policy: { data } }
    await server.send('POST /keys/model/create', { json })
    return server.send('POST /keys/model/release', { json: { target } })
  }

  it('trusts an authority that publishes its keys over HTTPS, with NODE_EXTRA_CA_CERTS, if it is configured', async () => {
    const published = await startAuthority({ tls: true })
    const authority = createAttestationAuthority({ issuer: published.url, alg: 'ES256' })
    published.publish('/.well-known/openid-configuration', authority.openIdConfiguration)
    published.publish(new URL(authority.openIdConfiguration.jwks_uri).pathname, authority.jwks)
    const target = authority.mintToken({ enclaveKey: enclave.publicJwk, claims: { ok: true } })

    const issuer = ['--attestation-issuer', published.url]
    const trust = { NODE_EXTRA_CA_CERTS: fileOf('extra.pem', published.ca) }
    const careful = await serve(['--http'], trust)
    expect((await release(careful, published.url, target)).status).toBe(403)
    expect(published.asked).toEqual([])
    careful.child.kill()
    expect((await careful.ended).stderr).toContain('127.0.0.1 has no public address')

    const trusting = await serve(['--http', ...issuer], trust)
    const { status, json } = await release(trusting, published.url, target)
    expect(status).toBe(200)
    expect(enclave.openRelease(json.value).kty).toBe('oct')
    expect(published.asked[0]).toBe('/.well-known/openid-configuration')
    trusting.child.kill()

    const wary = await serve(['--http', ...issuer])
    expect((await release(wary, published.url, target)).status).toBe(403)
    wary.child.kill()
    expect((await wary.ended).stderr).toContain(
      `warning: No keys of the attestation authority ${published.url}`,
    )
    await published.close()
  })

  it('trusts an authority whose keys are in a file', async () => {
    const authority = createAttestationAuthority({ issuer: 'https://attest.test', alg: 'ES256' })
    const target = authority.mintToken({ enclaveKey: enclave.publicJwk, claims: { ok: true } })
    const file = fileOf('jwks.json', JSON.stringify(authority.jwks))
    const server = await serve(['--http', '--attestation-keys', `https://attest.test=${file}`])
    expect((await release(server, 'https://attest.test', target)).status).toBe(200)
    server.child.kill()
    await server.ended
  })
})
