/** ML-DSA over the wire, in the previews of the API that have it and in no other version. */

import { createKey, verify } from 'pocket-hsm'
import { describe, expect, it } from 'vitest'
import { base64url, testRest } from '../rest-client.ts'

const WITH = ['2026-05-01-preview', '2026-07-01-preview'] as const
const WITHOUT = ['7.0', '7.6', '2025-07-01', '2026-01-01-preview', '2026-04-01'] as const
const ALGS = [
  ['ML-DSA-44', 1312, 2420],
  ['ML-DSA-65', 1952, 3309],
  ['ML-DSA-87', 2592, 4627],
] as const

const V = `api-version=${WITH[0]}`
const value = base64url(Buffer.from('firmware 1.2'))
const context = base64url(Buffer.from('firmware'))
const external_mu = base64url(Buffer.alloc(64, 3))

const JWK = { kty: 'AKP', alg: 'ML-DSA-44', priv: base64url(Buffer.alloc(32)) }

/** A handler over an HSM with an ML-DSA key, and what it answers to requests about that key. */
async function signing(alg = 'ML-DSA-44') {
  const rest = testRest()
  const created = await rest.send(`POST /keys/firmware/create?${V}`, {
    json: { kty: 'AKP', alg, key_ops: ['sign', 'verify'], attributes: {} },
  })
  const ask = (operation: string, json: object, version: string = WITH[0]) =>
    rest.send(`POST /keys/firmware/${operation}?api-version=${version}`, { json })
  return { ...rest, created, ask }
}

describe('an ML-DSA key', () => {
  it.each(ALGS)(
    '%s is created, signs and verifies as the API describes',
    async (alg, pub, length) => {
      const { created, ask, hsm } = await signing(alg)
      expect(created.status).toBe(200)
      expect(created.json.key).toMatchObject({ kty: 'AKP-HSM', alg, key_ops: ['sign', 'verify'] })
      expect(Buffer.from(created.json.key.pub, 'base64url')).toHaveLength(pub)

      const { status, json } = await ask('sign', { value })
      expect([status, json.kid]).toEqual([200, created.json.key.kid])
      const signature = Buffer.from(json.value, 'base64url')
      expect(signature).toHaveLength(length)
      const digest = Buffer.from('firmware 1.2')
      expect(verify(hsm, 'firmware', { alg, digest, value: signature })).toBe(true)

      const right = await ask('verify', { digest: value, value: json.value })
      expect(right.json).toMatchObject({ value: true, alg, kid: created.json.key.kid })
      const wrong = await ask('verify', { digest: context, value: json.value })
      expect([wrong.status, wrong.json.value]).toEqual([200, false])
    },
  )

  it('signs with a context, which verify needs too, and with alg', async () => {
    const { ask } = await signing()
    const { json } = await ask('sign', { alg: 'ML-DSA-44', value, context })
    const question = { alg: 'ML-DSA-44', digest: value, value: json.value }
    expect((await ask('verify', { ...question, context })).json.value).toBe(true)
    expect((await ask('verify', question)).json.value).toBe(false)
  })

  it('signs an external µ, which verify takes without a digest', async () => {
    const { ask } = await signing()
    const { json } = await ask('sign', { external_mu })
    expect((await ask('verify', { external_mu, value: json.value })).json.value).toBe(true)
  })

  it('is imported from its seed, with Hsm or without', async () => {
    const { send } = testRest()
    const seen = []
    for (const Hsm of [true, undefined]) {
      const { status, json } = await send(`PUT /keys/firmware?${V}`, { json: { key: JWK, Hsm } })
      expect([status, json.key.kty, json.key.alg]).toEqual([200, 'AKP-HSM', 'ML-DSA-44'])
      expect(json.key.priv).toBeUndefined()
      seen.push(json.key.pub)
    }
    expect(seen[0]).toHaveLength(1750)
    expect(seen[1]).toBe(seen[0])
  })

  it('is backed up, restored and rotated', async () => {
    const { send, created } = await signing()
    const backup = await send(`POST /keys/firmware/backup?${V}`)
    await send(`DELETE /keys/firmware?${V}`)
    await send(`DELETE /deletedkeys/firmware?${V}`)
    const restored = await send(`POST /keys/restore?${V}`, { json: backup.json })
    expect(restored.json.key).toEqual(created.json.key)
    const rotated = await send(`POST /keys/firmware/rotate?${V}`)
    expect(rotated.json.key.alg).toBe('ML-DSA-44')
    expect(rotated.json.key.pub).not.toBe(created.json.key.pub)
  })
})

