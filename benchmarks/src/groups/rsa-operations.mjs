// What is done with RSA keys: the same key and message for all; each result is checked by node:crypto.

import { deepEqual, ok } from 'node:assert/strict'
import {
  constants,
  createHash,
  sign as nodeSign,
  verify as nodeVerify,
  privateDecrypt,
  publicEncrypt,
} from 'node:crypto'
import { sha256 } from '@noble/hashes/sha2.js'
import rs from 'jsrsasign'
import { mgf1, OAEP, PKCS1_SHA256, PSS } from 'micro-rsa-dsa-dh/rsa.js'
import forge from 'node-forge'
import { decrypt, encrypt, sign, verify } from 'pocket-hsm'
import {
  binary,
  bytesToHex,
  fromBinary,
  hexToBytes,
  rsaKeys as keysFor,
  subtle,
} from '../subjects/keys.mjs'

const MESSAGE = Buffer.alloc(64, 7)
const PLAINTEXT = Buffer.alloc(32, 9)
const digest = () => createHash('sha256').update(MESSAGE).digest()
const { RSA_PKCS1_PSS_PADDING, RSA_PKCS1_OAEP_PADDING } = constants

export const rsaOperations = {
  name: 'rsa',
  title: 'RSA operations',
  noise:
    'Operations with the private key are steady to a tenth. Our figures include blinding, the check of every result and the HSM around them.',
  effort: (quick) =>
    quick
      ? { warmUp: 10, batch: 1, budget: 10, most: 10 }
      : { warmUp: 200, batch: 4, budget: 1000, most: 200 },
  async tasks({ quick }) {
    const tasks = []
    for (const bits of quick ? [2048] : [2048, 3072, 4096]) tasks.push(...(await tasksFor(bits)))
    return tasks
  },
}

const forgeDigest = () => forge.md.sha256.create().update(binary(MESSAGE))
const forgePss = () =>
  forge.pss.create({
    md: forge.md.sha256.create(),
    mgf: forge.mgf.mgf1.create(forge.md.sha256.create()),
    saltLength: 32,
  })
const forgeOaep = () => ({ md: forge.md.sha256.create(), mgf1: { md: forge.md.sha256.create() } })
const microPss = PSS(sha256, mgf1(sha256), 32)
const microOaep = OAEP(sha256, mgf1(sha256))

function jsrsasignSign(alg, key) {
  const signer = new rs.KJUR.crypto.Signature({ alg, psssaltlen: 32 })
  signer.init(key)
  signer.updateHex(bytesToHex(MESSAGE))
  return hexToBytes(signer.sign())
}

function jsrsasignVerify(alg, key, signature) {
  const verifier = new rs.KJUR.crypto.Signature({ alg, psssaltlen: 32 })
  verifier.init(key)
  verifier.updateHex(bytesToHex(MESSAGE))
  return verifier.verify(bytesToHex(signature))
}

