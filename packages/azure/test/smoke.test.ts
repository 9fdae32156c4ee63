import { CryptographyClient, KeyClient } from '@azure/keyvault-keys'
import { createHsm } from 'pocket-hsm'
import { expect, it } from 'vitest'
import { createClientOptions, createCredential } from '../src/index.ts'

it('smoke', async () => {
  const hsm = createHsm()
  const client = new KeyClient(hsm.baseUrl, createCredential(), createClientOptions(hsm))
  const key = await client.createKey('orders', 'EC')
  const crypto = new CryptographyClient(key, createCredential(), createClientOptions(hsm))
  const { result } = await crypto.signData('ES256', new Uint8Array(3))
  expect(await crypto.verifyData('ES256', new Uint8Array(3), result)).toMatchObject({
    result: true,
  })
  const poller = await client.beginDeleteKey('orders')
  expect(poller.isDone()).toBe(true)
  await client.purgeDeletedKey('orders')
})
