/** What the SDK does when its token is revoked: it asks for another one with the claims of the challenge. */

import { ClientSecretCredential } from '@azure/identity'
import { KeyClient } from '@azure/keyvault-keys'
import { createIdentityHandler } from '@pocket-hsm/identity'
import { createFaultScript } from '@pocket-hsm/rest'
import { createHsm, listKeys } from 'pocket-hsm'
import { describe, expect, it } from 'vitest'
import { createCredential, interceptAzure } from '../../src/index.ts'
import { clientsOf, SDKS } from '../sdks.ts'

const TENANT = '11111111-1111-4111-8111-111111111111'
const CLIENT = '22222222-2222-4222-8222-222222222222'

const [, newest] = SDKS[0] as (typeof SDKS)[number]

describe('a token that is revoked', () => {
  it.each(SDKS)(
    'is renewed by %s with the claims of the challenge, and the request is sent again',
    async (_, sdk) => {
      const { client, faults, hsm } = clientsOf(sdk)
      await client.createEcKey('first')
      faults.add({ claimsChallenge: true })
      expect((await client.createEcKey('second')).name).toBe('second')
      expect(listKeys(hsm).value).toHaveLength(2)
      expect(faults.remaining()).toBe(0)
    },
  )

  it('may be the first one of a client, right after the plain challenge', async () => {
    const { client, faults } = clientsOf(newest)
    faults.add({ claimsChallenge: true })
    expect((await client.createEcKey('first')).name).toBe('first')
  })

  it('may be renewed several times', async () => {
    const { client, faults } = clientsOf(newest)
    for (const name of ['a', 'b', 'c']) {
      faults.add({ claimsChallenge: true })
      expect((await client.createEcKey(name)).name).toBe(name)
    }
  })

  it('fails for good where the credential has no other', async () => {
    const { client, faults } = clientsOf(newest, {}, {})
    await client.createEcKey('first')
    // Two at once: the token that the client comes back with is revoked as well.
    faults.add({ claimsChallenge: true, times: 2 })
    await expect(client.getKey('first')).rejects.toMatchObject({ statusCode: 401 })
    expect((await client.getKey('first')).name).toBe('first')
  })
})

describe('a credential of production code', () => {
  it('gets a token of the stand-in with the claims of the challenge', async () => {
    const faults = createFaultScript()
    const identity = createIdentityHandler()
    const asked: string[] = []
    const observed = async (request: Request) => {
      const form = new URLSearchParams(await request.clone().text())
      asked.push(form.get('claims') ?? '')
      return identity(request)
    }
    const hsm = createHsm({ profile: 'vault-premium', baseUrl: 'https://contoso.vault.azure.net' })
    const stop = interceptAzure(hsm, { handler: { faults }, identity: observed })
    try {
      const client = new KeyClient(
        'https://contoso.vault.azure.net',
        new ClientSecretCredential(TENANT, CLIENT, 'secret'),
      )
      await client.createEcKey('first')
      faults.add({ claimsChallenge: true })
      expect((await client.createEcKey('second')).name).toBe('second')
      expect(faults.remaining()).toBe(0)
      expect(asked.map((claims) => Object.keys(JSON.parse(claims).access_token).sort())).toEqual([
        ['xms_cc'],
        ['nbf', 'xms_cc'],
      ])
    } finally {
      stop()
    }
  })
})

describe('createCredential', () => {
  it('has another token after a claims challenge, and keeps it', async () => {
    const credential = createCredential('alice')
    const token = async (options?: { claims: string }) =>
      (await credential.getToken('https://vault.azure.net/.default', options)).token
    const first = await token()
    expect(await token()).toBe(first)
    const second = await token({ claims: '{}' })
    expect(second).not.toBe(first)
    expect(await token()).toBe(second)
  })
})
