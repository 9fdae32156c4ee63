import { assert } from 'chai'
import { createHsm, createKey, decrypt, encrypt, importKey, unwrapKey, wrapKey } from 'pocket-hsm'
import { toBase64url } from './base64url.mjs'
import { refused } from './refused.mjs'
import { invoice, utf8 } from './sample.mjs'
import { decryptsGcm, encryptsGcm, unwrapsAesKw, wrapsAesKw } from './web-crypto-side.mjs'

const A256GCM = 'A256GCM'
const A256KW = 'A256KW'
const aad = utf8('invoice.csv')
const random32 = () => crypto.getRandomValues(new Uint8Array(32))

export async function symmetric(step) {
  const hsm = createHsm()
  const contentKey = random32()

  // The page makes a key and keeps it; with the same key in the HSM, each can read the other.
  const shared = random32()
  await step({
    title: 'imports an AES-256 key that the page made',
    run: () => importKey(hsm, 'shared', { kty: 'oct', k: toBase64url(shared) }),
    verifier: 'chai',
    check({ key }) {
      assert.equal(key.kty, 'oct-HSM')
      assert.notProperty(key, 'k', 'the bytes of the key came out again')
    },
  })
  await step({
    title: 'encrypts invoice.csv with A256GCM',
    run: () => encrypt(hsm, 'shared', { alg: A256GCM, value: invoice, aad }),
    verifier: 'Web Crypto',
    check: async (sealed) => assert.deepEqual(await decryptsGcm(shared, sealed), invoice),
  })
  const sealedOutside = await encryptsGcm(shared, invoice, aad)
  await step({
    title: 'decrypts what Web Crypto encrypted',
    run: () => decrypt(hsm, 'shared', { alg: A256GCM, ...sealedOutside }),
    verifier: 'Web Crypto',
    check: ({ value }) => assert.deepEqual(value, invoice),
  })
  await step({
    title: 'wraps a content key with A256KW',
    run: () => wrapKey(hsm, 'shared', { alg: A256KW, value: contentKey }),
    verifier: 'Web Crypto',
    async check({ value }) {
      assert.deepEqual(await unwrapsAesKw(shared, value), contentKey)
      assert.deepEqual(await wrapsAesKw(shared, contentKey), value)
    },
  })
  const wrappedOutside = await wrapsAesKw(shared, contentKey)
  await step({
    title: 'unwraps what Web Crypto wrapped',
    run: () => unwrapKey(hsm, 'shared', { alg: A256KW, value: wrappedOutside }),
    verifier: 'Web Crypto',
    check: ({ value }) => assert.deepEqual(value, contentKey),
  })

  createKey(hsm, 'inside', { kty: 'oct-HSM', keySize: 256 })
  const sealed = await step({
    title: 'encrypts invoice.csv with a key made inside',
    run: () => encrypt(hsm, 'inside', { alg: A256GCM, value: invoice, aad }),
    verifier: 'Web Crypto',
    // Nobody outside has this key: the shared one must not open what it encrypted.
    async check(result) {
      const opened = await decryptsGcm(shared, result).catch(({ name }) => name)
      assert.equal(opened, 'OperationError')
    },
  })
  await step({
    title: 'and decrypts it again',
    run: () => decrypt(hsm, 'inside', sealed),
    verifier: 'chai',
    check: ({ value }) => assert.deepEqual(value, invoice),
  })
  await step({
    title: 'refuses to decrypt it with other AAD',
    run: () => refused(() => decrypt(hsm, 'inside', { ...sealed, aad: utf8('offer.csv') })),
    verifier: 'chai',
    check: (refusal) => assert.equal(refusal, '400 BadParameter'),
  })
}
