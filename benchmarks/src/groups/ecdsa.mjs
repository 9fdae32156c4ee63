// ECDSA on the four curves: a message of 64 bytes in, r‖s out, and the way back; the first verification of a key; new
// keys.

import { ok } from 'node:assert/strict'
import { createHash, sign as nodeSign, verify as nodeVerify } from 'node:crypto'
import { p256, p384, p521 } from '@noble/curves/nist.js'
import { secp256k1 } from '@noble/curves/secp256k1.js'
import { digest, ecdsaSign, ecdsaVerify } from '@pocket-hsm/crypto'
import elliptic from 'elliptic'
import rs from 'jsrsasign'
import { createHsm, importKey, sign, verify } from 'pocket-hsm'
import { checkKeyPair, generatorsOf } from '../subjects/ec-key-pairs.mjs'
import { bytesToHex, ecKeys, hexToBytes, subtle } from '../subjects/keys.mjs'

const MESSAGE = Buffer.alloc(64, 7)
const P1363 = { dsaEncoding: 'ieee-p1363' }

/** Every s, high or low, as ECDSA has it: otherwise noble refuses or changes the high ones. */
const PLAIN = { lowS: false }

/** More keys than have a prepared table at a time: going round them, each verification is the first of its key. */
const KEYS_IN_TURN = 64

/** `inJsrsasign` and `inWebCrypto`: what the library calls the curve, if it has it. */
const CURVES = [
  {
    crv: 'P-256',
    named: 'P-256',
    alg: 'ES256',
    hash: 'SHA-256',
    width: 32,
    noble: p256,
    inElliptic: 'p256',
    inJsrsasign: 'secp256r1',
    inWebCrypto: 'P-256',
  },
  {
    crv: 'P-384',
    named: 'P-384',
    alg: 'ES384',
    hash: 'SHA-384',
    width: 48,
    noble: p384,
    inElliptic: 'p384',
    inJsrsasign: 'secp384r1',
    inWebCrypto: 'P-384',
  },
  {
    crv: 'P-521',
    named: 'P-521',
    alg: 'ES512',
    hash: 'SHA-512',
    width: 66,
    noble: p521,
    inElliptic: 'p521',
    inWebCrypto: 'P-521',
  },
  {
    crv: 'P-256K',
    named: 'secp256k1',
    alg: 'ES256K',
    hash: 'SHA-256',
    width: 32,
    noble: secp256k1,
    inElliptic: 'secp256k1',
    inJsrsasign: 'secp256k1',
  },
]

export const ecdsa = {
  name: 'ecdsa',
  title: 'ECDSA',
  noise:
    'Steady to a tenth for WebAssembly and node:crypto. @noble/curves, elliptic and jsrsasign make garbage in every operation: their medians move by a half on a busy machine. "First of a key" goes round 64 keys, more than have a prepared table at a time.',
  effort: (quick) =>
    quick
      ? { warmUp: 20, batch: 2, budget: 10, most: 10 }
      : { warmUp: 500, batch: 5, budget: 1000, most: 150 },
  async tasks({ quick }) {
    const tasks = []
    for (const curve of CURVES) {
      const keys = ecKeys(curve.named)
      const web = curve.inWebCrypto && (await keys.web())
      tasks.push(signing(curve, keys, web), verifying(curve, keys, web))
      tasks.push(firstVerification(curve, quick ? 2 : KEYS_IN_TURN), generation(curve))
    }
    return tasks
  },
}

const digestOf = (hash) => createHash(hash).update(MESSAGE).digest()

const jsrsasignAlg = (hash) => `${hash.replace('-', '')}withECDSA`

