// Elliptic curves in @pocket-hsm/crypto alone, without an HSM around it: keys, signatures, and the first verification
// of a key, which makes the key's table.

import { ok } from 'node:assert/strict'
import { generateKeyPairSync, sign as nodeSign, verify as nodeVerify } from 'node:crypto'
import { p256, p384, p521 } from '@noble/curves/nist.js'
import { secp256k1 } from '@noble/curves/secp256k1.js'
import {
  digest,
  ecdsaSign,
  ecdsaVerify,
  generateKey,
  importJwk,
  makeEcPublicKey,
} from '@pocket-hsm/crypto'

const MESSAGE = Buffer.alloc(64, 7)

const CURVES = [
  { crv: 'P-256', named: 'P-256', alg: 'ES256', hash: 'SHA-256', noble: p256 },
  { crv: 'P-384', named: 'P-384', alg: 'ES384', hash: 'SHA-384', noble: p384 },
  { crv: 'P-521', named: 'P-521', alg: 'ES512', hash: 'SHA-512', noble: p521 },
  { crv: 'P-256K', named: 'secp256k1', alg: 'ES256K', hash: 'SHA-256', noble: secp256k1 },
]

export const ecKernels = {
  name: 'ec-kernels',
  title: 'Elliptic curves without an HSM around them',
  noise:
    'Steady to a tenth for WebAssembly and node:crypto. @noble/curves makes garbage at every operation, and its medians move by a half on a busy machine.',
  effort: (quick) =>
    quick
      ? { warmUp: 250, batch: 4, budget: 200, most: 40 }
      : { warmUp: 1000, batch: 8, budget: 2500, most: 200 },
  tasks: () => CURVES.flatMap(tasksFor),
}

function tasksFor({ crv, named, alg, hash, noble }) {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: named })
  const { x, y, d } = privateKey.export({ format: 'jwk' })
  const key = importJwk({ kty: 'EC', crv, x, y, d })
  const [dBytes, xBytes, yBytes] = [d, x, y].map((text) => Buffer.from(text, 'base64url'))
  const noblePublicKey = Buffer.concat([Buffer.of(4), xBytes, yBytes])
  const p1363 = { dsaEncoding: 'ieee-p1363' }
  // Every s, high or low, as ECDSA has it: noble would refuse or turn the high ones on its own.
  const plain = { lowS: false }
  const signature = nodeSign(hash, MESSAGE, { key: privateKey, ...p1363 })
  const verifiers = {
    '@noble/curves': () => noble.verify(signature, MESSAGE, noblePublicKey, plain),
    'node:crypto': () => nodeVerify(hash, MESSAGE, { key: publicKey, ...p1363 }, signature),
  }
  return [
    {
      name: `${alg} sign (${crv})`,
      contenders: {
        '@pocket-hsm/crypto': () => ecdsaSign(key, hash, digest(hash, MESSAGE), hostRandom),
        '@noble/curves': () => noble.sign(MESSAGE, dBytes, plain),
        'node:crypto': () => nodeSign(hash, MESSAGE, { key: privateKey, ...p1363 }),
      },
      check: (_, made) =>
        ok(nodeVerify(hash, MESSAGE, { key: publicKey, ...p1363 }, new Uint8Array(made))),
    },
    {
      name: `${alg} verify (${crv})`,
      contenders: {
        '@pocket-hsm/crypto': () => ecdsaVerify(key, digest(hash, MESSAGE), signature),
        ...verifiers,
      },
      check: (_, result) => ok(result),
    },
    {
      name: `${alg} verify, first of a key (${crv})`,
      contenders: {
        '@pocket-hsm/crypto': () =>
          ecdsaVerify(makeEcPublicKey(crv, xBytes, yBytes), digest(hash, MESSAGE), signature),
        ...verifiers,
      },
      check: (_, result) => ok(result),
    },
    {
      name: `generate a ${crv} key`,
      contenders: {
        '@pocket-hsm/crypto': () => generateKey({ kty: 'EC', crv }, hostRandom),
        '@noble/curves': () => noble.keygen(),
        'node:crypto': () => generateKeyPairSync('ec', { namedCurve: named }),
      },
      check: (_, made) => ok(made),
    },
  ]
}

const hostRandom = (length) => crypto.getRandomValues(new Uint8Array(length))
