/** RSAES-OAEP and RSAES-PKCS1-v1_5: RSA Laboratories', pyca's with SHA-2, and RFC 7520's. */

import assert from 'node:assert/strict'
import { constants, createPrivateKey, privateDecrypt } from 'node:crypto'
import { bytesToHex, fromBase64url, hexToBytes } from './bytes.mjs'
import { readCavp } from './cavp.mjs'
import { fromPackage } from './debian-package.mjs'
import { decodeOaep, encodeOaep, encodePkcs1Encryption, NODE_HASH } from './rsa-encodings.mjs'
import { modulusLength, nodePrivateKey, privateJwk, rawPrivate, rawPublic } from './rsa-keys.mjs'
import { readRsaLabs } from './rsa-labs.mjs'
import { readValues } from './values.mjs'

const FOLDER = 'asymmetric/RSA'
const NAMES = { 'SHA-1': 'sha1', 'SHA-256': 'sha256', 'SHA-384': 'sha384', 'SHA-512': 'sha512' }

/** Hash of the label and hash of MGF1, with how many of pyca's ten keys and six examples under each. */
const SHA2 = [
  { hash: 'SHA-256', mgfHash: 'SHA-256', keys: 4, examples: 5 },
  { hash: 'SHA-384', mgfHash: 'SHA-384', keys: 4, examples: 5 },
  { hash: 'SHA-512', mgfHash: 'SHA-512', keys: 4, examples: 5 },
  { hash: 'SHA-256', mgfHash: 'SHA-1', keys: 1, examples: 2 },
  { hash: 'SHA-1', mgfHash: 'SHA-256', keys: 1, examples: 2 },
  { hash: 'SHA-384', mgfHash: 'SHA-512', keys: 1, examples: 2 },
]

export const buildRsaEncryption = (read) => [oaep(read), pkcs1(read)]

function oaep(read) {
  const keys = {}
  const cases = [
    ...readRsaLabs(read(`${FOLDER}/pkcs-1v2-1d2-vec/oaep-vect.txt`)).flatMap(
      ({ key, examples }, index) => {
        keys[`oaep-vect-${index + 1}`] = privateJwk(key)
        return examples.map(({ msg, seed, ct }, example) => ({
          id: `OAEP Example ${index + 1}.${example + 1}`,
          src: 'oaep-vect',
          ...{
            hash: 'SHA-1',
            mgfHash: 'SHA-1',
            key: `oaep-vect-${index + 1}`,
            msg,
            seed,
            ct,
            valid: true,
          },
        }))
      },
    ),
    ...SHA2.flatMap((selection) => sha2Cases(read, selection, keys)),
    jweCase('RSA-OAEP', keys, { hash: 'SHA-1', mgfHash: 'SHA-1' }),
    ...labelCases(read, keys),
  ]
  return {
    file: 'rsa-oaep.json',
    primitive: 'RSAES-OAEP',
    provenance: [
      fromPackage(
        'oaep-vect',
        'RSA Laboratories, PKCS #1 v2.1 test vectors',
        `${FOLDER}/pkcs-1v2-1d2-vec/oaep-vect.txt`,
      ),
      fromPackage(
        'oaep-sha2',
        'pyca: OAEP with SHA-2, checked by them against Bouncy Castle; seeds recovered by the builder',
        `${FOLDER}/oaep-custom/oaep-sha*-sha*.txt`,
      ),
      { id: 'rfc7520', doc: 'RFC 7520', section: '5.2', via: readValues('jose-jwe.json').via },
      fromPackage(
        'oaep-label',
        'BoringSSL evp_tests, OAEP with a label; seed recovered by the builder',
        `${FOLDER}/oaep-label.txt`,
      ),
    ],
    keys,
    cases: cases.map((item) => checkOaep(item, keys[item.key])),
  }
}

function pkcs1(read) {
  const labs = readRsaLabs(read(`${FOLDER}/pkcs1v15crypt-vectors.txt`)).at(-1)
  const keys = { 'pkcs1v15crypt-15': privateJwk(labs.key) }
  const cases = [
    ...labs.examples.map(({ msg, seed, ct }, index) => ({
      id: `PKCS#1 v1.5 Encryption Example 15.${index + 1}`,
      src: 'pkcs1v15crypt',
      ...{ key: 'pkcs1v15crypt-15', msg, seed, ct, valid: true },
    })),
    jweCase('RSA1_5', keys, {}),
  ]
  return {
    file: 'rsa-pkcs1-enc.json',
    primitive: 'RSAES-PKCS1-v1_5',
    provenance: [
      fromPackage(
        'pkcs1v15crypt',
        'RSA Laboratories, PKCS #1 v1.5 encryption vectors',
        `${FOLDER}/pkcs1v15crypt-vectors.txt`,
      ),
      { id: 'rfc7520', doc: 'RFC 7520', section: '5.1', via: readValues('jose-jwe.json').via },
    ],
    keys,
    cases: cases.map((item) => checkPkcs1(item, keys[item.key])),
  }
}

