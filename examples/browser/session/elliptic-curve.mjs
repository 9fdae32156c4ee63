import { assert } from 'chai'
import { createHsm, createKey, importKey, sign, verify } from 'pocket-hsm'
import { digest, invoice } from './sample.mjs'
import { hasPublicHalf, makeTwin, verifies } from './web-crypto-side.mjs'

const alg = 'ES256'

export async function ellipticCurve(step) {
  const hsm = createHsm()
  const tags = { department: 'sales', country: 'NO' }

  const bundle = await step({
    title: 'makes an EC-HSM key on P-256 with two tags',
    run: () => createKey(hsm, 'orders', { kty: 'EC-HSM', crv: 'P-256', tags }),
    verifier: 'chai',
    check: (made) => assert.deepEqual(made.tags, tags),
  })
  await step({
    title: 'signs the digest of invoice.csv with ES256',
    run: () => sign(hsm, 'orders', { alg, value: digest }),
    verifier: 'Web Crypto',
    check: async ({ value }) => assert.isTrue(await verifies.ES256(bundle, invoice, value)),
  })

  // A twin: Web Crypto made the key and keeps it, the HSM holds a copy.
  const twin = await makeTwin()
  await step({
    title: 'imports a twin that Web Crypto made',
    run: () => importKey(hsm, 'twin', twin.jwk),
    verifier: 'Web Crypto',
    check: async (made) => assert.isTrue(await hasPublicHalf(made, twin.publicKey)),
  })
  await step({
    title: 'signs with the twin',
    run: () => sign(hsm, 'twin', { alg, value: digest }),
    verifier: 'Web Crypto',
    check: async ({ value }) => assert.isTrue(await twin.verify(invoice, value)),
  })

  const signature = await twin.sign(invoice)
  await step({
    title: 'verifies what Web Crypto signed with the twin',
    run: () => verify(hsm, 'twin', { alg, digest, value: signature }),
    verifier: 'Web Crypto',
    check: (isRight) => assert.isTrue(isRight),
  })
  const spoilt = signature.with(40, signature[40] ^ 1)
  await step({
    title: 'finds that signature wrong with one bit flipped',
    run: () => verify(hsm, 'twin', { alg, digest, value: spoilt }),
    verifier: 'Web Crypto',
    async check(isRight) {
      assert.isFalse(isRight)
      assert.isFalse(await twin.verify(invoice, spoilt))
    },
  })
}