async function tasksFor(bits) {
  const keys = keysFor(bits)
  const { hsm, micro, node } = keys
  const pss = { padding: RSA_PKCS1_PSS_PADDING, saltLength: 32 }
  const oaep = { padding: RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' }
  const webPkcs1 = await keys.web({ name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }, [
    'sign',
    'verify',
  ])
  const webPss = await keys.web({ name: 'RSA-PSS', hash: 'SHA-256' }, ['sign', 'verify'])
  const webOaep = await keys.web({ name: 'RSA-OAEP', hash: 'SHA-256' }, ['decrypt', 'encrypt'])
  const pkcs1Signature = nodeSign('sha256', MESSAGE, node.privateKey)
  const ciphertext = publicEncrypt({ key: node.publicKey, ...oaep }, PLAINTEXT)
  const isTrue = (_, result) => ok(result)
  return [
    {
      name: `RS256 sign, ${bits}`,
      contenders: {
        'pocket-hsm': () => sign(hsm, 'key', { alg: 'RS256', value: digest() }).value,
        'micro-rsa-dsa-dh': () => PKCS1_SHA256.sign(micro.privateKey, MESSAGE),
        'node-forge': () => fromBinary(keys.forge.privateKey.sign(forgeDigest())),
        jsrsasign: () => jsrsasignSign('SHA256withRSA', keys.jsrsasign.privateKey),
        WebCrypto: () => subtle.sign('RSASSA-PKCS1-v1_5', webPkcs1.privateKey, MESSAGE),
        'node:crypto': () => nodeSign('sha256', MESSAGE, node.privateKey),
      },
      check: (_, signature) => deepEqual(Buffer.from(signature), pkcs1Signature),
    },
    {
      name: `PS256 sign, ${bits}`,
      contenders: {
        'pocket-hsm': () => sign(hsm, 'key', { alg: 'PS256', value: digest() }).value,
        'micro-rsa-dsa-dh': () => microPss.sign(micro.privateKey, MESSAGE),
        'node-forge': () => fromBinary(keys.forge.privateKey.sign(forgeDigest(), forgePss())),
        jsrsasign: () => jsrsasignSign('SHA256withRSAandMGF1', keys.jsrsasign.privateKey),
        WebCrypto: () =>
          subtle.sign({ name: 'RSA-PSS', saltLength: 32 }, webPss.privateKey, MESSAGE),
        'node:crypto': () => nodeSign('sha256', MESSAGE, { key: node.privateKey, ...pss }),
      },
      check: (_, signature) =>
        ok(
          nodeVerify('sha256', MESSAGE, { key: node.publicKey, ...pss }, new Uint8Array(signature)),
        ),
    },
    {
      name: `RSA-OAEP-256 decrypt, ${bits}`,
      contenders: {
        'pocket-hsm': () => decrypt(hsm, 'key', { alg: 'RSA-OAEP-256', value: ciphertext }).value,
        'micro-rsa-dsa-dh': () => microOaep.decrypt(micro.privateKey, ciphertext),
        'node-forge': () =>
          fromBinary(keys.forge.privateKey.decrypt(binary(ciphertext), 'RSA-OAEP', forgeOaep())),
        WebCrypto: () => subtle.decrypt('RSA-OAEP', webOaep.privateKey, ciphertext),
        'node:crypto': () => privateDecrypt({ key: node.privateKey, ...oaep }, ciphertext),
      },
      check: (_, plaintext) => deepEqual(Buffer.from(plaintext), PLAINTEXT),
    },
    {
      name: `RS256 verify, ${bits}`,
      contenders: {
        'pocket-hsm': () =>
          verify(hsm, 'key', { alg: 'RS256', digest: digest(), value: pkcs1Signature }),
        'micro-rsa-dsa-dh': () => PKCS1_SHA256.verify(micro.publicKey, MESSAGE, pkcs1Signature),
        'node-forge': () =>
          keys.forge.publicKey.verify(forgeDigest().digest().getBytes(), binary(pkcs1Signature)),
        jsrsasign: () => jsrsasignVerify('SHA256withRSA', keys.jsrsasign.publicKey, pkcs1Signature),
        WebCrypto: () =>
          subtle.verify('RSASSA-PKCS1-v1_5', webPkcs1.publicKey, pkcs1Signature, MESSAGE),
        'node:crypto': () => nodeVerify('sha256', MESSAGE, node.publicKey, pkcs1Signature),
      },
      check: isTrue,
    },
    {
      name: `RSA-OAEP-256 encrypt, ${bits}`,
      contenders: {
        'pocket-hsm': () => encrypt(hsm, 'key', { alg: 'RSA-OAEP-256', value: PLAINTEXT }).value,
        'micro-rsa-dsa-dh': () => microOaep.encrypt(micro.publicKey, PLAINTEXT),
        'node-forge': () =>
          fromBinary(keys.forge.publicKey.encrypt(binary(PLAINTEXT), 'RSA-OAEP', forgeOaep())),
        WebCrypto: () => subtle.encrypt('RSA-OAEP', webOaep.publicKey, PLAINTEXT),
        'node:crypto': () => publicEncrypt({ key: node.publicKey, ...oaep }, PLAINTEXT),
      },
      check: (_, sealed) =>
        deepEqual(
          privateDecrypt({ key: node.privateKey, ...oaep }, new Uint8Array(sealed)),
          PLAINTEXT,
        ),
    },
  ]
}
