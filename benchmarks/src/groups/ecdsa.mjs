// ECDSA on the four curves: a message of 64 bytes in, r‖s out, and the way back.

import { ok } from 'node:assert/strict'
import { createHash, sign as nodeSign, verify as nodeVerify } from 'node:crypto'
import { p256, p384, p521 } from '@noble/curves/nist.js'
import { secp256k1 } from '@noble/curves/secp256k1.js'
import rs from 'jsrsasign'
import { sign, verify } from 'pocket-hsm'
import { bytesToHex, ecKeys, hexToBytes, subtle } from '../keys.mjs'

const MESSAGE = Buffer.alloc(64, 7)

/** `jsrsasign` and `WebCrypto`: whether they have the curve. */
const CURVES = [
  {
    crv: 'P-256',
    named: 'P-256',
    alg: 'ES256',
    hash: 'SHA-256',
    noble: p256,
    jsrsasign: true,
    web: true,
  },
  {
    crv: 'P-384',
    named: 'P-384',
    alg: 'ES384',
    hash: 'SHA-384',
    noble: p384,
    jsrsasign: true,
    web: true,
  },
  {
    crv: 'P-521',
    named: 'P-521',
    alg: 'ES512',
    hash: 'SHA-512',
    noble: p521,
    jsrsasign: false,
    web: true,
  },
  {
    crv: 'P-256K',
    named: 'secp256k1',
    alg: 'ES256K',
    hash: 'SHA-256',
    noble: secp256k1,
    jsrsasign: true,
    web: false,
  },
]

export const ecdsa = {
  name: 'ecdsa',
  title: 'ECDSA',
  noise:
    'Steady to a tenth. pocket-hsm has @noble/curves inside, so the two differ by what the HSM around it costs, and by the bytes that it mixes into every nonce.',
  effort: (quick) =>
    quick
      ? { warmUp: 250, batch: 4, budget: 200, most: 40 }
      : { warmUp: 1000, batch: 8, budget: 2500, most: 200 },
  async tasks() {
    const tasks = []
    for (const curve of CURVES) tasks.push(...(await tasksFor(curve)))
    return tasks
  },
}

async function tasksFor({ crv, named, alg, hash, noble, jsrsasign, web }) {
  const keys = ecKeys(named)
  const { hsm, node } = keys
  const digest = () => createHash(hash).update(MESSAGE).digest()
  const p1363 = { dsaEncoding: 'ieee-p1363' }
  const signature = nodeSign(hash, MESSAGE, { key: node.privateKey, ...p1363 })
  const webKeys = web && (await keys.web())
  // Every s, high or low, as ECDSA has it: noble would refuse or turn the high ones on its own.
  const plain = { lowS: false }
  const jsrsasignAlg = `${hash.replace('-', '')}withECDSA`
  return [
    {
      name: `${alg} sign (${crv})`,
      contenders: {
        'pocket-hsm': () => sign(hsm, 'key', { alg, value: digest() }).value,
        '@noble/curves': () => noble.sign(MESSAGE, keys.noble.privateKey, plain),
        ...(jsrsasign && {
          jsrsasign() {
            const signer = new rs.KJUR.crypto.Signature({ alg: jsrsasignAlg })
            signer.init(keys.jsrsasign.privateKey)
            signer.updateHex(bytesToHex(MESSAGE))
            return hexToBytes(rs.KJUR.crypto.ECDSA.asn1SigToConcatSig(signer.sign()))
          },
        }),
        ...(webKeys && {
          WebCrypto: () => subtle.sign({ name: 'ECDSA', hash }, webKeys.privateKey, MESSAGE),
        }),
        'node:crypto': () => nodeSign(hash, MESSAGE, { key: node.privateKey, ...p1363 }),
      },
      check: (_, made) =>
        ok(nodeVerify(hash, MESSAGE, { key: node.publicKey, ...p1363 }, new Uint8Array(made))),
    },
    {
      name: `${alg} verify (${crv})`,
      contenders: {
        'pocket-hsm': () => verify(hsm, 'key', { alg, digest: digest(), value: signature }),
        '@noble/curves': () => noble.verify(signature, MESSAGE, keys.noble.publicKey, plain),
        ...(jsrsasign && {
          jsrsasign() {
            const verifier = new rs.KJUR.crypto.Signature({ alg: jsrsasignAlg })
            verifier.init(keys.jsrsasign.publicKey)
            verifier.updateHex(bytesToHex(MESSAGE))
            return verifier.verify(rs.KJUR.crypto.ECDSA.concatSigToASN1Sig(bytesToHex(signature)))
          },
        }),
        ...(webKeys && {
          WebCrypto: () =>
            subtle.verify({ name: 'ECDSA', hash }, webKeys.publicKey, signature, MESSAGE),
        }),
        'node:crypto': () =>
          nodeVerify(hash, MESSAGE, { key: node.publicKey, ...p1363 }, signature),
      },
      check: (_, result) => ok(result),
    },
  ]
}
