/** RSASSA-PKCS1-v1_5 and RSASSA-PSS: NIST's, RSA Laboratories', and what no one published. */

import assert from 'node:assert/strict'
import { constants, verify } from 'node:crypto'
import { bytesToHex, hexToBigInt, hexToBytes, minimalHex } from './bytes.mjs'
import { readCavp } from './cavp.mjs'
import { fromPackage } from './debian-package.mjs'
import {
  digest,
  digestLength,
  encodePkcs1Signature,
  encodePkcs1SignatureWithoutNull,
  encodePss,
  NODE_HASH,
} from './rsa-encodings.mjs'
import {
  belongs,
  modulusBits,
  modulusLength,
  nodePublicKey,
  privateJwk,
  publicJwk,
  rawPrivate,
} from './rsa-keys.mjs'
import { readRsaLabs } from './rsa-labs.mjs'
import { readValues } from './values.mjs'

const FOLDER = 'asymmetric/RSA'
const SIZES = ['2048', '3072', '4096']
const HASHES = { SHA1: 'SHA-1', SHA256: 'SHA-256', SHA384: 'SHA-384', SHA512: 'SHA-512' }

export const buildRsaSignatures = (read) => [pkcs1Signatures(read), pssSignatures(read)]

function pkcs1Signatures(read) {
  const { cases: published, keys } = sigVer(read, 'SigVer15_186-3')
  const made = SIZES.map((size) => withoutNull(keys, `SigVer15_186-3-${size}`))
  const cases = [...published, ...made]
  for (const item of cases) checkPkcs1(item, keys[item.key])
  return {
    file: 'rsa-pkcs1-sig.json',
    primitive: 'RSASSA-PKCS1-v1_5',
    provenance: [
      fromPackage(
        'sigver15',
        'NIST CAVP, FIPS 186-3 SigVer15, CAVS 11.0',
        `${FOLDER}/FIPS_186-2/SigVer15_186-3.rsp`,
      ),
      {
        id: 'made',
        doc: 'RFC 8017 section 9.2 note 2, DigestInfo with absent parameters',
        via: 'made by the builder with the key named',
      },
    ],
    keys,
    cases,
  }
}

function pssSignatures(read) {
  const { cases: published, keys } = sigVer(read, 'SigVerPSS_186-3')
  const sigGen = readValues('cavp-siggenpss.json')
  keys['SigGenPSS_186-3-3072'] = privateJwk(sigGen.key)
  const labs = readRsaLabs(read(`${FOLDER}/pkcs-1v2-1d2-vec/pss-vect.txt`)).at(-1)
  keys['pss-vect-10'] = privateJwk(labs.key)
  const cases = [
    ...published,
    ...sigGen.cases.map(({ ref, hash, salt, msg, sig }) => ({
      id: `SigGenPSS_186-3 ${ref}`,
      src: 'siggenpss',
      ...pssFields({ hash, salt, key: 'SigGenPSS_186-3-3072', msg, sig, valid: true }),
    })),
    ...labs.examples.map(({ msg, salt, sig }, index) => ({
      id: `PSS Example 10.${index + 1}`,
      src: 'pss-vect',
      ...pssFields({ hash: 'SHA-1', salt, key: 'pss-vect-10', msg, sig, valid: true }),
    })),
    ...['2048', '4096'].map((size) => longSalt(keys, `SigVerPSS_186-3-${size}`)),
  ]
  for (const item of cases) checkPss(item, keys[item.key])
  return {
    file: 'rsa-pss-sig.json',
    primitive: 'RSASSA-PSS',
    provenance: [
      fromPackage(
        'sigverpss',
        'NIST CAVP, FIPS 186-3 SigVerPSS, CAVS 11.0',
        `${FOLDER}/FIPS_186-2/SigVerPSS_186-3.rsp`,
      ),
      { id: 'siggenpss', doc: sigGen.doc, via: sigGen.via },
      fromPackage(
        'pss-vect',
        'RSA Laboratories, PKCS #1 v2.1 test vectors',
        `${FOLDER}/pkcs-1v2-1d2-vec/pss-vect.txt`,
      ),
      {
        id: 'made',
        doc: 'RFC 8017 section 9.1.1, SHA-512 with a salt of 64 bytes',
        via: 'made by the builder with the key and salt named, accepted by OpenSSL',
      },
    ],
    keys,
    cases,
  }
}