function signing({ crv, alg, hash, width, noble, inElliptic, inJsrsasign }, keys, web) {
  const { hsm, node } = keys
  const pair = new elliptic.ec(inElliptic).keyFromPrivate(keys.noble.privateKey)
  return {
    name: `${alg} sign (${crv})`,
    contenders: {
      'pocket-hsm': () => sign(hsm, 'key', { alg, value: digestOf(hash) }).value,
      '@pocket-hsm/crypto': () => ecdsaSign(keys.crypto, hash, digest(hash, MESSAGE), hostRandom),
      '@noble/curves': () => noble.sign(MESSAGE, keys.noble.privateKey, PLAIN),
      elliptic() {
        const { r, s } = pair.sign(digestOf(hash))
        return Buffer.concat([r.toBuffer('be', width), s.toBuffer('be', width)])
      },
      ...(inJsrsasign && {
        jsrsasign() {
          const signer = new rs.KJUR.crypto.Signature({ alg: jsrsasignAlg(hash) })
          signer.init(keys.jsrsasign.privateKey)
          signer.updateHex(bytesToHex(MESSAGE))
          return hexToBytes(rs.KJUR.crypto.ECDSA.asn1SigToConcatSig(signer.sign()))
        },
      }),
      ...(web && {
        WebCrypto: () => subtle.sign({ name: 'ECDSA', hash }, web.privateKey, MESSAGE),
      }),
      'node:crypto': () => nodeSign(hash, MESSAGE, { key: node.privateKey, ...P1363 }),
    },
    check: (_, made) =>
      ok(nodeVerify(hash, MESSAGE, { key: node.publicKey, ...P1363 }, new Uint8Array(made))),
  }
}

function verifying({ crv, alg, hash, width, noble, inElliptic, inJsrsasign }, keys, web) {
  const { hsm, node } = keys
  const signature = nodeSign(hash, MESSAGE, { key: node.privateKey, ...P1363 })
  const pair = new elliptic.ec(inElliptic).keyFromPublic(keys.noble.publicKey)
  const numbers = { r: signature.subarray(0, width), s: signature.subarray(width) }
  return {
    name: `${alg} verify (${crv})`,
    contenders: {
      'pocket-hsm': () => verify(hsm, 'key', { alg, digest: digestOf(hash), value: signature }),
      '@pocket-hsm/crypto': () => ecdsaVerify(keys.crypto, digest(hash, MESSAGE), signature),
      '@noble/curves': () => noble.verify(signature, MESSAGE, keys.noble.publicKey, PLAIN),
      elliptic: () => pair.verify(digestOf(hash), numbers),
      ...(inJsrsasign && {
        jsrsasign() {
          const verifier = new rs.KJUR.crypto.Signature({ alg: jsrsasignAlg(hash) })
          verifier.init(keys.jsrsasign.publicKey)
          verifier.updateHex(bytesToHex(MESSAGE))
          return verifier.verify(rs.KJUR.crypto.ECDSA.concatSigToASN1Sig(bytesToHex(signature)))
        },
      }),
      ...(web && {
        WebCrypto: () => subtle.verify({ name: 'ECDSA', hash }, web.publicKey, signature, MESSAGE),
      }),
      'node:crypto': () => nodeVerify(hash, MESSAGE, { key: node.publicKey, ...P1363 }, signature),
    },
    check: (_, result) => ok(result),
  }
}

/** Each contender goes round keys of its own turn, whose signatures node:crypto made. */
function firstVerification({ crv, named, alg, hash, noble }, count) {
  const hsm = createHsm()
  const all = Array.from({ length: count }, (_, index) => {
    const keys = ecKeys(named)
    importKey(hsm, `key-${index}`, keys.jwk)
    const signature = nodeSign(hash, MESSAGE, { key: keys.node.privateKey, ...P1363 })
    return { ...keys, name: `key-${index}`, signature }
  })
  const next = () => {
    let turn = 0
    return () => all[turn++ % count]
  }
  const [forHsm, forCrypto, forNoble, forNode] = [next(), next(), next(), next()]
  return {
    name: `${alg} verify, first of a key (${crv})`,
    contenders: {
      'pocket-hsm'() {
        const { name, signature } = forHsm()
        return verify(hsm, name, { alg, digest: digestOf(hash), value: signature })
      },
      '@pocket-hsm/crypto'() {
        const { crypto: key, signature } = forCrypto()
        return ecdsaVerify(key, digest(hash, MESSAGE), signature)
      },
      '@noble/curves'() {
        const { noble: key, signature } = forNoble()
        return noble.verify(signature, MESSAGE, key.publicKey, PLAIN)
      },
      'node:crypto'() {
        const { node, signature } = forNode()
        return nodeVerify(hash, MESSAGE, { key: node.publicKey, ...P1363 }, signature)
      },
    },
    check: (_, result) => ok(result),
  }
}

function generation(curve) {
  const generators = generatorsOf(curve)
  return {
    name: `generate a ${curve.crv} key`,
    contenders: Object.fromEntries(
      Object.entries(generators).map(([contender, { run }]) => [contender, run]),
    ),
    check: (contender, made) => checkKeyPair(curve, generators[contender], made),
  }
}

const hostRandom = (length) => crypto.getRandomValues(new Uint8Array(length))
