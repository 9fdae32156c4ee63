/** Preparing a release whose token is issued by an authority of the key's policy. */

import {
  createAttestationAuthority,
  createEnclaveKey,
  type HsmOptions,
  type JsonWebKey,
  readAudit,
} from 'pocket-hsm'
import { describe, expect, it } from 'vitest'
import type { HandlerOptions } from '../../src/index.ts'
import { base64url, START, testRest } from '../rest-client.ts'

const ISSUER = 'https://attest.test'
const authority = createAttestationAuthority({
  issuer: ISSUER,
  alg: 'ES256',
  clock: () => START * 1000,
})
const enclave = createEnclaveKey()
const claims = { trusted: true }

/** An HSM with a key whose policy names this authority. */
async function releasing(issuer: string, options: HandlerOptions, hsmOptions: HsmOptions = {}) {
  const rest = testRest(hsmOptions, options)
  const policy = {
    version: '1.0.0',
    anyOf: [{ authority: issuer, allOf: [{ claim: 'trusted', equals: true }] }],
  }
  const data = base64url(new TextEncoder().encode(JSON.stringify(policy)))
  const json = { kty: 'oct-HSM', attributes: { exportable: true }, release_policy: { data } }
  expect((await rest.send('POST /keys/model/create', { json })).status).toBe(200)
  return rest
}

const target = authority.mintToken({ enclaveKey: enclave.publicJwk, claims })

describe('a preparation of releases', () => {
  it('can fetch the keys that verify the token', async () => {
    const fetched = new Map<string, readonly JsonWebKey[]>()
    const { send } = await releasing(
      ISSUER,
      {
        prepareRelease: async (issuer) => {
          await new Promise((resolve) => setTimeout(resolve, 1))
          fetched.set(issuer, authority.jwks.keys)
        },
      },
      { attestationKeys: (issuer) => fetched.get(issuer) },
    )
    const { status, json } = await send('POST /keys/model/release', { json: { target } })
    expect(status).toBe(200)
    expect(enclave.openRelease(json.value).kty).toBe('oct')
  })

  it('gets the issuer as the token spells it, if the policy has one more slash', async () => {
    const issuers: string[] = []
    const prepareRelease = async (issuer: string) => void issuers.push(issuer)
    const { send } = await releasing(`${ISSUER}/`, { prepareRelease })
    await send('POST /keys/model/release', { json: { target } })
    expect(issuers).toEqual([ISSUER])
  })

  it.each([
    ['of an issuer that the policy does not name', 'https://other.test', 'model', target],
    ['that is none', ISSUER, 'model', 'not.a.token'],
    ['for a key that is not there', ISSUER, 'nobody', target],
  ])('is not called for a token %s', async (_, issuer, name, token) => {
    const issuers: string[] = []
    const prepareRelease = async (asked: string) => void issuers.push(asked)
    const { send } = await releasing(issuer, { prepareRelease })
    const { status } = await send(`POST /keys/${name}/release`, { json: { target: token } })
    expect(status).toBeGreaterThanOrEqual(400)
    expect(issuers).toEqual([])
  })

  it('leaves no entry in the audit trail', async () => {
    const { send, hsm } = await releasing(ISSUER, { prepareRelease: async () => {} })
    await send('POST /keys/model/release', { json: { target } })
    expect(readAudit(hsm).entries.map(({ operation }) => operation)).toEqual([
      'createKey',
      'releaseKey',
    ])
  })

  it('is not called for a caller who lacks the permission', async () => {
    const issuers: string[] = []
    const prepareRelease = async (issuer: string) => void issuers.push(issuer)
    const { send } = await releasing(ISSUER, {
      prepareRelease,
      authorize: ({ operation }) => (operation === 'releaseKey' ? { refused: 403 } : {}),
    })
    await send('POST /keys/model/release', { json: { target } })
    expect(issuers).toEqual([])
  })
})
