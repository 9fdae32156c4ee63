/** ACVP: AES-KW, AES-KWP, AES-CBC, AES-GCM and HMAC. */

import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { checkCbc } from './aes-cbc.mjs'
import { checkGcm } from './aes-gcm.mjs'
import { checkWrap } from './aes-key-wrap.mjs'
import { bytesToHex, hexToBytes } from './bytes.mjs'
import { firstOfEach, leaveOut, lower } from './published.mjs'
import { NODE_HASH } from './rsa-encodings.mjs'

export const buildAcvpSymmetric = (published) => [
  keyWrap(published, 'ACVP-AES-KW-1.0', 'acvp-aes-kw.json.gz', 'AES-KW', (item) =>
    checkWrap(item, 'wrap', 'a6'.repeat(8)),
  ),
  keyWrap(published, 'ACVP-AES-KWP-1.0', 'acvp-aes-kwp.json.gz', 'AES-KWP', (item) =>
    checkWrap(item, 'wrap-pad', 'a65959a6'),
  ),
  cbc(published),
  gcm(published),
  hmac(published),
]

/** Of each group, which has one key size, length and direction: the first ten, valid and invalid apart. */
function keyWrap(published, set, file, primitive, check) {
  const { tests, provenance } = published.acvp(set)
  const classOf = ({ tgId, testPassed }) => `${tgId} ${testPassed}`
  const offered = tests.filter(({ kwCipher }) => kwCipher === 'cipher')
  const { kept, leftOut } = leaveOut(tests, [
    ['kwCipher inverse is not offered', ({ kwCipher }) => kwCipher === 'inverse'],
    ['more than the first ten of a group', firstOfEach(offered, 10, classOf)],
  ])
  const cases = kept.map(({ id, key, pt, ct, testPassed }) => {
    const item = { id, src: 'acvp', kek: lower(key), ct: lower(ct) }
    if (testPassed === false) return { ...item, valid: false, why: 'integrity check fails' }
    return { ...item, pt: lower(pt), valid: true }
  })
  for (const item of cases) check(item)
  const sources = [{ id: 'acvp', ...provenance }]
  return { file, primitive, provenance: sources, published: tests.length, leftOut, cases }
}

function cbc(published) {
  const { tests, provenance } = published.acvp('ACVP-AES-CBC-1.0')
  const { kept, leftOut } = leaveOut(tests, [
    ['a Monte Carlo test of 100,000 operations', ({ testType }) => testType === 'MCT'],
  ])
  const cases = kept.map(({ id, key, iv, pt, ct }) => ({
    id,
    src: 'acvp',
    ...{ key: lower(key), iv: lower(iv), pt: lower(pt), ct: lower(ct) },
    padding: 'none',
    valid: true,
  }))
  for (const item of cases) checkCbc(item)
  return {
    ...{ file: 'acvp-aes-cbc.json.gz', primitive: 'AES-CBC', cases, leftOut },
    ...{ published: tests.length, provenance: [{ id: 'acvp', ...provenance }] },
  }
}

function gcm(published) {
  const { tests, provenance } = published.acvp('ACVP-AES-GCM-1.0')
  const { kept, leftOut } = leaveOut(tests, [
    ['an IV that is not 96 bits, or a tag below 96', (t) => t.ivLen !== 96 || t.tagLen < 96],
  ])
  const cases = kept.map(({ id, key, iv, aad, pt, ct, tag, testPassed }) => {
    const item = { id, src: 'acvp', key: lower(key), iv: lower(iv), aad: lower(aad) }
    const sealed = { ct: lower(ct), tag: lower(tag) }
    if (testPassed === false) return { ...item, ...sealed, valid: false, why: 'tag does not fit' }
    return { ...item, pt: lower(pt), ...sealed, valid: true }
  })
  for (const item of cases) checkGcm(item)
  return {
    ...{ file: 'acvp-aes-gcm.json.gz', primitive: 'AES-GCM', cases, leftOut },
    ...{ published: tests.length, provenance: [{ id: 'acvp', ...provenance }] },
  }
}

const HMACS = ['SHA-256', 'SHA-384', 'SHA-512']

function hmac(published) {
  const sets = HMACS.map((hash) => ({
    hash,
    src: hash.toLowerCase(),
    ...published.acvp(`HMAC-SHA2-${hash.slice(4)}-2.0`),
  }))
  const cases = sets.flatMap(({ hash, src, tests }) =>
    tests.map(({ id, key, msg, mac }) => ({
      ...{ id, src, hash, key: lower(key), msg: lower(msg), mac: lower(mac), valid: true },
    })),
  )
  for (const { id, hash, key, msg, mac } of cases) {
    const full = createHmac(NODE_HASH[hash], hexToBytes(key)).update(hexToBytes(msg)).digest()
    assert.equal(bytesToHex(full).slice(0, mac.length), mac, id)
  }
  return {
    ...{ file: 'acvp-hmac.json.gz', primitive: 'HMAC', cases, leftOut: [] },
    provenance: sets.map(({ src, provenance }) => ({ id: src, ...provenance })),
    published: sets.reduce((sum, { tests }) => sum + tests.length, 0),
  }
}
