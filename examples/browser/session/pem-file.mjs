import { assert } from 'chai'
import { createHsm, importPem, sign, verify } from 'pocket-hsm'
import { refused } from './refused.mjs'
import { digest, invoice, opensslSignature, password, pem, publicPem, utf8 } from './sample.mjs'
import { digestOf, hasPublicHalf, publicKeyOfPem, verifies } from './web-crypto-side.mjs'

export async function pemFile(step) {
  const hsm = createHsm()

  await step({
    title: 'refuses the wrong password',
    run: () => refused(() => importPem(hsm, 'invoices', pem, { password: 'guessed' })),
    verifier: 'chai',
    check: (refusal) => assert.equal(refusal, '400 BadParameter'),
  })
  const bundle = await step({
    title: 'imports signing-key.pem',
    run: () => importPem(hsm, 'invoices', pem, { password }),
    verifier: 'OpenSSL',
    async check(imported) {
      assert.isTrue(await hasPublicHalf(imported, await publicKeyOfPem(publicPem)))
      assert.sameMembers(Object.keys(imported.key), ['e', 'key_ops', 'kid', 'kty', 'n'])
    },
  })
  const { value: signature } = await step({
    title: 'signs the digest of invoice.csv with RS256',
    run: () => sign(hsm, 'invoices', { alg: 'RS256', value: digest }),
    verifier: 'Web Crypto, OpenSSL',
    async check({ value }) {
      assert.isTrue(await verifies.RS256(bundle, invoice, value))
      assert.deepEqual(value, opensslSignature)
    },
  })
  await step({
    title: 'signs it with PS256',
    run: () => sign(hsm, 'invoices', { alg: 'PS256', value: digest }),
    verifier: 'Web Crypto',
    check: async ({ value }) => assert.isTrue(await verifies.PS256(bundle, invoice, value)),
  })

  const changed = utf8(new TextDecoder().decode(invoice).replace('453.40', '953.40'))
  const changedDigest = await digestOf(changed)
  await step({
    title: 'finds the signature wrong for a changed invoice',
    run: () => verify(hsm, 'invoices', { alg: 'RS256', digest: changedDigest, value: signature }),
    verifier: 'Web Crypto',
    async check(isRight) {
      assert.isFalse(isRight)
      assert.isFalse(await verifies.RS256(bundle, changed, signature))
    },
  })
}
