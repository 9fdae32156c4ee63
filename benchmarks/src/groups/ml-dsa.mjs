// ML-DSA in its three parameter sets: a message of 64 bytes in, a signature out, and the way back; new keys.

import { ok } from 'node:assert/strict'
import { ml_dsa44, ml_dsa65, ml_dsa87 } from '@noble/post-quantum/ml-dsa.js'
import { generateKey, makeMlDsaKey, mlDsaSign, mlDsaVerify } from '@pocket-hsm/crypto'
import { createHsm, createKey, forkHsm, importKey, sign, verify } from 'pocket-hsm'

const MESSAGE = Buffer.alloc(64, 7)
const SEED = new Uint8Array(32).fill(7)

const PARAMETER_SETS = { 'ML-DSA-44': ml_dsa44, 'ML-DSA-65': ml_dsa65, 'ML-DSA-87': ml_dsa87 }

export const mlDsa = {
  name: 'ml-dsa',
  title: 'ML-DSA',
  noise:
    'Signing is chance: it tries again until a signature is small enough, four to five times on average. Medians of one run can be compared, to a fifth.',
  effort: (quick) =>
    quick
      ? { warmUp: 10, batch: 1, budget: 10, most: 10 }
      : { warmUp: 100, batch: 3, budget: 1500, most: 150 },
  tasks: () =>
    Object.entries(PARAMETER_SETS).flatMap(([alg, noble]) => {
      const keys = keysOf(alg, noble)
      return [signing(alg, noble, keys), verifying(alg, noble, keys), generation(alg, noble)]
    }),
}

/** The same key for everyone. */
function keysOf(alg, noble) {
  const hsm = createHsm()
  const priv = Buffer.from(SEED).toString('base64url')
  importKey(hsm, 'key', { kty: 'AKP', alg, priv })
  return { hsm, crypto: makeMlDsaKey(alg, SEED), noble: noble.keygen(SEED) }
}

function signing(alg, noble, keys) {
  return {
    name: `${alg} sign`,
    contenders: {
      'pocket-hsm': () => sign(keys.hsm, 'key', { alg, value: MESSAGE }).value,
      '@pocket-hsm/crypto': () => mlDsaSign(keys.crypto, MESSAGE, hostRandom),
      '@noble/post-quantum': () => noble.sign(MESSAGE, keys.noble.secretKey),
    },
    check: (_, signature) => ok(noble.verify(signature, MESSAGE, keys.noble.publicKey)),
  }
}

function verifying(alg, noble, keys) {
  const signature = noble.sign(MESSAGE, keys.noble.secretKey)
  return {
    name: `${alg} verify`,
    contenders: {
      'pocket-hsm': () => verify(keys.hsm, 'key', { alg, digest: MESSAGE, value: signature }),
      '@pocket-hsm/crypto': () => mlDsaVerify(keys.crypto, MESSAGE, signature),
      '@noble/post-quantum': () => noble.verify(signature, MESSAGE, keys.noble.publicKey),
    },
    check: (_, result) => ok(result),
  }
}

function generation(alg, noble) {
  const empty = createHsm()
  const { publicKey } = noble.lengths
  return {
    name: `generate a key of ${alg}`,
    contenders: {
      'pocket-hsm'() {
        const { key } = createKey(forkHsm(empty), 'key', { kty: 'AKP', alg })
        return Buffer.from(key.pub, 'base64url')
      },
      '@pocket-hsm/crypto': () => generateKey({ kty: 'AKP', alg }, hostRandom).publicKey,
      '@noble/post-quantum': () => noble.keygen().publicKey,
    },
    check: (_, made) => ok(made.length === publicKey),
  }
}

const hostRandom = (length) => crypto.getRandomValues(new Uint8Array(length))
