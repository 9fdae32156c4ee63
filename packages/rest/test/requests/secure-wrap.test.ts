/** Secure wrap and unwrap over the wire: the routes, their bodies, the api-versions that have them, who may call them. */

import {
  createAttestationAuthority,
  createEnclaveKey,
  createHsm,
  createKey,
  createRoleAssignment,
  enableAccessControl,
  type Hsm,
} from 'pocket-hsm'
import { describe, expect, it } from 'vitest'
import { createHandler, type HandlerOptions } from '../../src/index.ts'
import { sender } from '../rest-client.ts'

const ISSUER = 'https://attest.test'
const authority = createAttestationAuthority({ issuer: ISSUER, alg: 'ES256' })
const enclave = createEnclaveKey()
const target = (compliant = true, issuer = authority) =>
  issuer.mintToken({ enclaveKey: enclave.publicJwk, claims: { compliant } })

const policy = {
  version: '1.0.0',
  anyOf: [{ authority: ISSUER, allOf: [{ claim: 'compliant', equals: true }] }],
}

const V = 'api-version=2026-04-01'

/** A handler over an HSM that trusts the authority, with a KEK. */
function wrapping(options: HandlerOptions = {}) {
  const hsm = createHsm({ attestationKeys: authority.attestationKeys })
  const data = new TextEncoder().encode(JSON.stringify(policy))
  createKey(hsm, 'kek', { kty: 'oct', attributes: { exportable: true }, releasePolicy: { data } })
  return { hsm, send: sender(createHandler(hsm, options), hsm.baseUrl) }
}

const open = (value: string): Uint8Array =>
  enclave.openUnwrappedKey(Buffer.from(value, 'base64url'))

describe('secure wrap and unwrap', () => {
  it.each(['2026-01-01-preview', '2026-04-01', '2026-07-01-preview'])(
    'give an attested enclave its key, by api-version %s and a strict handler',
    async (version) => {
      const { send } = wrapping({ strict: true })
      const wrapped = await send(`POST /keys/kek/securewrapkey?api-version=${version}`, {
        json: { alg: 'A256KW' },
      })
      expect([wrapped.status, wrapped.json.alg]).toEqual([200, 'A256KW'])
      const { alg, value, kid } = wrapped.json
      const path = new URL(kid).pathname
      const unwrapped = await send(`POST ${path}/secureunwrapkey?api-version=${version}`, {
        json: { alg, value, target: target() },
      })
      expect([unwrapped.status, unwrapped.json.kid, unwrapped.json.alg]).toEqual([200, kid, alg])
      expect(open(unwrapped.json.value)).toHaveLength(32)
    },
  )

  it('take a wrapped key in either alphabet of base64', async () => {
    const { send } = wrapping()
    for (let round = 0; round < 8; round++) {
      const { json } = await send(`POST /keys/kek/securewrapkey?${V}`, { json: { alg: 'A256KW' } })
      const value = Buffer.from(json.value, 'base64url').toString('base64')
      const unwrapped = await send(`POST /keys/kek/secureunwrapkey?${V}`, {
        json: { alg: 'A256KW', value, target: target() },
      })
      expect(unwrapped.status).toBe(200)
    }
  })

  it.each([
    ['no alg', 'securewrapkey', {}, 400],
    ['no value', 'secureunwrapkey', { alg: 'A256KW', target: 'a.b.c' }, 400],
    ['no target', 'secureunwrapkey', { alg: 'A256KW', value: 'AAAA' }, 400],
    ['an empty target', 'secureunwrapkey', { alg: 'A256KW', value: 'AAAA', target: '' }, 400],
    [
      'a value that is no base64',
      'secureunwrapkey',
      { alg: 'A256KW', value: '%', target: 'a' },
      400,
    ],
  ])('refuse %s: %s', async (_, operation, json, status) => {
    const refused = await wrapping().send(`POST /keys/kek/${operation}?${V}`, { json })
    expect([refused.status, refused.json.error.code]).toEqual([status, 'BadParameter'])
  })

  it('refuse a target whose claims do not meet the policy: 403', async () => {
    const { send } = wrapping()
    const { json } = await send(`POST /keys/kek/securewrapkey?${V}`, { json: { alg: 'A256KW' } })
    const refused = await send(`POST /keys/kek/secureunwrapkey?${V}`, {
      json: { alg: 'A256KW', value: json.value, target: target(false) },
    })
    expect([refused.status, refused.json.error.innererror.code]).toEqual([403, 'AccessDenied'])
  })

  it.each([
    ['2026-05-01-preview', 200],
    ['2026-07-01-preview', 403],
  ])('by %s with another applicationTrustedIssuer: %i', async (version, status) => {
    const { send } = wrapping()
    const { json } = await send(`POST /keys/kek/securewrapkey?${V}`, { json: { alg: 'A256KW' } })
    const answer = await send(`POST /keys/kek/secureunwrapkey?api-version=${version}`, {
      json: {
        alg: 'A256KW',
        value: json.value,
        target: target(),
        applicationTrustedIssuer: 'https://other.test',
      },
    })
    expect(answer.status).toBe(status)
  })

  it.each(['7.6', '2025-07-01'])('are not in api-version %s', async (version) => {
    const { send } = wrapping({ strict: true })
    for (const operation of ['securewrapkey', 'secureunwrapkey']) {
      const { status } = await send(`POST /keys/kek/${operation}?api-version=${version}`, {
        json: { alg: 'A256KW' },
      })
      expect(status).toBe(400)
    }
  })

  it('fetch the keys of the issuer that the policy names, before the token is verified', async () => {
    const asked: string[] = []
    const { send } = wrapping({
      prepareRelease: async (issuer) => {
        asked.push(issuer)
      },
    })
    const { json } = await send(`POST /keys/kek/securewrapkey?${V}`, { json: { alg: 'A256KW' } })
    const other = createAttestationAuthority({ issuer: 'https://other.test', alg: 'ES256' })
    for (const issuer of [authority, other]) {
      await send(`POST /keys/kek/secureunwrapkey?${V}`, {
        json: { alg: 'A256KW', value: json.value, target: target(true, issuer) },
      })
    }
    expect(asked).toEqual([ISSUER])
  })
})

