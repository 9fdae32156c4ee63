/**
 * ML-DSA: ACVP's key generation, signatures and verification, and Wycheproof's signatures from seeds and verification.
 *
 * Neither node:crypto nor the openssl command has ML-DSA in the versions that build these files: what is checked here is
 * the form, and that each public key of Wycheproof's seeds is the same in every file.
 */

import assert from 'node:assert/strict'
import { firstOfEach, leaveOut, lower } from './published.mjs'

export const buildMlDsa = (published) => [
  acvpKeys(published),
  acvpSigning(published),
  acvpVerification(published),
  wycheproofSigning(published),
  wycheproofVerification(published),
]

/** FIPS 204 section 4, table 2: bytes of the public key, the expanded private key and a signature. */
const LENGTHS = {
  'ML-DSA-44': { pk: 1312, sk: 2560, sig: 2420 },
  'ML-DSA-65': { pk: 1952, sk: 4032, sig: 3309 },
  'ML-DSA-87': { pk: 2592, sk: 4896, sig: 4627 },
}

const MOST_KEYS = 8
const MOST_SIGNATURES = 3
const MOST_OF_A_KIND = 2

const PREHASH = ['HashML-DSA is not offered', ({ preHash }) => preHash === 'preHash']
const FORMATTED = [
  'the internal interface with a formatted message is not offered',
  ({ signatureInterface, externalMu }) => signatureInterface === 'internal' && !externalMu,
]

function acvpKeys(published) {
  const { tests, provenance } = published.acvp('ML-DSA-keyGen-FIPS204')
  const { kept, leftOut } = leaveOut(tests, [
    [
      `more than the first ${MOST_KEYS} of a group`,
      firstOfEach(tests, MOST_KEYS, ({ tgId }) => tgId),
    ],
  ])
  const cases = kept.map(({ id, parameterSet, seed, pk, sk }) => ({
    ...{ id, src: 'acvp', alg: parameterSet, seed: lower(seed), pk: lower(pk), sk: lower(sk) },
    valid: true,
  }))
  return {
    ...{ file: 'acvp-ml-dsa-key.json.gz', primitive: 'ML-DSA key pair', leftOut },
    ...{ cases: checked(cases), published: tests.length },
    provenance: [{ id: 'acvp', ...provenance }],
  }
}

/** The set has expanded private keys, not their seeds. */
function acvpSigning(published) {
  const { tests, provenance } = published.acvp('ML-DSA-sigGen-FIPS204')
  const { kept, leftOut } = shortest(tests, ({ tgId }) => tgId)
  const cases = kept.map(({ id, parameterSet, sk, rnd, signature, ...test }) => ({
    ...{ id, src: 'acvp', alg: parameterSet, sk: lower(sk), ...signedBytes(test) },
    ...(rnd !== undefined && { rnd: lower(rnd) }),
    sig: lower(signature),
    valid: true,
  }))
  return {
    ...{ file: 'acvp-ml-dsa-sign.json.gz', primitive: 'ML-DSA signing', leftOut },
    ...{ cases: checked(cases), published: tests.length },
    provenance: [{ id: 'acvp', ...provenance }],
  }
}

function acvpVerification(published) {
  const { tests, provenance } = published.acvp('ML-DSA-sigVer-FIPS204')
  const { kept, leftOut } = shortest(tests, ({ tgId, testPassed }) => `${tgId} ${testPassed}`)
  const cases = kept.map(({ id, parameterSet, pk, signature, testPassed, ...test }) => ({
    ...{ id, src: 'acvp', alg: parameterSet, pk: lower(pk), ...signedBytes(test) },
    sig: lower(signature),
    ...outcome(testPassed, 'made so that verification fails'),
  }))
  return {
    ...{ file: 'acvp-ml-dsa-verify.json.gz', primitive: 'ML-DSA verification', leftOut },
    ...{ cases: checked(cases), published: tests.length },
    provenance: [{ id: 'acvp', ...provenance }],
  }
}

