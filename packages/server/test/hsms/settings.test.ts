/** Options that are refused, and addresses that need `force`. */

import { describe, expect, it } from 'vitest'
import { parseSettings } from '../../src/hsms/settings.ts'
import type { ServerOptions } from '../../src/index.ts'
import { isLoopback, isServedName } from '../../src/network/addresses.ts'
import { testServers } from '../test-server.ts'

const { start } = testServers()

const certificate = { cert: 'none', key: 'none' }

describe('an option', () => {
  it.each<[string, ServerOptions, RegExp]>([
    [
      'a misspelt option',
      { prot: 1 } as ServerOptions,
      /^Unknown option "prot" of startServer. Did you mean "port"\?/,
    ],
    [
      'a misspelt limit',
      { limits: { maxBodyLenght: 1 } } as ServerOptions,
      /Did you mean "limits.maxBodyLength"\?/,
    ],
    ['a limit one level too high', { maxBodyLength: 1 } as ServerOptions, /limits\.maxBodyLength/],
    [
      'a port as text',
      { port: '8443' as unknown as number },
      /^The option "port" of startServer must be a whole number from 0 to 65535, not a string/,
    ],
    ['a port of 65536', { port: 65_536 }, /must be a whole number from 0 to 65535/],
    ['a port of half', { port: 0.5 }, /must be a whole number from 0 to 65535/],
    [
      'an unknown log format',
      { log: 'jsno' as 'json' },
      /^Unknown value "jsno" of the option "log" of startServer\. Did you mean "json"\?/,
    ],
    [
      'a misspelt option of the log',
      { log: { levl: 'info' } as object },
      /Did you mean "log\.level"\?/,
    ],
    [
      'a log level of another logger',
      { log: { level: 'trace' as 'debug' } },
      /The values are: debug/,
    ],
    [
      'a log that is switched on',
      { log: true as unknown as 'json' },
      /'text', 'json', a function or/,
    ],
    ['a log to a file', { log: { write: 'log.txt' as never } }, /must be a function/],
    ['a port for operators as text', { opsPort: '9464' as never }, /from 0 to 65535, not a string/],
    ['an address for operators without a port', { opsHost: '::1' }, /only with opsPort/],
    ['one port for everything', { port: 9464, opsPort: 9464 }, /^opsPort must be another port/],
    ['a Promise', Promise.resolve({}) as ServerOptions, /must be an object, not a Promise/],
    [
      'a name with a port',
      { names: ['contoso:8443'] },
      /^names must be host names without a port, not contoso:8443/,
    ],
    ['a name that is an address', { names: ['10.0.0.1'] }, /^names must be host names/],
    ['a name twice', { names: ['contoso', 'Contoso'] }, /^names must be different/],
    ['a certificate for plain HTTP', { http: true, certificate }, /cannot be used with http/],
    ['an unknown auth', { auth: 'all' as 'any' }, /The values are: any, none, jwt/],
    ['jwt without an authority', { auth: 'jwt' }, /^auth jwt needs authority/],
    ['audiences without jwt', { audiences: ['a'] }, /^audiences can be used only with auth jwt/],
    [
      'no audience at all',
      { auth: 'jwt', authority: 'https://a.test', audiences: [] },
      /^audiences must have at least one/,
    ],
    [
      'an attestation issuer in plain HTTP',
      { attestationIssuers: ['http://a.test'] },
      /^attestationIssuers must be https URLs/,
    ],
    [
      'an authority in plain HTTP',
      { authority: 'http://a.test' },
      /^authority must be an https URL/,
    ],
    ['an authority with a query', { authority: 'https://a.test/?b' }, /^authority must be/],
    [
      'an authority that breaks the challenge',
      { authority: 'https://a.test/a,b' },
      /^authority must be/,
    ],
    [
      'a limit of nothing',
      { limits: { maxConnections: 0 } },
      /"limits.maxConnections" of startServer must be a whole number above 0/,
    ],
  ])('%s is refused', (_, options, message) => {
    expect(() => parseSettings(options)).toThrow(
      expect.objectContaining({ code: 'BadOption', message: expect.stringMatching(message) }),
    )
  })

  it('that is undefined or null has its default', () => {
    const options = { port: undefined, host: null, limits: { maxConnections: undefined } }
    const { port, host, limits } = parseSettings(options as unknown as ServerOptions)
    expect([port, host, limits.maxConnections]).toEqual([8443, '127.0.0.1', 1000])
  })

  it('that the engine refuses is refused by the server', async () => {
    await expect(start({ softDeleteRetentionDays: 6 })).rejects.toMatchObject({ status: 400 })
  })

  it('certificate is refused where it cannot be read', async () => {
    await expect(start({ certificate })).rejects.toMatchObject({ code: 'BadCertificate' })
  })

  it('authority may be plain HTTP on this machine', () => {
    expect(parseSettings({ authority: 'http://localhost:9000/t' }).authority).toBe(
      'http://localhost:9000/t',
    )
  })
})

describe('an address that other machines can reach', () => {
  const authority = 'https://login.example/tenant'

  it.each<[string, ServerOptions, RegExp]>([
    ['0.0.0.0 with any token', { host: '0.0.0.0' }, /anyone can use and delete every key/],
    [':: with any token', { host: '::' }, /anyone can use and delete every key/],
    ['a name with any token', { host: 'hsm.example.org' }, /anyone can use and delete every key/],
    [
      'plain HTTP with jwt',
      { host: '0.0.0.0', http: true, auth: 'jwt', authority },
      /tokens and plaintexts can be read/,
    ],
  ])('is refused: %s', (_, options, reason) => {
    expect(() => parseSettings(options)).toThrow(
      expect.objectContaining({ code: 'RefusedBinding', message: expect.stringMatching(reason) }),
    )
  })

  it('is accepted with TLS and jwt', () => {
    const warnings: string[] = []
    const warn = (text: string) => warnings.push(text)
    expect(parseSettings({ host: '0.0.0.0', auth: 'jwt', authority, warn }).host).toBe('0.0.0.0')
    expect(warnings).toEqual([])
  })

  it('is accepted with force, with a warning that says why', async () => {
    const warnings: string[] = []
    const warn = (text: string) => warnings.push(text)
    const server = await start({ host: '0.0.0.0', http: true, force: true, warn })
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    expect(warnings).toEqual([
      expect.stringMatching(/without TLS.*; without verified tokens, anyone can/),
    ])
  })

  it('that is in use is refused', async () => {
    const { url } = await start({ http: true })
    const port = Number(new URL(url).port)
    await expect(start({ http: true, port })).rejects.toMatchObject({ code: 'NotListening' })
  })
})

describe('loopback', () => {
  it.each([
    '127.0.0.1',
    '127.9.8.7',
    '::1',
    '[::1]',
    '::ffff:127.0.0.1',
    'localhost',
    'a.localhost',
  ])('includes %s', (host) => expect(isLoopback(host)).toBe(true))

  it.each(['0.0.0.0', '::', '10.0.0.1', '128.0.0.1', 'localhost.example', '::ffff:10.0.0.1'])(
    'excludes %s',
    (host) => expect(isLoopback(host)).toBe(false),
  )
})

describe('a name', () => {
  it.each(['contoso', 'c', 'contoso-2', 'a.b.c'])('may be %s', (name) =>
    expect(isServedName(name)).toBe(true),
  )

  it.each(['', '-a', 'a-', 'a..b', 'a b', '*.localhost', 'ü', `${'a'.repeat(64)}`])(
    'may not be %j',
    (name) => expect(isServedName(name)).toBe(false),
  )
})