describe('key_ops with secureWrapKey', () => {
  const json = { kty: 'oct-HSM', key_ops: ['secureWrapKey', 'secureUnwrapKey'] }

  it('are created, and then neither wrap nor unwrap openly', async () => {
    const { send } = wrapping()
    const v = 'api-version=2026-05-01-preview'
    const { status, json: made } = await send(`POST /keys/secure/create?${v}`, { json })
    expect([status, made.key.key_ops]).toEqual([200, json.key_ops])
    const open = await send(`POST /keys/secure/unwrapkey?${v}`, {
      json: { alg: 'A256KW', value: 'A'.repeat(40) },
    })
    expect([open.status, open.json.error.innererror.code]).toEqual([403, 'KeyOperationForbidden'])
  })

  it.each(['7.6', '2026-01-01-preview', '2026-04-01'])(
    'are refused by api-version %s, which has no such words',
    async (version) => {
      const { hsm, send } = wrapping()
      createKey(hsm, 'secure', { kty: 'oct' })
      for (const target of ['POST /keys/secure/create', 'PATCH /keys/secure']) {
        const refused = await send(`${target}?api-version=${version}`, { json })
        expect([refused.status, refused.json.error.code]).toEqual([400, 'BadParameter'])
        expect(refused.json.error.message).toContain(
          'Unsupported key operation(s): "secureWrapKey"',
        )
      }
    },
  )
})

describe('under access control', () => {
  const CALLER = '64ec0ae0-93a8-4e1b-a4dc-2bb4e07b4d2a'
  const roles: readonly (readonly [string, string, number])[] = [
    ['Managed HSM Crypto User', '21dbd100-6940-42c2-9190-5d6cb909625b', 200],
    ['Managed HSM Crypto Service Encryption User', '33413926-3206-4cdd-b39a-83574fe37a17', 200],
    ['Managed HSM Crypto Auditor', '2c18b078-7c48-4d3a-af88-5a3a1b3f82b3', 403],
  ]

  it.each(roles)('%s (%s) wraps and unwraps: %i', async (_, role, expected) => {
    const { hsm } = wrapping()
    const wrapped = await sender(createHandler(hsm), hsm.baseUrl)(
      `POST /keys/kek/securewrapkey?${V}`,
      { json: { alg: 'A256KW' } },
    )
    grant(hsm, role)
    const token = [{ alg: 'none' }, { oid: CALLER }, {}]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.')
    const send = sender(createHandler(hsm), hsm.baseUrl)
    const bodies = [
      ['securewrapkey', { alg: 'A256KW' }],
      ['secureunwrapkey', { alg: 'A256KW', value: wrapped.json.value, target: target() }],
    ] as const
    for (const [operation, json] of bodies) {
      const { status } = await send(`POST /keys/kek/${operation}?${V}`, { json, token })
      expect(status).toBe(expected)
    }
  })

  function grant(hsm: Hsm, role: string): void {
    enableAccessControl(hsm, { administrators: ['2d9a5a39-0f3c-4d3f-8a44-5b0f4f6a7c11'] })
    createRoleAssignment(hsm, { principalId: CALLER, roleDefinitionId: role })
  }
})
