import { assert } from 'chai'
import {
  createHsm,
  createKey,
  listKeys,
  listKeyVersions,
  rotateKey,
  sign,
  updateKey,
} from 'pocket-hsm'
import { digest, invoice } from './sample.mjs'
import { verifies } from './web-crypto-side.mjs'

const alg = 'ES256'
const nameOf = ({ kid }) => kid.split('/').at(-1)

export async function versions(step) {
  const hsm = createHsm()
  const first = createKey(hsm, 'orders', { kty: 'EC-HSM', tags: { owner: 'anna' } })

  await step({
    title: 'changes its tags',
    run: () => updateKey(hsm, 'orders', { tags: { owner: 'bert', audited: 'yes' } }),
    verifier: 'chai',
    check: ({ tags }) => assert.deepEqual({ ...tags }, { owner: 'bert', audited: 'yes' }),
  })
  createKey(hsm, 'content', { kty: 'oct-HSM' })
  createKey(hsm, 'receipts', { kty: 'EC-HSM', crv: 'P-384' })
  await step({
    title: 'lists the keys, two a page',
    run() {
      const { value, nextMarker } = listKeys(hsm, { maxResults: 2 })
      return [value, listKeys(hsm, { maxResults: 2, marker: nextMarker }).value]
    },
    verifier: 'chai',
    check(pages) {
      const names = pages.map((page) => page.map(nameOf))
      assert.deepEqual(names, [['orders', 'content'], ['receipts']])
    },
  })
  const second = await step({
    title: 'rotates the key',
    run: () => rotateKey(hsm, 'orders'),
    verifier: 'chai',
    check: ({ key }) => assert.notEqual(key.x, first.key.x),
  })
  await step({
    title: 'lists its versions',
    run: () => listKeyVersions(hsm, 'orders').value.map(({ kid }) => kid),
    verifier: 'chai',
    check: (kids) => assert.deepEqual(kids, [first.key.kid, second.key.kid]),
  })
  await step({
    title: 'signs with the new version under the bare name',
    run: () => sign(hsm, 'orders', { alg, value: digest }),
    verifier: 'Web Crypto',
    async check({ value }) {
      assert.isTrue(await verifies.ES256(second, invoice, value))
      assert.isFalse(await verifies.ES256(first, invoice, value))
    },
  })
  await step({
    title: 'signs with the old version by its identifier',
    run: () => sign(hsm, first.key.kid, { alg, value: digest }),
    verifier: 'Web Crypto',
    async check({ value }) {
      assert.isTrue(await verifies.ES256(first, invoice, value))
      assert.isFalse(await verifies.ES256(second, invoice, value))
    },
  })
}
