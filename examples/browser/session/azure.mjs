import { CryptographyClient, KeyClient } from '@azure/keyvault-keys'
import { createClientOptions, createCredential } from '@pocket-hsm/azure'
import { assert } from 'chai'
import { createHsm } from 'pocket-hsm'
import { toBase64url } from './base64url.mjs'
import { digest, invoice } from './sample.mjs'
import { verifies } from './web-crypto-side.mjs'

export async function azure(step) {
  const hsm = createHsm()
  const options = createClientOptions(hsm)
  const credential = createCredential()
  const client = new KeyClient(hsm.baseUrl, credential, options)

  const key = await step({
    title: 'makes a key with the official KeyClient',
    run: () => client.createEcKey('orders', { hsm: true, tags: { owner: 'anna' } }),
    verifier: 'chai',
    check: ({ keyType, properties }) => {
      assert.equal(keyType, 'EC-HSM')
      assert.equal(properties.tags.owner, 'anna')
    },
  })
  const cryptography = new CryptographyClient(key, credential, options)
  await step({
    title: 'signs with the official CryptographyClient',
    run: () => cryptography.sign('ES256', digest),
    verifier: 'Web Crypto',
    async check({ result }) {
      const [x, y] = [key.key.x, key.key.y].map(toBase64url)
      const bundle = { key: { kty: 'EC', crv: 'P-256', x, y } }
      assert.isTrue(await verifies.ES256(bundle, invoice, result))
    },
  })
  await step({
    title: 'lists keys with the official client',
    async run() {
      const names = []
      for await (const { name } of client.listPropertiesOfKeys()) names.push(name)
      return names
    },
    verifier: 'chai',
    check: (names) => assert.deepEqual(names, ['orders']),
  })
  await step({
    title: 'deletes and recovers a key with its pollers',
    async run() {
      await (await client.beginDeleteKey('orders')).pollUntilDone()
      await (await client.beginRecoverDeletedKey('orders')).pollUntilDone()
      return client.getKey('orders')
    },
    verifier: 'chai',
    check: ({ id }) => assert.equal(id, key.id),
  })
}