/** The first modulus of each size: one pass and one of each kind of failure for each hash. */
function sigVer(read, name) {
  const blocks = readCavp(read(`${FOLDER}/FIPS_186-2/${name}.rsp`))
  const keys = {}
  const cases = SIZES.flatMap((size) => {
    const ofSize = blocks.filter(({ headers }) => headers.mod === size)
    const modulus = ofSize.findIndex(({ fields }) => 'n' in fields)
    const next = ofSize.findIndex(({ fields }, index) => index > modulus && 'n' in fields)
    const { p, q } = ofSize.slice(modulus, next).find(({ fields }) => 'p' in fields).fields
    const numbers = { p, q, name: `${name}-${size}` }
    const tests = ofSize.slice(modulus, next).filter(({ fields }) => fields.SHAAlg in HASHES)
    return tests.map(({ fields }) => sigVerCase(fields, numbers, keys, name))
  })
  return { cases, keys }
}

function sigVerCase(fields, { p, q, name: keyName }, keys, name) {
  const hash = HASHES[fields.SHAAlg]
  const key = keyFor({ p, q, e: fields.e, d: fields.d }, keyName, keys)
  const failure = /^F \((\d) - (.*?)\s*\)$/.exec(fields.Result)
  const id = `${keyName} ${fields.SHAAlg} ${failure === null ? 'P' : `F${failure[1]}`}`
  const outcome = failure === null ? { valid: true } : { valid: false, why: failure[2] }
  const { Msg: msg, S: sig } = fields
  if (name === 'SigVer15_186-3') return { id, src: 'sigver15', hash, key, msg, sig, ...outcome }
  return {
    id,
    src: 'sigverpss',
    ...pssFields({ hash, salt: fields.SaltVal, key, msg, sig, ...outcome }),
  }
}

const pssFields = ({ hash, salt, key, msg, sig, ...outcome }) => ({
  hash,
  mgfHash: hash,
  saltLength: salt.length / 2,
  ...(outcome.valid ? { salt } : {}),
  ...{ key, msg, sig, ...outcome },
})

/** The private key where d belongs to this e; where NIST changed e, the public key with that e. */
function keyFor({ p, q, e, d }, name, keys) {
  const exponent = minimalHex(hexToBigInt(e))
  if (belongs({ p, q, e, d })) {
    keys[name] ??= privateJwk({ p, q, e, d })
    return name
  }
  const changed = `${name}-e-${exponent}`
  keys[changed] ??= publicJwk(hexToBigInt(p) * hexToBigInt(q), hexToBigInt(e))
  return changed
}

function withoutNull(keys, key) {
  const message = Buffer.from(key)
  const encoded = encodePkcs1SignatureWithoutNull({
    hash: 'SHA-256',
    length: modulusLength(keys[key]),
    message,
  })
  return {
    id: `${key} without NULL`,
    src: 'made',
    flags: ['null-missing'],
    ...{
      hash: 'SHA-256',
      key,
      msg: bytesToHex(message),
      sig: bytesToHex(rawPrivate(keys[key], encoded)),
    },
    valid: false,
    why: 'DigestInfo without NULL',
  }
}

function longSalt(keys, key) {
  const message = Buffer.from(key)
  const salt = digest('SHA-512', message)
  const encoded = encodePss({
    hash: 'SHA-512',
    mgfHash: 'SHA-512',
    bits: modulusBits(keys[key]),
    message,
    salt,
  })
  return {
    id: `${key} SHA512 salt 64`,
    src: 'made',
    ...pssFields({
      hash: 'SHA-512',
      salt: bytesToHex(salt),
      key,
      msg: bytesToHex(message),
      sig: bytesToHex(rawPrivate(keys[key], encoded)),
      valid: true,
    }),
  }
}

function checkPkcs1({ id, hash, msg, sig, valid }, jwk) {
  const message = hexToBytes(msg)
  if (valid) {
    const encoded = encodePkcs1Signature({ hash, length: modulusLength(jwk), message })
    assert.equal(bytesToHex(rawPrivate(jwk, encoded)), sig, id)
  }
  assert.equal(verify(NODE_HASH[hash], message, nodePublicKey(jwk), hexToBytes(sig)), valid, id)
}

function checkPss({ id, hash, mgfHash, saltLength, salt, msg, sig, valid }, jwk) {
  const message = hexToBytes(msg)
  if (valid) {
    const encoded = encodePss({
      hash,
      mgfHash,
      bits: modulusBits(jwk),
      message,
      salt: hexToBytes(salt),
    })
    assert.equal(bytesToHex(rawPrivate(jwk, encoded)), sig, id)
    assert.ok(saltLength <= digestLength(hash), id)
  }
  const key = { key: nodePublicKey(jwk), padding: constants.RSA_PKCS1_PSS_PADDING, saltLength }
  assert.equal(verify(NODE_HASH[hash], message, key, hexToBytes(sig)), valid, id)
}
