// What the HSM adds to the bare primitive: references, the life cycle's rules, the result; and what access control adds.

import { deepEqual, equal, ok } from 'node:assert/strict'
import { createHmac, generateKeyPairSync, verify as nodeVerify, randomBytes } from 'node:crypto'
import * as primitives from '@pocket-hsm/crypto'
import { encrypt, sign } from 'pocket-hsm'
import { changeRoles, controlledHsm } from '../subjects/controlled-hsm.mjs'
import { hsmWith } from '../subjects/keys.mjs'
import { pooledRandom } from '../subjects/pooled-random.mjs'

/** An HSM draws in this way too: otherwise a draw from the host would hide what it adds. */
const random = pooledRandom()
const DIGEST = Buffer.alloc(32, 7)

export const facade = {
  name: 'facade',
  title: 'What the HSM adds to a primitive',
  noise:
    'The difference of two microseconds-long times: trust one digit of it. The primitive draws its random bytes from a pool, as the HSM does.',
  effort: (quick) =>
    quick
      ? { warmUp: 20, batch: 1, budget: 20, most: 20 }
      : { warmUp: 600, batch: 3, budget: 2500, most: 500 },
  tasks: () => [
    encryption(),
    authentication(),
    signature(),
    controlled('by a caller that is known', () => {}),
    controlled('after a role change', changeRoles),
  ],
}

function encryption() {
  const bytes = randomBytes(32)
  const hsm = hsmWith({ kty: 'oct', k: bytes.toString('base64url') })
  const key = primitives.makeOctKey(bytes)
  const algorithm = primitives.findAlgorithm('A256GCM')
  const value = Buffer.alloc(64, 5)
  return {
    name: 'A256GCM encrypt, 64 bytes',
    contenders: {
      'pocket-hsm': () => encrypt(hsm, 'key', { alg: 'A256GCM', value }),
      '@pocket-hsm/crypto': () => primitives.encrypt(key, algorithm, value, {}, random),
    },
    check(_, { value: sealed, ciphertext = sealed, iv, tag }) {
      deepEqual(primitives.aesGcmDecrypt(bytes, ciphertext, { iv, tag }), new Uint8Array(value))
    },
  }
}

function authentication() {
  const bytes = randomBytes(32)
  const hsm = hsmWith({ kty: 'oct', k: bytes.toString('base64url') }, { keyOps: ['sign'] })
  const key = primitives.makeOctKey(bytes)
  const algorithm = primitives.findAlgorithm('HS256')
  const expected = createHmac('sha256', bytes).update(DIGEST).digest('hex')
  return {
    name: 'HS256 sign, 32 bytes',
    contenders: {
      'pocket-hsm': () => sign(hsm, 'key', { alg: 'HS256', value: DIGEST }).value,
      '@pocket-hsm/crypto': () => primitives.sign(key, algorithm, DIGEST, random),
    },
    check: (_, mac) => equal(Buffer.from(mac).toString('hex'), expected),
  }
}

function signature() {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const jwk = privateKey.export({ format: 'jwk' })
  const hsm = hsmWith(jwk)
  const key = primitives.importJwk(jwk)
  const algorithm = primitives.findAlgorithm('ES256')
  const message = Buffer.from('one coffee')
  const digest = primitives.digest('SHA-256', message)
  return {
    name: 'ES256 sign',
    contenders: {
      'pocket-hsm': () => sign(hsm, 'key', { alg: 'ES256', value: digest }).value,
      '@pocket-hsm/crypto': () => primitives.sign(key, algorithm, digest, random),
    },
    check: (_, made) =>
      ok(nodeVerify('sha256', message, { key: publicKey, dsaEncoding: 'ieee-p1363' }, made)),
  }
}

/**
 * The same call with access control and without, each after the same preparation: what differs is the decision. The
 * handle without a caller is not checked, and both HSMs have the same assignments.
 */
function controlled(when, prepare) {
  const bytes = randomBytes(32)
  const jwk = { kty: 'oct', k: bytes.toString('base64url') }
  const [ours, others] = [controlledHsm(jwk), controlledHsm(jwk)]
  const expected = createHmac('sha256', bytes).update(DIGEST).digest('hex')
  const signing = (host, handle) => () => {
    prepare(host)
    return sign(handle, 'key', { alg: 'HS256', value: DIGEST }).value
  }
  return {
    name: `HS256 sign with 50 role assignments, ${when}`,
    contenders: {
      'pocket-hsm': signing(ours.host, ours.caller),
      'without access control': signing(others.host, others.host),
    },
    check: (_, mac) => equal(Buffer.from(mac).toString('hex'), expected),
  }
}
