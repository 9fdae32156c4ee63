/** The keys of attestation authorities: given, or fetched from public or configured addresses. */

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import { isPublicAddress } from '../../src/network/addresses.ts'
import { createJsonFetcher, type FetchJson } from '../../src/network/fetch-json.ts'
import { createHttpGet } from '../../src/network/http-get.ts'
import { createAttestation } from '../../src/tokens/attestation.ts'

const ISSUER = 'https://attest.test'
const KEYS = [{ kty: 'RSA', kid: 'one' }]
const PRIVATE_ISSUER = 'https://10.0.0.9'

const published = (more: object = {}): Readonly<Record<string, object>> => ({
  [`${ISSUER}/.well-known/openid-configuration`]: {
    issuer: ISSUER,
    jwks_uri: `${ISSUER}/certs`,
    ...more,
  },
  [`${ISSUER}/certs`]: { keys: KEYS },
})

/** The keys of published pages, with what was fetched and warned of. */
function over(
  pages: Readonly<Record<string, object>>,
  given: Readonly<Record<string, typeof KEYS>> = {},
) {
  const asked: string[] = []
  const warnings: string[] = []
  const clock = { now: 0 }
  const fetchJson: FetchJson = async (url) => {
    asked.push(url)
    const page = pages[url]
    if (page === undefined) throw new Error('not there')
    return { ...page }
  }
  const warn = (text: string) => warnings.push(text)
  const attestation = createAttestation({
    given,
    configured: [PRIVATE_ISSUER],
    fetchPublic: (url) =>
      url.startsWith(PRIVATE_ISSUER) ? Promise.reject(new Error('private')) : fetchJson(url),
    fetchAny: fetchJson,
    warn,
    now: () => clock.now,
  })
  const keysOf = async (issuer: string) => {
    await attestation.prepareRelease(issuer)
    return attestation.attestationKeys(issuer, { alg: 'RS256' })
  }
  return { ...attestation, asked, warnings, clock, keysOf, pages }
}

describe('keys that are published', () => {
  it('are found by the metadata of the issuer', async () => {
    const { keysOf, asked } = over(published())
    expect(await keysOf(ISSUER)).toEqual(KEYS)
    expect(asked).toEqual([`${ISSUER}/.well-known/openid-configuration`, `${ISSUER}/certs`])
  })

  it('are the same with a slash at the end of the issuer', async () => {
    const { keysOf, asked } = over(published({ issuer: `${ISSUER}/` }))
    expect(await keysOf(`${ISSUER}/`)).toEqual(KEYS)
    expect(await keysOf(ISSUER)).toEqual(KEYS)
    expect(asked).toHaveLength(2)
  })

  it('are not known before they were fetched', () => {
    expect(over(published()).attestationKeys(ISSUER, { alg: 'RS256' })).toBeUndefined()
  })

  it('are fetched once for concurrent requests', async () => {
    const { keysOf, asked } = over(published())
    await Promise.all([keysOf(ISSUER), keysOf(ISSUER), keysOf(`${ISSUER}/`)])
    expect(asked).toHaveLength(2)
  })

  it('are fetched again after five minutes', async () => {
    const { keysOf, asked, clock } = over(published())
    await keysOf(ISSUER)
    clock.now = 299_999
    await keysOf(ISSUER)
    expect(asked).toHaveLength(2)
    clock.now = 300_000
    await keysOf(ISSUER)
    expect(asked).toHaveLength(4)
  })

  it('are no longer used when the authority is gone', async () => {
    const pages: Record<string, object> = { ...published() }
    const { keysOf, clock } = over(pages)
    await keysOf(ISSUER)
    delete pages[`${ISSUER}/certs`]
    clock.now = 300_000
    expect(await keysOf(ISSUER)).toBeUndefined()
  })

  it('that could not be fetched are fetched again after ten seconds', async () => {
    const { keysOf, asked, clock, warnings } = over({})
    expect(await keysOf(ISSUER)).toBeUndefined()
    expect(await keysOf(ISSUER)).toBeUndefined()
    expect(asked).toHaveLength(1)
    expect(warnings).toEqual([expect.stringContaining(ISSUER)])
    clock.now = 10_000
    await keysOf(ISSUER)
    expect(asked).toHaveLength(2)
  })

  it.each<[string, string, object]>([
    ['an issuer in plain HTTP', 'http://attest.test', {}],
    ['an issuer that is no URL', 'attest', {}],
    ['metadata of another issuer', ISSUER, { issuer: 'https://other.test' }],
    ['keys at another place', ISSUER, { jwks_uri: 'https://10.0.0.1/certs' }],
    ['keys in plain HTTP', ISSUER, { jwks_uri: 'http://attest.test/certs' }],
    ['no address of keys', ISSUER, { jwks_uri: undefined }],
  ])('are not taken from %s', async (_, issuer, metadata) => {
    const { keysOf, asked } = over(published(metadata))
    expect(await keysOf(issuer)).toBeUndefined()
    expect(asked.filter((url) => !url.startsWith(`${ISSUER}/.well-known/`))).toEqual([])
  })

  it('are not taken from what is no key set', async () => {
    const { keysOf } = over({ ...published(), [`${ISSUER}/certs`]: { keys: 'none' } })
    expect(await keysOf(ISSUER)).toBeUndefined()
  })

  it('of at most a hundred authorities are cached', async () => {
    const { keysOf, attestationKeys } = over(published())
    await keysOf(ISSUER)
    for (let i = 0; i < 99; i += 1) await keysOf(`https://a${i}.test`)
    expect(attestationKeys(ISSUER, { alg: 'RS256' })).toEqual(KEYS)
    await keysOf('https://one-more.test')
    expect(attestationKeys(ISSUER, { alg: 'RS256' })).toBeUndefined()
  })
})

