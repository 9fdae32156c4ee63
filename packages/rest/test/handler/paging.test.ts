/** Pages and the links between them. */

import { createKey } from 'pocket-hsm'
import { describe, expect, it } from 'vitest'
import { BASE_URL, type Send, testRest, VAULT_URL } from '../rest-client.ts'

const names = (count: number) => Array.from({ length: count }, (_, i) => `k${i + 100}`)

/** All kids, by following the links as they are. */
async function followed(send: Send, target: string): Promise<string[][]> {
  const pages: string[][] = []
  let next: { url?: string } | undefined = {}
  while (next) {
    const { status, json } = await send(target, next)
    expect(status).toBe(200)
    pages.push(json.value.map(({ kid }: { kid: string }) => kid))
    next = json.nextLink ? { url: json.nextLink } : undefined
  }
  return pages
}

describe.each([
  ['managed-hsm', BASE_URL],
  ['vault-premium', VAULT_URL],
] as const)('the pages of a %s', (profile, baseUrl) => {
  it('hold every key once, 25 a page', async () => {
    const { hsm, send } = testRest({ profile })
    for (const name of names(51)) createKey(hsm, name, { kty: 'EC' })
    const pages = await followed(send, 'GET /keys')
    expect(pages.map(({ length }) => length)).toEqual([25, 25, 1])
    expect(pages.flat()).toEqual(names(51).map((name) => `${baseUrl}/keys/${name}`))
  })

  it('are as long as asked', async () => {
    const { hsm, send } = testRest({ profile })
    for (const name of names(5)) createKey(hsm, name, { kty: 'EC' })
    const pages = await followed(send, 'GET /keys?api-version=7.4&maxresults=2')
    expect(pages.map(({ length }) => length)).toEqual([2, 2, 1])
  })

  it('end with a full page where nothing is left', async () => {
    const { hsm, send } = testRest({ profile })
    for (const name of names(4)) createKey(hsm, name, { kty: 'EC' })
    const pages = await followed(send, 'GET /keys?api-version=7.4&maxresults=2')
    expect(pages.map(({ length }) => length)).toEqual([2, 2])
  })

  it('are there for versions and for deleted keys', async () => {
    const { hsm, send } = testRest({ profile })
    for (let i = 0; i < 3; i += 1) createKey(hsm, 'a', { kty: 'EC' })
    const versions = await followed(send, 'GET /keys/a/versions?api-version=7.4&maxresults=2')
    expect(versions.map(({ length }) => length)).toEqual([2, 1])
    for (const name of names(3)) {
      createKey(hsm, name, { kty: 'EC' })
      await send(`DELETE /keys/${name}`)
    }
    const deleted = await followed(send, 'GET /deletedkeys?api-version=7.4&maxresults=2')
    expect(deleted.flat()).toEqual(names(3).map((name) => `${baseUrl}/keys/${name}`))
  })

  it.each(['0', '-1', '1.5', 'x', '', '99999999999999999999'])('are not %j long', async (most) => {
    const { send } = testRest({ profile })
    const { status, json } = await send(`GET /keys?api-version=7.4&maxresults=${most}`)
    expect([status, json.error.code]).toEqual([400, 'BadParameter'])
  })

  it.each(['!!!', 'AAAA', '%00'])('do not begin at %s', async (token) => {
    const { send } = testRest({ profile })
    expect((await send(`GET /keys?api-version=7.4&$skiptoken=${token}`)).status).toBe(400)
  })
})

describe('the link', () => {
  it('of a vault has the port and the api-version; the last is null', async () => {
    const { hsm, send } = testRest({ profile: 'vault-standard' })
    for (const name of names(2)) createKey(hsm, name, { kty: 'EC' })
    const { json } = await send('GET /keys?api-version=7.3&maxresults=1')
    expect(json.nextLink).toMatch(
      /^https:\/\/pocket\.vault\.azure\.net:443\/keys\?api-version=7\.3&\$skiptoken=[\w-]+&maxresults=1$/,
    )
    const last = await send('GET /', { url: json.nextLink })
    expect(last.text).toContain('"nextLink":null}')
    const other = await send('GET /', {
      url: 'http://local.test/keys?api-version=7.3&maxresults=1',
    })
    expect(other.json.nextLink).toContain('http://local.test:80/keys?')
  })

  it('of a Managed HSM has neither, and is taken without; the last is absent', async () => {
    const { hsm, send } = testRest()
    for (const name of names(26)) createKey(hsm, name, { kty: 'EC' })
    const { json } = await send('GET /keys')
    expect(json.nextLink).toMatch(
      /^https:\/\/pocket\.managedhsm\.azure\.net\/keys\?maxresults=25&\$skiptoken=[\w-]+\.7\.6$/,
    )
    const last = await send('GET /', { url: json.nextLink })
    expect(Object.keys(last.json)).toEqual(['value'])
    const encoded = json.nextLink.replace('$', '%24')
    expect((await send('GET /', { url: encoded })).json).toEqual(last.json)
  })

  it('of a Managed HSM keeps the api-version for the later pages', async () => {
    const { hsm, send } = testRest()
    for (const name of names(3)) createKey(hsm, name, { kty: 'EC' })
    const members = async (target: string, sending = {}) => {
      const { json } = await send(target, sending)
      return { link: json.nextLink, members: Object.keys(json.value[0].attributes) }
    }
    const first = await members('GET /keys?api-version=7.2&maxresults=1')
    expect(first.members).not.toContain('hsmPlatform')
    const second = await members('GET /', { url: first.link })
    expect(second.members).toEqual(first.members)
    expect((await members('GET /', { url: second.link })).members).toEqual(first.members)
    const newer = await members('GET /', { url: `${first.link}&api-version=7.6` })
    expect(newer.members).toContain('hsmPlatform')
  })

  it.each(['AAAA.', 'AAAA.7', 'AAAA.7.6.1'])('with the token %s is refused', async (token) => {
    const { status } = await testRest().send('GET /', {
      url: `${BASE_URL}/keys?$skiptoken=${token}`,
    })
    expect(status).toBe(400)
  })

  it('is not there for the versions of a name that is not', async () => {
    expect((await testRest().send('GET /keys/a/versions')).text).toBe('{"value":[]}')
    const { send } = testRest({ profile: 'vault-premium' })
    expect((await send('GET /keys/a/versions')).text).toBe('{"value":[],"nextLink":null}')
  })
})
