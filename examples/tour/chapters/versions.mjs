import { deepEqual, equal, ok } from 'node:assert/strict'
import {
  createHsm,
  createKey,
  getKey,
  listKeys,
  listKeyVersions,
  rotateKey,
  sign,
  updateKey,
} from 'pocket-hsm'
import { nodeVerifiesEs256, publicKeyOf } from '../node-side.mjs'
import { digest, invoice } from '../sample.mjs'

const alg = 'ES256'
const DAY = 86_400

export function versions(step) {
  const hsm = createHsm()

  const exp = Math.floor(Date.now() / 1000) + 365 * DAY
  const first = step({
    title: 'makes a key that expires in a year',
    run: () =>
      createKey(hsm, 'orders', { kty: 'EC-HSM', attributes: { exp }, tags: { owner: 'anna' } }),
    verifier: 'node:crypto',
    check: (bundle) => equal(publicKeyOf(bundle).asymmetricKeyType, 'ec'),
  })

  step({
    title: 'shows its attributes',
    run: () => getKey(hsm, 'orders').attributes,
    shows: ({ enabled, ...attributes }) =>
      `${enabled ? 'enabled' : 'disabled'} until ${day(attributes.exp)}`,
    verifier: 'node:assert',
    check(attributes) {
      deepEqual(attributes, {
        enabled: true,
        exp,
        created: attributes.created,
        updated: attributes.created,
        exportable: false,
        recoverableDays: 90,
        recoveryLevel: 'Recoverable+Purgeable',
        hsmPlatform: '2',
      })
      ok(Math.abs(attributes.created - Date.now() / 1000) < 60)
    },
  })
  step({
    title: 'shows its tags',
    run: () => getKey(hsm, 'orders').tags,
    shows: tagsText,
    verifier: 'node:assert',
    check: (tags) => deepEqual(tags, { owner: 'anna' }),
  })

  step({
    title: 'changes its tags',
    run: () => updateKey(hsm, 'orders', { tags: { owner: 'bert', audited: 'yes' } }),
    shows: ({ tags }) => tagsText(tags),
    verifier: 'node:assert',
    check({ tags, attributes, key }) {
      deepEqual(tags, { owner: 'bert', audited: 'yes' })
      equal(attributes.created, first.attributes.created)
      deepEqual(key, first.key)
    },
  })

  createKey(hsm, 'content', { kty: 'oct-HSM' })
  createKey(hsm, 'receipts', { kty: 'EC-HSM', crv: 'P-384' })
  step({
    title: 'lists the keys, two a page',
    run: () => allPages((marker) => listKeys(hsm, { maxResults: 2, marker })),
    shows: (pages) => pages.map((page) => page.map(nameOf).join(', ')).join(' | '),
    verifier: 'node:assert',
    check(pages) {
      deepEqual(
        pages.map((page) => page.map(nameOf)),
        [['orders', 'content'], ['receipts']],
      )
    },
  })

  const second = step({
    title: 'rotates the key',
    run: () => rotateKey(hsm, 'orders'),
    shows: ({ key }) => `version ${nameOf(key).slice(0, 8)}…`,
    verifier: 'node:crypto',
    check(bundle) {
      ok(!publicKeyOf(bundle).equals(publicKeyOf(first)), 'the new version has the old material')
      deepEqual(bundle.tags, { owner: 'bert', audited: 'yes' })
    },
  })
  step({
    title: 'lists its versions',
    run: () => listKeyVersions(hsm, 'orders').value,
    shows: (items) => items.map((item) => `${nameOf(item).slice(0, 8)}…`).join(', '),
    verifier: 'node:assert',
    check(items) {
      deepEqual(
        items.map(({ kid }) => kid),
        [first.key.kid, second.key.kid],
      )
    },
  })

  step({
    title: 'signs with the new version under the bare name',
    run: () => sign(hsm, 'orders', { alg, value: digest }),
    verifier: 'node:crypto',
    check: ({ value }) => isBySecondAlone(value),
  })
  step({
    title: 'signs with the old version by its identifier',
    run: () => sign(hsm, first.key.kid, { alg, value: digest }),
    verifier: 'node:crypto',
    check: ({ value }) => isByFirstAlone(value),
  })

  function isByFirstAlone(signature) {
    ok(nodeVerifiesEs256(publicKeyOf(first), invoice, signature))
    ok(!nodeVerifiesEs256(publicKeyOf(second), invoice, signature))
  }

  function isBySecondAlone(signature) {
    ok(nodeVerifiesEs256(publicKeyOf(second), invoice, signature))
    ok(!nodeVerifiesEs256(publicKeyOf(first), invoice, signature))
  }
}

/** Follows `nextMarker` to the end. */
function allPages(readPage) {
  const pages = []
  for (let marker; pages.length === 0 || marker !== undefined; ) {
    const { value, nextMarker } = readPage(marker)
    pages.push(value)
    marker = nextMarker
  }
  return pages
}

/** The last part of an identifier: the name of a key, or its version. */
const nameOf = ({ kid }) => kid.split('/').at(-1)
const day = (unixSeconds) => new Date(unixSeconds * 1000).toISOString().slice(0, 10)
const tagsText = (tags) =>
  Object.entries(tags)
    .map((tag) => tag.join('='))
    .join(', ')
