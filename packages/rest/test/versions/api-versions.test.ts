/** Which api-versions are taken, and what they have. */

import { describe, expect, it } from 'vitest'
import { base64url, testRest } from '../rest-client.ts'

const KNOWN = [
  '2016-10-01',
  '7.0',
  '7.1',
  '7.2-preview',
  '7.2',
  '7.3-preview',
  '7.3',
  '7.4-preview.1',
  '7.4',
  '7.5-preview.1',
  '7.5',
  '7.6-preview.1',
  '7.6-preview.2',
  '7.6',
  '2025-06-01-preview',
  '2025-07-01',
  '2026-01-01-preview',
  '2026-03-01-preview',
  '2026-04-01',
  '2026-05-01-preview',
  '2026-07-01-preview',
]

describe('an api-version', () => {
  it.each(KNOWN)('%s is taken, by a strict handler too', async (version) => {
    for (const strict of [false, true]) {
      const { send } = testRest({}, { strict })
      expect((await send(`GET /keys?api-version=${version}`)).status).toBe(200)
    }
  })

  it.each(['2026-02-01', '2031-12-31-preview', '2027-01-01-preview.2'])(
    '%s of the future is taken, unless the handler is strict',
    async (version) => {
      const target = `GET /keys?api-version=${version}`
      expect((await testRest().send(target)).status).toBe(200)
      expect((await testRest({}, { strict: true }).send(target)).status).toBe(400)
    },
  )

  it.each([
    '',
    '?api-version=',
    '?api-version=7',
    '?api-version=2015-06-01',
    '?api-version=latest',
  ])('is missing from or wrong in %j: 400', async (query) => {
    const { status, json } = await testRest().send(`GET /keys${query || '?other=1'}`)
    expect([status, json.error.code]).toEqual([400, 'BadParameter'])
  })

  it.each(['?api%2Dversion=7.5', '?API-Version=7.5', '?other=1&api-version=7.5'])(
    'is found in %s',
    async (query) => {
      expect((await testRest().send(`GET /keys${query}`)).status).toBe(200)
    },
  )
})

describe('the attributes of an answer', () => {
  const names = async (profile: 'managed-hsm' | 'vault-premium', version: string) => {
    const { send } = testRest({ profile })
    const { json } = await send(`POST /keys/a/create?api-version=${version}`, {
      json: { kty: 'EC' },
    })
    return Object.keys(json.attributes)
  }

  it('of a vault grow with the version', async () => {
    const first = ['enabled', 'created', 'updated', 'recoveryLevel']
    expect(await names('vault-premium', '7.0')).toEqual(first)
    expect(await names('vault-premium', '7.2')).toEqual([...first, 'recoverableDays'])
    expect(await names('vault-premium', '7.3')).toEqual([...first, 'recoverableDays', 'exportable'])
    expect(await names('vault-premium', '2025-07-01')).toEqual([
      ...first,
      'recoverableDays',
      'exportable',
      'hsmPlatform',
    ])
  })

  it('of an exportable key of a vault say so in every version', async () => {
    const { send } = testRest({ profile: 'vault-premium' })
    const policy = {
      version: '1.0.0',
      anyOf: [{ authority: 'https://a.test', allOf: [{ claim: 'c', equals: true }] }],
    }
    const json = {
      kty: 'EC-HSM',
      attributes: { exportable: true },
      release_policy: { data: base64url(JSON.stringify(policy)) },
    }
    expect((await send('POST /keys/b/create', { json })).status).toBe(200)
    await send('POST /keys/a/create', { json: { kty: 'EC' } })
    const { value } = (await send('GET /keys?api-version=7.0')).json
    expect(value.map(({ attributes }: { attributes: object }) => Object.keys(attributes))).toEqual([
      ['enabled', 'created', 'updated', 'recoveryLevel'],
      ['enabled', 'created', 'updated', 'recoveryLevel', 'exportable'],
    ])
  })

  it('of a Managed HSM say exportable from 7.2 on', async () => {
    expect(await names('managed-hsm', '7.2')).toContain('exportable')
    expect(await names('managed-hsm', '7.2')).not.toContain('hsmPlatform')
  })
})

describe('a strict handler', () => {
  it.each([
    ['POST /keys/a/rotate', '7.2', '7.3'],
    ['GET /keys/a/rotationpolicy', '7.2', '7.3'],
    ['GET /keys/a/attestation', '7.6-preview.1', '7.6-preview.2'],
  ])('has %s not in %s but in %s', async (target, before, since) => {
    const { send } = testRest({}, { strict: true })
    await send('POST /keys/a/create', { json: { kty: 'oct' } })
    expect((await send(`${target}?api-version=${before}`)).status).toBe(400)
    expect((await send(`${target}?api-version=${since}`)).status).toBe(200)
  })
})
