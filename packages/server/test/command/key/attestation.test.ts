/** Where the keys of attestation authorities come from. */

import { describe, expect, it } from 'vitest'
import { createJsonFetcher, type FetchJson } from '../../../src/network/fetch-json.ts'
import { createAttestation } from '../../../src/tokens/attestation.ts'

const ISSUER = 'https://attest.test'
const KEYS = [{ kty: 'RSA', kid: 'one' }]

const published = (more: object = {}): Readonly<Record<string, object>> => ({
  [`${ISSUER}/.well-known/openid-configuration`]: {
    issuer: ISSUER,
    jwks_uri: `${ISSUER}/certs`,
    ...more,
  },
  [`${ISSUER}/certs`]: { keys: KEYS },
})

/** An attestation over pages, with what it asked for and said. */
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
  const attestation = createAttestation({ given, fetchJson, warn, now: () => clock.now })
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

  it('are those of the issuer with a slash at the end too', async () => {
    const { keysOf, asked } = over(published({ issuer: `${ISSUER}/` }))
    expect(await keysOf(`${ISSUER}/`)).toEqual(KEYS)
    expect(await keysOf(ISSUER)).toEqual(KEYS)
    expect(asked).toHaveLength(2)
  })

  it('are not there before they were fetched', () => {
    expect(over(published()).attestationKeys(ISSUER, { alg: 'RS256' })).toBeUndefined()
  })

  it('are fetched once for all who ask at the same time', async () => {
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

  it('are no longer believed where the authority is gone', async () => {
    const pages: Record<string, object> = { ...published() }
    const { keysOf, clock } = over(pages)
    await keysOf(ISSUER)
    delete pages[`${ISSUER}/certs`]
    clock.now = 300_000
    expect(await keysOf(ISSUER)).toBeUndefined()
  })

  it('that could not be fetched are asked for again after ten seconds', async () => {
    const { keysOf, asked, clock, warnings } = over({})
    expect(await keysOf(ISSUER)).toBeUndefined()
    expect(await keysOf(ISSUER)).toBeUndefined()
    expect(asked).toHaveLength(1)
    expect(warnings).toEqual([expect.stringContaining(ISSUER)])
    clock.now = 10_000
    await keysOf(ISSUER)
    expect(asked).toHaveLength(2)
  })

  it('are taken from metadata that names no issuer', async () => {
    const { keysOf } = over(published({ issuer: undefined }))
    expect(await keysOf(ISSUER)).toEqual(KEYS)
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

  it('are not taken from a set that is none', async () => {
    const { keysOf } = over({ ...published(), [`${ISSUER}/certs`]: { keys: 'none' } })
    expect(await keysOf(ISSUER)).toBeUndefined()
  })

  it('of a hundred authorities are remembered, and no more', async () => {
    const { keysOf, attestationKeys } = over(published())
    await keysOf(ISSUER)
    for (let i = 0; i < 99; i += 1) await keysOf(`https://a${i}.test`)
    expect(attestationKeys(ISSUER, { alg: 'RS256' })).toEqual(KEYS)
    await keysOf('https://one-more.test')
    expect(attestationKeys(ISSUER, { alg: 'RS256' })).toBeUndefined()
  })
})

describe('keys that were given', () => {
  it('are taken, and nobody is asked', async () => {
    const { keysOf, asked } = over({}, { [`${ISSUER}/`]: KEYS })
    expect(await keysOf(ISSUER)).toEqual(KEYS)
    expect(asked).toEqual([])
  })
})

describe('what is fetched', () => {
  const fetching = (response: () => Response) => {
    const requests: (RequestInit | undefined)[] = []
    const fetch = createJsonFetcher(async (_, init) => {
      requests.push(init)
      return response()
    })
    return { requests, fetch }
  }

  it('is a JSON object', async () => {
    const { fetch } = fetching(() => new Response('{"a":1}'))
    expect(await fetch('https://a.test')).toEqual({ a: 1 })
  })

  it('follows no redirection and is not waited for without end', async () => {
    const { fetch, requests } = fetching(() => new Response('{}'))
    await fetch('https://a.test')
    expect(requests[0]?.redirect).toBe('error')
    expect(requests[0]?.signal).toBeInstanceOf(AbortSignal)
  })

  it.each<[string, () => Response]>([
    ['another status', () => new Response('{}', { status: 404 })],
    ['no JSON', () => new Response('<html>')],
    ['no object', () => new Response('1')],
    ['no UTF-8', () => new Response(Uint8Array.of(0x22, 0xff, 0x22))],
    ['half a mebibyte and more', () => new Response(`{"a":"${'x'.repeat(512 * 1024)}"}`)],
    ['nothing', () => new Response(null)],
  ])('is not taken from %s', async (_, response) => {
    await expect(fetching(response).fetch('https://a.test')).rejects.toThrow()
  })

  it('is not fetched in plain HTTP from another machine', async () => {
    const { fetch, requests } = fetching(() => new Response('{}'))
    await expect(fetch('http://a.test')).rejects.toThrow('is not an https URL')
    await fetch('http://localhost:9000/a')
    expect(requests).toHaveLength(1)
  })
})
