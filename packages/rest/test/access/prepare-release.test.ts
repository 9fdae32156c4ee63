/** Before a release, who vouches for the target is made known, where the key's policy names it. */

import {
  createAttestationAuthority,
  createEnclaveKey,
  type HsmOptions,
  type JsonWebKey,
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

/** An HSM with a key that goes to whom this authority vouches for. */
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

  it('hears the issuer as the token spells it, where the policy has a slash more', async () => {
    const heard: string[] = []
    const prepareRelease = async (issuer: string) => void heard.push(issuer)
    const { send } = await releasing(`${ISSUER}/`, { prepareRelease })
    await send('POST /keys/model/release', { json: { target } })
    expect(heard).toEqual([ISSUER])
  })

  it.each([
    ['of an issuer that the policy does not name', 'https://other.test', 'model', target],
    ['that is none', ISSUER, 'model', 'not.a.token'],
    ['for a key that is not there', ISSUER, 'nobody', target],
  ])('does not hear of a token %s', async (_, issuer, name, token) => {
    const heard: string[] = []
    const prepareRelease = async (asked: string) => void heard.push(asked)
    const { send } = await releasing(issuer, { prepareRelease })
    const { status } = await send(`POST /keys/${name}/release`, { json: { target: token } })
    expect(status).toBeGreaterThanOrEqual(400)
    expect(heard).toEqual([])
  })

  it('does not hear of a caller who may not', async () => {
    const heard: string[] = []
    const prepareRelease = async (issuer: string) => void heard.push(issuer)
    const { send } = await releasing(ISSUER, {
      prepareRelease,
      authorize: ({ operation }) => (operation === 'releaseKey' ? { refused: 403 } : {}),
    })
    await send('POST /keys/model/release', { json: { target } })
    expect(heard).toEqual([])
  })
})
