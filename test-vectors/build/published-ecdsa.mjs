/** ECDSA: ACVP's signatures and public keys on three curves, Wycheproof's r‖s signatures on four. */

import { hexOfLength } from './bytes.mjs'
import { CURVES } from './curves.mjs'
import { checkPoint, checkSignature } from './ecdsa.mjs'
import { ACVP_HASHES, leaveOut, lower } from './published.mjs'

export const buildPublishedEcdsa = (published) => [
  acvpSignatures(published),
  acvpPublicKeys(published),
  wycheproofSignatures(published),
]

const isOffered = (curve) => Object.hasOwn(CURVES, curve)

const RULES = [
  ['a curve that is not offered', ({ curve }) => !isOffered(curve)],
  ['a hash that is not offered', ({ hashAlg }) => !Object.hasOwn(ACVP_HASHES, hashAlg)],
  ['SP 800-106 randomizes the message first', ({ conformance }) => conformance !== undefined],
]

function acvpSignatures(published) {
  const sets = ['DetECDSA-SigGen-FIPS186-5', 'ECDSA-SigVer-FIPS186-5'].map((name) => ({
    src: name.toLowerCase(),
    ...published.acvp(name),
  }))
  const leftOut = []
  const cases = sets.flatMap(({ src, tests }) => {
    const split = leaveOut(tests, RULES)
    leftOut.push(...split.leftOut.map(({ count, why }) => ({ count, why: `${src}: ${why}` })))
    return split.kept.map(
      ({ id, curve: crv, hashAlg, qx, qy, message, r, s, testPassed = true }) => ({
        ...{ id, src, crv, hash: ACVP_HASHES[hashAlg], ...numbersOf(crv, { x: qx, y: qy }) },
        msg: lower(message),
        sig: Object.values(numbersOf(crv, { r, s })).join(''),
        ...outcome(testPassed, 'made so that verification fails'),
      }),
    )
  })
  for (const item of cases) checkSignature(item)
  return {
    ...{ file: 'acvp-ecdsa.json.gz', primitive: 'ECDSA', cases, leftOut },
    provenance: sets.map(({ src, provenance }) => ({ id: src, ...provenance })),
    published: sets.reduce((sum, { tests }) => sum + tests.length, 0),
  }
}

function acvpPublicKeys(published) {
  const { tests, provenance } = published.acvp('ECDSA-KeyVer-FIPS186-5')
  const { kept, leftOut } = leaveOut(tests, RULES.slice(0, 1))
  const cases = kept.map(({ id, curve: crv, qx, qy, testPassed }) => ({
    ...{ id, src: 'acvp', crv, x: lower(qx), y: lower(qy) },
    ...outcome(testPassed, 'not a point of the curve'),
  }))
  for (const item of cases) checkPoint(item)
  return {
    ...{ file: 'acvp-ec-public-key.json.gz', primitive: 'EC public key', cases, leftOut },
    ...{ published: tests.length, provenance: [{ id: 'acvp', ...provenance }] },
  }
}

const WYCHEPROOF = [
  ['P-256', 'ecdsa_secp256r1_sha256_p1363_test'],
  ['P-384', 'ecdsa_secp384r1_sha384_p1363_test'],
  ['P-521', 'ecdsa_secp521r1_sha512_p1363_test'],
  ['P-256K', 'ecdsa_secp256k1_sha256_p1363_test'],
]

function wycheproofSignatures(published) {
  const sets = WYCHEPROOF.map(([crv, name]) => ({
    crv,
    src: crv.toLowerCase(),
    ...published.wycheproof(name),
  }))
  const cases = sets.flatMap(({ crv, src, tests }) =>
    tests.map(({ id, sha, publicKey: { wx, wy }, msg, sig, result, flags }) => ({
      ...{ id, src, crv, hash: sha, ...numbersOf(crv, { x: wx, y: wy }), msg, sig },
      ...outcome(result === 'valid', flags.join(', ')),
    })),
  )
  for (const item of cases) checkSignature(item)
  return {
    ...{ file: 'wycheproof-ecdsa.json.gz', primitive: 'ECDSA', cases, leftOut: [] },
    provenance: sets.map(({ src, provenance }) => ({ id: src, ...provenance })),
    published: sets.reduce((sum, { tests }) => sum + tests.length, 0),
  }
}

const numbersOf = (crv, numbers) =>
  Object.fromEntries(
    Object.entries(numbers).map(([name, hex]) => [name, hexOfLength(hex, CURVES[crv].width)]),
  )

const outcome = (valid, why) => (valid ? { valid } : { valid, why })
