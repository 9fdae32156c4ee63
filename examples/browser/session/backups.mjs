import { assert } from 'chai'
import {
  backupKey,
  createHsm,
  createKey,
  createSecurityDomain,
  deleteKey,
  purgeDeletedKey,
  restoreKey,
  rotateKey,
  sign,
} from 'pocket-hsm'
import { refused } from './refused.mjs'
import { digest, invoice } from './sample.mjs'
import { verifies } from './web-crypto-side.mjs'

export async function backups(step) {
  const securityDomain = createSecurityDomain()
  const hsm = createHsm({ securityDomain })
  createKey(hsm, 'orders', { kty: 'EC-HSM', tags: { owner: 'anna' } })
  const second = rotateKey(hsm, 'orders')

  const backup = await step({
    title: 'backs up a key with its two versions',
    run: () => backupKey(hsm, 'orders'),
    verifier: 'chai',
    // A JWE in compact form: RFC 7516 section 7.1.
    check: (bytes) => assert.equal(new TextDecoder().decode(bytes).split('.').length, 5),
  })
  await step({
    title: 'restores it under the same identifier',
    run() {
      deleteKey(hsm, 'orders')
      purgeDeletedKey(hsm, 'orders')
      return restoreKey(hsm, backup)
    },
    verifier: 'chai',
    check: (bundle) => assert.deepEqual(bundle, second),
  })
  const sister = createHsm({ securityDomain, baseUrl: 'https://sister.managedhsm.azure.net' })
  await step({
    title: 'restores it in a second HSM of the same domain',
    run() {
      restoreKey(sister, backup)
      return sign(sister, 'orders', { alg: 'ES256', value: digest })
    },
    verifier: 'Web Crypto',
    check: async ({ value }) => assert.isTrue(await verifies.ES256(second, invoice, value)),
  })
  await step({
    title: "is refused in a stranger's HSM",
    run: () => refused(() => restoreKey(createHsm(), backup)),
    verifier: 'chai',
    check: (refusal) => assert.equal(refusal, '400 MalformedBackupBlob'),
  })
}