describe('a request about ML-DSA is refused', () => {
  const MU_AND = (name: string) => `'external_mu' and '${name}' exclude each other.`

  it.each([
    ['sign', { value, external_mu }, MU_AND('value')],
    ['sign', { context, external_mu }, MU_AND('context')],
    ['sign', { external_mu: value }, "Invalid length of 'external_mu': 12 bytes."],
    ['sign', { value, context: base64url(Buffer.alloc(256)) }, "Invalid length of 'context'"],
    ['sign', { value, context: '%' }, "Content of 'context' is not base64url."],
    ['sign', {}, "Property 'value' is required."],
    ['verify', { value }, "Property 'digest' is required."],
    ['verify', { external_mu }, "Property 'value' is required."],
    ['verify', { digest: value, value, external_mu }, MU_AND('digest')],
    ['sign', { alg: 'ML-DSA-65', value }, 'Algorithm ML-DSA-65 cannot be used'],
  ])('to %s %o: 400', async (operation, json, text) => {
    const { ask } = await signing()
    const refused = await ask(operation, json)
    expect([refused.status, refused.json.error.code]).toEqual([400, 'BadParameter'])
    expect(refused.json.error.message).toContain(text)
  })

  it('where the key has another type and no alg is given', async () => {
    const { hsm, send } = testRest()
    createKey(hsm, 'ec', { kty: 'EC' })
    for (const name of ['ec', 'missing']) {
      const refused = await send(`POST /keys/${name}/sign?${V}`, { json: { value } })
      expect(refused.status).toBe(name === 'ec' ? 400 : 404)
    }
  })
})

describe.each(WITHOUT)('api-version %s has no ML-DSA:', (version) => {
  it('it creates and imports no such key', async () => {
    const { send } = testRest()
    const refused = [
      await send(`POST /keys/a/create?api-version=${version}`, {
        json: { kty: 'AKP-HSM', alg: 'ML-DSA-44' },
      }),
      await send(`PUT /keys/a?api-version=${version}`, { json: { key: JWK } }),
    ]
    for (const { status, json } of refused) {
      expect([status, json.error.code, json.error.innererror.code]).toEqual([
        400,
        'BadParameter',
        'KeyTypeNotSupported',
      ])
      expect(json.error.message).toContain('Invalid kty value: AKP')
    }
    expect((await send(`GET /keys?${V}`)).json.value).toEqual([])
  })

  it('it neither signs nor verifies with a key that is there', async () => {
    const { ask } = await signing()
    const bodies = [
      { alg: 'ML-DSA-44', value, digest: value },
      { external_mu, value, digest: value },
    ]
    for (const json of bodies) {
      for (const operation of ['sign', 'verify']) {
        const { status } = await ask(operation, json, version)
        expect(status).toBe(400)
      }
    }
  })

  it('it ignores context, like any member that it does not know', async () => {
    const { hsm, send } = testRest()
    createKey(hsm, 'ec', { kty: 'EC' })
    const json = { alg: 'ES256', value: base64url(Buffer.alloc(32)), context }
    expect((await send(`POST /keys/ec/sign?api-version=${version}`, { json })).status).toBe(200)
    expect((await send(`POST /keys/ec/sign?${V}`, { json })).status).toBe(400)
  })
})

it('a vault has no ML-DSA in any version', async () => {
  const { send } = testRest({ profile: 'vault-premium' })
  const { status, json } = await send(`POST /keys/a/create?${V}`, {
    json: { kty: 'AKP-HSM', alg: 'ML-DSA-44' },
  })
  expect([status, json.error.innererror.code]).toEqual([400, 'KeyTypeNotSupported'])
})