function sha2Cases(read, { hash, mgfHash, ...count }, keys) {
  // The hash of MGF1 comes first in the names of the files.
  const file = `oaep-${NAMES[mgfHash]}-${NAMES[hash]}`
  const groups = readRsaLabs(read(`${FOLDER}/oaep-custom/${file}.txt`)).slice(0, count.keys)
  return groups.flatMap(({ key: numbers, examples }, index) => {
    const key = `${file}-${index + 1}`
    keys[key] = privateJwk(numbers)
    return examples.slice(0, count.examples).map(({ msg, ct }, example) => ({
      id: `${file} ${index + 1}.${example + 1}`,
      src: 'oaep-sha2',
      ...{ hash, mgfHash, key, msg, ct, valid: true },
    }))
  })
}

function jweCase(wanted, keys, hashes) {
  const { section, jwk, cek, encryptedKey } = readValues('jose-jwe.json').cases.find(
    ({ alg }) => alg === wanted,
  )
  const key = `rfc7520-${section}`
  const { kty, n, e, d, p, q, dp, dq, qi } = jwk
  keys[key] = { kty, n, e, d, p, q, dp, dq, qi }
  const [msg, ct] = [cek, encryptedKey].map((text) => bytesToHex(fromBase64url(text)))
  return { id: `RFC 7520 section ${section}`, src: 'rfc7520', ...hashes, key, msg, ct, valid: true }
}

/** The same ciphertext with its label, and with the empty one, which is all that JOSE has. */
function labelCases(read, keys) {
  const {
    KEY,
    OAEPLabel: label,
    Input: ct,
    Output,
  } = readCavp(read(`${FOLDER}/oaep-label.txt`))[0].fields
  const key = 'oaep-label'
  keys[key] = createPrivateKey({ key: hexToBytes(KEY), format: 'der', type: 'pkcs8' }).export({
    format: 'jwk',
  })
  const shared = { src: 'oaep-label', hash: 'SHA-512', mgfHash: 'SHA-512', key }
  const msg = bytesToHex(Buffer.from(JSON.parse(Output)))
  return [
    { id: 'oaep-label 1', ...shared, label, msg, ct, valid: true },
    {
      id: 'oaep-label 1 without its label',
      ...shared,
      ct,
      valid: false,
      why: 'encrypted under a label',
    },
  ]
}

/** Opens the block raw, recovers its seed and makes the same bytes again from that seed. */
function checkOaep(item, jwk) {
  const { id, hash, mgfHash, label = '', msg, ct, valid } = item
  const parameters = { hash, mgfHash, label: hexToBytes(label) }
  const open = () => decodeOaep({ ...parameters, encoded: rawPrivate(jwk, hexToBytes(ct)) })
  if (hash === mgfHash) checkOaepWithNode(item, jwk)
  if (!valid) {
    assert.throws(open, undefined, id)
    return item
  }
  const { seed, message } = open()
  assert.equal(bytesToHex(message), msg, id)
  assert.equal(bytesToHex(seed), item.seed ?? bytesToHex(seed), id)
  const encoded = encodeOaep({ ...parameters, length: modulusLength(jwk), message, seed })
  assert.equal(bytesToHex(rawPublic(jwk, encoded)), ct, id)
  return inOrder({ ...item, seed: bytesToHex(seed) })
}

/** node:crypto has one hash for both. */
function checkOaepWithNode({ id, hash, label = '', msg, ct, valid }, jwk) {
  const key = {
    key: nodePrivateKey(jwk),
    padding: constants.RSA_PKCS1_OAEP_PADDING,
    oaepHash: NODE_HASH[hash],
    oaepLabel: hexToBytes(label),
  }
  if (valid) assert.equal(bytesToHex(privateDecrypt(key, hexToBytes(ct))), msg, id)
  else assert.throws(() => privateDecrypt(key, hexToBytes(ct)), undefined, id)
}

/** Node 20 refuses to unpad v1.5 itself, so the block is opened raw and made again from its padding. */
function checkPkcs1(item, jwk) {
  const { id, msg, ct } = item
  const opened = rawPrivate(jwk, hexToBytes(ct))
  const end = opened.indexOf(0, 2)
  const seed = opened.subarray(2, end)
  assert.equal(bytesToHex(opened.subarray(end + 1)), msg, id)
  assert.equal(bytesToHex(seed), item.seed ?? bytesToHex(seed), id)
  const encoded = encodePkcs1Encryption({ message: hexToBytes(msg), seed })
  assert.equal(bytesToHex(rawPublic(jwk, encoded)), ct, id)
  return inOrder({ ...item, seed: bytesToHex(seed) })
}

const inOrder = ({ ct, valid, seed, ...rest }) => ({ ...rest, seed, ct, valid })
