/** ACVP: RSA keys, and PKCS#1 v1.5 and PSS signatures. */

import assert from 'node:assert/strict'
import { constants, verify } from 'node:crypto'
import { hexToBigInt, hexToBytes, normalHex } from './bytes.mjs'
import { ACVP_HASHES, leaveOut, lower } from './published.mjs'
import { NODE_HASH } from './rsa-encodings.mjs'
import { memberHex, nodePublicKey, privateJwk, publicJwk } from './rsa-keys.mjs'

export const buildAcvpRsa = (published) => [
  keys(published),
  signatures(published, 'pkcs1v1.5', 'acvp-rsa-pkcs1-sig.json.gz', 'RSASSA-PKCS1-v1_5'),
  signatures(published, 'pss', 'acvp-rsa-pss-sig.json.gz', 'RSASSA-PSS'),
]

/** The sets have no d: it is computed, and dp, dq and qi must be the published ones. */
function keys(published) {
  const { tests, provenance } = published.acvp('RSA-KeyGen-FIPS186-5')
  const cases = tests.map(({ id, modulo, n, e, p, q, dmp1, dmq1, iqmp }) => {
    const [pHex, qHex, eHex] = [p, q, e].map(normalHex)
    const jwk = privateJwk({ p: pHex, q: qHex, e: eHex })
    const given = { n, e, p, q, dp: dmp1, dq: dmq1, qi: iqmp }
    for (const [name, hex] of Object.entries(given)) {
      assert.equal(hexToBigInt(memberHex(jwk[name])), hexToBigInt(normalHex(hex)), `${id} ${name}`)
    }
    const members = ['n', 'e', 'd', 'p', 'q', 'dp', 'dq', 'qi'].map((name) => [
      name,
      memberHex(jwk[name]),
    ])
    return { id, src: 'acvp', bits: modulo, ...Object.fromEntries(members), valid: true }
  })
  return {
    ...{ file: 'acvp-rsa-key.json.gz', primitive: 'RSA private key', cases, leftOut: [] },
    ...{ published: tests.length, provenance: [{ id: 'acvp', ...provenance }] },
  }
}

function signatures(published, type, file, primitive) {
  const jwks = {}
  const sets = ['RSA-SigGen-FIPS186-5', 'RSA-SigVer-FIPS186-5'].map((name) => {
    const { tests, provenance } = published.acvp(name)
    const ofType = tests.filter(({ sigType }) => sigType === type)
    return { src: name.toLowerCase(), tests: ofType, provenance }
  })
  const leftOut = []
  const cases = sets.flatMap(({ src, tests }) => {
    const split = leaveOut(tests, [
      ['a hash that is not offered', ({ hashAlg }) => !Object.hasOwn(ACVP_HASHES, hashAlg)],
      ['a mask function that is not MGF1', ({ maskFunction = 'mgf1' }) => maskFunction !== 'mgf1'],
      ['SP 800-106 randomizes the message first', ({ conformance }) => conformance !== undefined],
    ])
    leftOut.push(...split.leftOut.map(({ count, why }) => ({ count, why: `${src}: ${why}` })))
    return split.kept.map((test) => signatureCase(test, src, jwks))
  })
  for (const item of cases) checkSignature(item, jwks[item.key])
  const used = sets.filter(({ src }) => cases.some((item) => item.src === src))
  return {
    ...{ file, primitive, keys: jwks, cases, leftOut },
    provenance: used.map(({ src, provenance }) => ({ id: src, ...provenance })),
    published: sets.reduce((sum, { tests }) => sum + tests.length, 0),
  }
}

function signatureCase(test, src, jwks) {
  const { id, tgId, hashAlg, n, e, saltLen, message, signature, testPassed = true } = test
  const key = `${src} group ${tgId}`
  jwks[key] ??= publicJwk(hexToBigInt(normalHex(n)), hexToBigInt(normalHex(e)))
  const hash = ACVP_HASHES[hashAlg]
  const parameters = saltLen === undefined ? { hash } : { hash, mgfHash: hash, saltLength: saltLen }
  const item = { id, src, ...parameters, key, msg: lower(message), sig: lower(signature) }
  if (testPassed) return { ...item, valid: true }
  return { ...item, valid: false, why: 'made so that verification fails' }
}

function checkSignature({ id, hash, saltLength, msg, sig, valid }, jwk) {
  const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength }
  const key = { key: nodePublicKey(jwk), ...(saltLength === undefined ? {} : pss) }
  assert.equal(verify(NODE_HASH[hash], hexToBytes(msg), key, hexToBytes(sig)), valid, id)
}
