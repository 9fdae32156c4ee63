// The signer against an HSM in this process; node:crypto verifies, as anybody outside would.

import { createPublicKey, verify } from 'node:crypto'
import { KeyClient } from '@azure/keyvault-keys'
import { createClientOptions, createCredential } from '@pocket-hsm/azure'
import { createHsm } from 'pocket-hsm'
import { beforeEach, describe, expect, it } from 'vitest'
import { publishKeys, signJwt } from '../jwt-signer.mjs'

const CLAIMS = { sub: 'alice', aud: 'https://orders.example' }

let client
let now

beforeEach(() => {
  now = Date.UTC(2030, 0, 1)
  const hsm = createHsm({ clock: () => now })
  client = new KeyClient(hsm.baseUrl, createCredential('signer'), createClientOptions(hsm))
})

/** What whoever gets a token does: finds the key by its kid and verifies; answers the claims. */
function verified(token, { keys }) {
  const [head, claims, signature] = token.split('.')
  const { kid } = JSON.parse(Buffer.from(head, 'base64url').toString())
  const jwk = keys.find((candidate) => candidate.kid === kid)
  if (jwk === undefined) return undefined
  const key = { key: createPublicKey({ key: jwk, format: 'jwk' }), dsaEncoding: 'ieee-p1363' }
  const isGood = verify(
    'sha256',
    Buffer.from(`${head}.${claims}`),
    key,
    Buffer.from(signature, 'base64url'),
  )
  return isGood ? JSON.parse(Buffer.from(claims, 'base64url').toString()) : undefined
}

describe('a token', () => {
  it('is verified with the published key', async () => {
    await client.createEcKey('tokens')
    const token = await signJwt(client, 'tokens', CLAIMS)
    expect(verified(token, await publishKeys(client, 'tokens'))).toEqual(CLAIMS)
  })

  it('with other claims is not', async () => {
    await client.createEcKey('tokens')
    const [head, , signature] = (await signJwt(client, 'tokens', CLAIMS)).split('.')
    const forged = Buffer.from(JSON.stringify({ ...CLAIMS, sub: 'mallory' })).toString('base64url')
    expect(
      verified(`${head}.${forged}.${signature}`, await publishKeys(client, 'tokens')),
    ).toBeUndefined()
  })

  it('from before a rotation is verified too, and the next has another key', async () => {
    await client.createEcKey('tokens')
    const old = await signJwt(client, 'tokens', CLAIMS)
    await client.rotateKey('tokens')
    const next = await signJwt(client, 'tokens', CLAIMS)
    const keys = await publishKeys(client, 'tokens')
    expect([verified(old, keys), verified(next, keys)]).toEqual([CLAIMS, CLAIMS])
    expect(next.split('.')[0]).not.toBe(old.split('.')[0])
  })

  it('of a version that is disabled is not any more', async () => {
    const { properties } = await client.createEcKey('tokens')
    const token = await signJwt(client, 'tokens', CLAIMS)
    await client.rotateKey('tokens')
    await client.updateKeyProperties('tokens', properties.version, { enabled: false })
    expect(verified(token, await publishKeys(client, 'tokens'))).toBeUndefined()
  })
})

describe('the key', () => {
  it('rotates by its policy, as time passes', async () => {
    await client.createEcKey('tokens')
    await client.updateKeyRotationPolicy('tokens', {
      lifetimeActions: [{ action: 'Rotate', timeAfterCreate: 'P90D' }],
    })
    const old = await signJwt(client, 'tokens', CLAIMS)
    now += 91 * 86_400_000
    const next = await signJwt(client, 'tokens', CLAIMS)
    expect(next.split('.')[0]).not.toBe(old.split('.')[0])
    expect((await publishKeys(client, 'tokens')).keys).toHaveLength(2)
  })

  it('never leaves the HSM', async () => {
    await client.createEcKey('tokens')
    expect(JSON.stringify(await publishKeys(client, 'tokens'))).not.toContain('"d"')
  })
})