/** Leaves out what is not offered, and all but the shortest messages of each class. */
function shortest(tests, classOf) {
  const offered = leaveOut(tests, [PREHASH, FORMATTED])
  const byLength = offered.kept.toSorted(
    (a, b) => (a.message ?? a.mu).length - (b.message ?? b.mu).length,
  )
  const isMore = firstOfEach(byLength, MOST_SIGNATURES, classOf)
  const split = leaveOut(offered.kept, [
    [`more than the ${MOST_SIGNATURES} shortest messages of a group and outcome`, isMore],
  ])
  return { kept: split.kept, leftOut: [...offered.leftOut, ...split.leftOut] }
}

const signedBytes = ({ message, context, mu }) =>
  mu === undefined ? { msg: lower(message), ctx: lower(context) } : { mu: lower(mu) }

const SETS = [
  ['ML-DSA-44', 'mldsa_44'],
  ['ML-DSA-65', 'mldsa_65'],
  ['ML-DSA-87', 'mldsa_87'],
]

const kindOf = ({ src, result, flags }) => `${src} ${result} ${flags.join(' ')}`

function wycheproof(published, suffix, rules) {
  const sets = SETS.map(([alg, prefix]) => {
    const { tests, provenance } = published.wycheproof(`${prefix}_${suffix}_test`)
    const src = alg.toLowerCase()
    return { src, provenance, tests: tests.map((test) => ({ ...test, alg, src })) }
  })
  const tests = sets.flatMap((set) => set.tests)
  const offered = leaveOut(tests, rules)
  const isMore = firstOfEach(offered.kept, MOST_OF_A_KIND, kindOf)
  const split = leaveOut(offered.kept, [
    [`more than ${MOST_OF_A_KIND} with the same flags and outcome`, isMore],
  ])
  return {
    kept: split.kept,
    leftOut: [...offered.leftOut, ...split.leftOut],
    published: tests.length,
    provenance: sets.map(({ src, provenance }) => ({ id: src, ...provenance })),
  }
}

function wycheproofSigning(published) {
  const { kept, ...rest } = wycheproof(published, 'sign_seed', [
    ['the randomness of the signature is not given', ({ flags }) => flags.includes('Randomized')],
  ])
  const cases = kept.map((test) => {
    const { id, src, alg, privateSeed, privateKeyPkcs8, publicKey, sig, result } = test
    return {
      ...{ id, src, alg, seed: privateSeed, ...wycheproofBytes(test), sig },
      ...(publicKey && { pk: publicKey }),
      ...(privateKeyPkcs8 && { pkcs8: privateKeyPkcs8 }),
      ...outcome(result === 'valid', test.comment),
    }
  })
  return {
    ...{ file: 'wycheproof-ml-dsa-sign.json.gz', primitive: 'ML-DSA signing', ...rest },
    cases: checked(cases),
  }
}

function wycheproofVerification(published) {
  const { kept, ...rest } = wycheproof(published, 'verify', [])
  const cases = kept.map((test) => ({
    ...{ id: test.id, src: test.src, alg: test.alg, pk: test.publicKey },
    ...{ ...wycheproofBytes(test), sig: test.sig },
    ...outcome(test.result === 'valid', test.comment),
  }))
  return {
    ...{ file: 'wycheproof-ml-dsa-verify.json.gz', primitive: 'ML-DSA verification', ...rest },
    cases: checked(cases),
  }
}

/** Some cases have the message and µ: then both have to give the signature. */
const wycheproofBytes = ({ msg, ctx, mu }) => ({
  ...(msg !== undefined && { msg }),
  ...(ctx !== undefined && { ctx }),
  ...(mu !== undefined && { mu }),
})

const outcome = (valid, why) => (valid ? { valid } : { valid, why })

/** Valid cases have the lengths of their parameter set, and a seed has one public key. */
function checked(cases) {
  const publicKeys = new Map()
  for (const { id, alg, valid, seed, pk, ...item } of cases) {
    if (!valid) continue
    for (const [name, length] of Object.entries(LENGTHS[alg])) {
      const hex = name === 'pk' ? pk : item[name]
      assert.equal((hex ?? '').length / 2, hex === undefined ? 0 : length, `${id} ${name}`)
    }
    if (seed === undefined) continue
    const known = publicKeys.get(`${alg} ${seed}`) ?? pk
    assert.equal(pk, known, `${id}: another public key of the same seed`)
    publicKeys.set(`${alg} ${seed}`, known)
  }
  return cases
}