describe('keys that were given', () => {
  it('are used, and nothing is fetched', async () => {
    const { keysOf, asked } = over({}, { [`${ISSUER}/`]: KEYS })
    expect(await keysOf(ISSUER)).toEqual(KEYS)
    expect(asked).toEqual([])
  })
})

describe('keys of an authority', () => {
  it('are taken from metadata without an issuer', async () => {
    const { keysOf } = over(published({ issuer: undefined }))
    expect(await keysOf(ISSUER)).toEqual(KEYS)
  })

  it('that are for encryption are left out', async () => {
    const keys = [
      { kty: 'RSA', kid: 'enc', use: 'enc' },
      { kty: 'RSA', use: 'sig' },
    ]
    const { keysOf } = over({ ...published(), [`${ISSUER}/certs`]: { keys } })
    expect(await keysOf(ISSUER)).toEqual([keys[1]])
  })

  it('at a private address are fetched if it is configured', async () => {
    const { keysOf } = over({
      [`${PRIVATE_ISSUER}/.well-known/openid-configuration`]: { jwks_uri: `${PRIVATE_ISSUER}/k` },
      [`${PRIVATE_ISSUER}/k`]: { keys: KEYS },
    })
    expect(await keysOf(`${PRIVATE_ISSUER}/`)).toEqual(KEYS)
  })

  it('are cached up to 4 MiB in all', async () => {
    const issuers = Array.from({ length: 10 }, (_, index) => `https://a${index}.test`)
    const keys = [{ kty: 'RSA', x5c: ['x'.repeat(500_000)] }]
    const { keysOf, attestationKeys } = over(
      Object.fromEntries(
        issuers.flatMap((issuer) => [
          [`${issuer}/.well-known/openid-configuration`, { jwks_uri: `${issuer}/k` }],
          [`${issuer}/k`, { keys }],
        ]),
      ),
    )
    for (const issuer of issuers) await keysOf(issuer)
    const cached = issuers.map((issuer) => attestationKeys(issuer, { alg: 'RS256' }) !== undefined)
    expect(cached).toEqual([false, false, ...Array.from({ length: 8 }, () => true)])
  })

  it('with a name of more than 1,024 characters are not fetched', async () => {
    const { keysOf, asked } = over(published())
    expect(await keysOf(`https://${'a.'.repeat(600)}test`)).toBeUndefined()
    expect(asked).toEqual([])
  })
})

describe('what is fetched', () => {
  const fetching = (text: string | Uint8Array, status = 200) => {
    const asked: [URL, AbortSignal][] = []
    const fetch = createJsonFetcher(async (url, signal) => {
      asked.push([url, signal])
      const body = new Response(text).body as unknown as AsyncIterable<Uint8Array>
      return { status, body }
    })
    return { asked, fetch }
  }

  it('is a JSON object', async () => {
    expect(await fetching('{"a":1}').fetch('https://a.test')).toEqual({ a: 1 })
  })

  it('is given up after a time', async () => {
    const { fetch, asked } = fetching('{}')
    await fetch('https://a.test')
    expect(asked[0]?.[1]).toBeInstanceOf(AbortSignal)
  })

  it.each<[string, string | Uint8Array, number]>([
    ['another status', '{}', 404],
    ['a redirection', '{}', 302],
    ['no JSON', '<html>', 200],
    ['no object', '1', 200],
    ['no UTF-8', Uint8Array.of(0x22, 0xff, 0x22), 200],
    ['half a mebibyte and more', `{"a":"${'x'.repeat(512 * 1024)}"}`, 200],
    ['nothing', '', 200],
  ])('is not taken from %s', async (_, text, status) => {
    await expect(fetching(text, status).fetch('https://a.test')).rejects.toThrow()
  })

  it('is not fetched in plain HTTP from another machine', async () => {
    const { fetch, asked } = fetching('{}')
    await expect(fetch('http://a.test')).rejects.toThrow('is not an https URL')
    await fetch('http://localhost:9000/a')
    expect(asked).toHaveLength(1)
  })
})

describe('a GET from public addresses only', () => {
  it.each(['127.0.0.1', 'localhost', '[::ffff:127.0.0.1]'])(
    'connects to no %s',
    async (hostname) => {
      let requests = 0
      const server = createServer((_, response) => {
        requests += 1
        response.end('{}')
      })
      await new Promise<void>((resolve) => server.listen(0, resolve))
      const { port } = server.address() as AddressInfo
      const url = new URL(`http://${hostname}:${port}/`)
      const signal = AbortSignal.timeout(60_000)
      await expect(createHttpGet(isPublicAddress)(url, signal)).rejects.toThrow('no public address')
      expect(requests).toBe(0)
      expect((await createHttpGet()(url, signal)).status).toBe(200)
      await new Promise((resolve) => server.close(resolve))
    },
  )

  it.each([
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '127.0.0.1',
    '169.254.169.254',
    '172.31.0.1',
    '192.168.1.1',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    'fc00::1',
    'fe80::1',
    '::ffff:10.0.0.1',
    '64:ff9b::a00:1',
    '2002:a00:1::',
  ])('connects to no %s', (address) => expect(isPublicAddress(address)).toBe(false))

  it.each(['20.42.1.1', '172.32.0.1', '2603:1030::1'])('connects to %s', (address) =>
    expect(isPublicAddress(address)).toBe(true),
  )
})
