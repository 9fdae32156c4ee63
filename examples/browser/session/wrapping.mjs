import { assert } from 'chai'
import { createHsm, createKey, importKey, sign, unwrapKey, wrapKey } from 'pocket-hsm'
import { fromBase64url } from './base64url.mjs'
import { refused } from './refused.mjs'
import { digest, invoice, utf8 } from './sample.mjs'
import { decryptsGcm, encryptsForBundle, encryptsGcm, makeRsaKey } from './web-crypto-side.mjs'

const alg = 'RSA-OAEP-256'

export async function wrapping(step) {
  const hsm = createHsm()

  // Web Crypto encrypts the invoice under a content key of its own: who has that key can read it.
  const contentKey = crypto.getRandomValues(new Uint8Array(32))
  const encryptedInvoice = await encryptsGcm(contentKey, invoice, utf8('invoice.csv'))
  const opensInvoice = async ({ value }) =>
    assert.deepEqual(await decryptsGcm(value, encryptedInvoice), invoice)

  const kek = await step({
    title: 'makes an RSA-HSM key of 3072 bits',
    run: () =>
      createKey(hsm, 'kek', { kty: 'RSA-HSM', keySize: 3072, keyOps: ['wrapKey', 'unwrapKey'] }),
    verifier: 'chai',
    check({ key }) {
      assert.equal(fromBase64url(key.n).length, 3072 / 8)
      assert.sameMembers([...key.key_ops], ['wrapKey', 'unwrapKey'])
    },
  })
  const wrappedOutside = await encryptsForBundle(kek, contentKey)
  await step({
    title: 'unwraps a content key that Web Crypto wrapped',
    run: () => unwrapKey(hsm, 'kek', { alg, value: wrappedOutside }),
    verifier: 'Web Crypto',
    check: opensInvoice,
  })
  const wrapped = await step({
    title: 'wraps that content key itself',
    run: () => wrapKey(hsm, 'kek', { alg, value: contentKey }),
    verifier: 'chai',
    check({ value }) {
      assert.equal(value.length, 3072 / 8)
      assert.notDeepEqual(value, wrappedOutside, 'OAEP is random: the same bytes twice are not')
    },
  })
  await step({
    title: 'and unwraps what it wrapped',
    run: () => unwrapKey(hsm, wrapped.kid, { alg, value: wrapped.value }),
    verifier: 'Web Crypto',
    check: opensInvoice,
  })

  const shared = await makeRsaKey()
  importKey(hsm, 'shared-kek', shared.jwk)
  await step({
    title: 'wraps for the holder of a key of Web Crypto',
    run: () => wrapKey(hsm, 'shared-kek', { alg, value: contentKey }),
    verifier: 'Web Crypto',
    check: async ({ value }) => opensInvoice({ value: await shared.decrypt(value) }),
  })
  await step({
    title: 'refuses to sign',
    run: () => refused(() => sign(hsm, 'kek', { alg: 'RS256', value: digest })),
    verifier: 'chai',
    check: (refusal) => assert.equal(refusal, '403 Forbidden KeyOperationForbidden'),
  })
}
