/** Options that are none, and addresses that a server refuses. */

import { describe, expect, it } from 'vitest'
import { parseSettings } from '../../src/hsms/settings.ts'
import type { ServerOptions } from '../../src/index.ts'
import { isLoopback, isServedName } from '../../src/network/addresses.ts'
import { testServers } from '../test-server.ts'

const { start } = testServers()

const certificate = { cert: 'none', key: 'none' }

describe('an option', () => {
  it.each<[string, ServerOptions, RegExp]>([
    ['a port of 65536', { port: 65_536 }, /^The port must be a whole number from 0 to 65535/],
    ['a port of half', { port: 0.5 }, /^The port must be/],
    [
      'a name with a port',
      { names: ['contoso:8443'] },
      /^A name must be a host name without a port/,
    ],
    ['a name that is an address', { names: ['10.0.0.1'] }, /^A name must be a host name/],
    ['a name twice', { names: ['contoso', 'Contoso'] }, /^A name is given twice/],
    ['a certificate for plain HTTP', { http: true, certificate }, /no use for a certificate/],
    ['an unknown auth', { auth: 'all' as 'any' }, /^auth must be any, none or jwt, not all/],
    ['jwt without an authority', { auth: 'jwt' }, /^auth jwt needs an authority/],
    ['audiences without jwt', { audiences: ['a'] }, /^Audiences are looked at with auth jwt alone/],
    [
      'an authority in plain HTTP',
      { authority: 'http://a.test' },
      /^The authority must be an https URL/,
    ],
    ['an authority with a query', { authority: 'https://a.test/?b' }, /^The authority must be/],
    [
      'an authority that breaks the challenge',
      { authority: 'https://a.test/a,b' },
      /^The authority must be/,
    ],
    [
      'a limit of nothing',
      { limits: { maxConnections: 0 } },
      /^limits.maxConnections must be a whole number above 0/,
    ],
  ])('%s is refused', (_, options, message) => {
    expect(() => parseSettings(options)).toThrow(
      expect.objectContaining({ code: 'BadOption', message: expect.stringMatching(message) }),
    )
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

describe('an address that others can reach', () => {
  const authority = 'https://login.example/tenant'

  it.each<[string, ServerOptions, RegExp]>([
    ['0.0.0.0 with any token', { host: '0.0.0.0' }, /may use and delete every key/],
    [':: with any token', { host: '::' }, /may use and delete every key/],
    ['a name with any token', { host: 'hsm.example.org' }, /may use and delete every key/],
    [
      'plain HTTP with jwt',
      { host: '0.0.0.0', http: true, auth: 'jwt', authority },
      /reads tokens and plaintexts/,
    ],
  ])('is refused: %s', (_, options, reason) => {
    expect(() => parseSettings(options)).toThrow(
      expect.objectContaining({ code: 'RefusedBinding', message: expect.stringMatching(reason) }),
    )
  })

  it('is taken with TLS and jwt', () => {
    const warnings: string[] = []
    const warn = (text: string) => warnings.push(text)
    expect(parseSettings({ host: '0.0.0.0', auth: 'jwt', authority, warn }).host).toBe('0.0.0.0')
    expect(warnings).toEqual([])
  })

  it('is taken by force, with a warning that says why', async () => {
    const warnings: string[] = []
    const warn = (text: string) => warnings.push(text)
    const server = await start({ host: '0.0.0.0', http: true, force: true, warn })
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    expect(warnings).toEqual([
      expect.stringContaining('there is no TLS; everybody who reaches it may'),
    ])
  })

  it('that is taken is refused by name', async () => {
    const { url } = await start({ http: true })
    const port = Number(new URL(url).port)
    await expect(start({ http: true, port })).rejects.toMatchObject({ code: 'NotListening' })
  })
})

describe('what only this machine can reach', () => {
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
