/** CKM_RSA_AES_KEY_WRAP: one published case, and cases that the openssl command made once. */

import assert from 'node:assert/strict'
import { createCipheriv, createHash, createPrivateKey } from 'node:crypto'
import { bytesToHex, fromBase64url, hexToBytes, toBase64url } from './bytes.mjs'
import { publicPoint } from './curves.mjs'
import { decodeOaep, encodeOaep } from './rsa-encodings.mjs'
import { modulusLength, privateJwk, rawPrivate, rawPublic } from './rsa-keys.mjs'
import { readValues } from './values.mjs'

/** The names that the service gives, and the hash of OAEP's label and MGF1 behind each. */
export const WRAP_HASH = {
  CKM_RSA_AES_KEY_WRAP: 'SHA-1',
  RSA_AES_KEY_WRAP_256: 'SHA-256',
  RSA_AES_KEY_WRAP_384: 'SHA-384',
}

const NO_LABEL = Buffer.alloc(0)

export function buildRsaAesKeyWrap() {
  const made = readValues('rsa-aes-key-wrap.json')
  const skr = readValues('skr-key-wrap.json')
  const keys = {
    ...wrappingKeys(),
    skr: createPrivateKey(skr.key.join('\n')).export({ format: 'jwk' }),
  }
  const good = [...made.cases.map((recipe) => fromRecipe(recipe, keys)), published(skr, keys)]
  const cases = [...good, ...spoiled(good, keys)]
  const recipe =
    'made once by build/make-rsa-aes-key-wrap.mjs; made again here from AES key and seed'
  return [
    {
      file: 'rsa-aes-key-wrap.json',
      primitive: 'CKM_RSA_AES_KEY_WRAP',
      provenance: [
        { id: 'openssl', doc: 'PKCS #11 v3.1', section: '6.1.9', via: `${made.via}: ${recipe}` },
        { id: 'skr', doc: skr.doc, via: skr.via },
        {
          id: 'made',
          doc: 'PKCS #11 v3.1',
          section: '6.1.9',
          via: 'made by the builder: a good case spoiled',
        },
      ],
      keys,
      cases,
    },
  ]
}

/** RSA keys of three lengths that other documents published. */
export function wrappingKeys() {
  const { key: numbers } = readValues('cavp-siggenpss.json')
  return {
    'rfc7515-A.2': rsaMembers(readValues('jose-jws.json'), 'A.2'),
    'SigGenPSS_186-3-3072': privateJwk(numbers),
    'rfc7520-5.2': rsaMembers(readValues('jose-jwe.json'), '5.2'),
  }
}

/** What is wrapped: PKCS#8 of published keys, or bytes. */
export function targetBytes(target) {
  const jwk = TARGETS[target]?.()
  if (jwk === undefined)
    return createHash('sha256').update(target).digest().subarray(0, OCT_LENGTHS[target])
  return createPrivateKey({ key: jwk, format: 'jwk' }).export({ format: 'der', type: 'pkcs8' })
}

const OCT_LENGTHS = { 'oct-16': 16, 'oct-32': 32 }

const TARGETS = {
  'RSA-2048': () => wrappingKeys()['rfc7515-A.2'],
  'RSA-3072': () => wrappingKeys()['SigGenPSS_186-3-3072'],
  'RSA-4096': () => wrappingKeys()['rfc7520-5.2'],
  'P-256': () => jwkOf(readValues('jose-jws.json'), 'A.3'),
  'P-384': () => rfc6979Key('P-384', 'P-384'),
  'P-521': () => jwkOf(readValues('jose-jws.json'), 'A.4'),
  'P-256K': () => rfc6979Key('P-256', 'secp256k1'),
}

const jwkOf = ({ cases }, section) => cases.find((item) => item.section === section).jwk

function rsaMembers(values, section) {
  const { kty, n, e, d, p, q, dp, dq, qi } = jwkOf(values, section)
  return { kty, n, e, d, p, q, dp, dq, qi }
}

/** The published scalar on a curve; node computes the point. */
function rfc6979Key(published, crv) {
  const { d } = readValues('rfc6979.json').cases.find((item) => item.crv === published)
  const { x, y } = publicPoint(crv === 'secp256k1' ? 'P-256K' : crv, d)
  return {
    kty: 'EC',
    crv,
    d: toBase64url(hexToBytes(d)),
    x: toBase64url(hexToBytes(x)),
    y: toBase64url(hexToBytes(y)),
  }
}

/** From AES key and seed to the bytes that openssl made, which are known by their digest. */
function fromRecipe({ id, alg, key, target, aes, seed, sha256 }, keys) {
  const pt = targetBytes(target)
  const ct = wrap({ alg, jwk: keys[key], aes: hexToBytes(aes), seed: hexToBytes(seed), pt })
  assert.equal(createHash('sha256').update(ct).digest('hex'), sha256, id)
  const fields = {
    alg,
    hash: WRAP_HASH[alg],
    key,
    kind: target.slice(0, 2) === 'P-' ? 'EC' : target.slice(0, 3),
  }
  return {
    id,
    src: 'openssl',
    ...fields,
    aes,
    seed,
    pt: bytesToHex(pt),
    ct: bytesToHex(ct),
    valid: true,
  }
}

function published({ id, alg, content, ciphertext }, keys) {
  const ct = fromBase64url(ciphertext)
  const { aes, seed } = openRsaPart({ alg, jwk: keys.skr, ct })
  const pt = hexToBytes(content)
  assert.deepEqual(wrap({ alg, jwk: keys.skr, aes, seed, pt }), ct, id)
  const fields = {
    alg,
    hash: WRAP_HASH[alg],
    key: 'skr',
    kind: 'oct',
    aes: bytesToHex(aes),
    seed: bytesToHex(seed),
  }
  return { id, src: 'skr', ...fields, pt: content, ct: bytesToHex(ct), valid: true }
}

/** PKCS #11 v3.1 section 6.1.9: the AES key under OAEP, then the target under the AES key with KWP. */
function wrap({ alg, jwk, aes, seed, pt }) {
  const hash = WRAP_HASH[alg]
  const length = modulusLength(jwk)
  const encoded = encodeOaep({ hash, mgfHash: hash, label: NO_LABEL, length, message: aes, seed })
  const cipher = createCipheriv(`id-aes${8 * aes.length}-wrap-pad`, aes, hexToBytes('a65959a6'))
  return Buffer.concat([rawPublic(jwk, encoded), cipher.update(pt), cipher.final()])
}

/** The AES key and the seed that an RSA part holds. */
export function openRsaPart({ alg, jwk, ct }) {
  const hash = WRAP_HASH[alg]
  const encoded = rawPrivate(jwk, ct.subarray(0, modulusLength(jwk)))
  const { seed, message } = decodeOaep({ hash, mgfHash: hash, label: NO_LABEL, encoded })
  return { aes: message, seed }
}

/** One good case, spoiled in every part. */
function spoiled(good, keys) {
  const {
    pt: _,
    aes,
    seed,
    ct,
    ...item
  } = good.find(({ kind, alg }) => kind === 'EC' && alg === 'CKM_RSA_AES_KEY_WRAP')
  const k = modulusLength(keys[item.key])
  const bytes = hexToBytes(ct)
  const short = { ...item, aes: hexToBytes(aes).subarray(0, 20), seed: hexToBytes(seed) }
  const shortKey = Buffer.concat([
    rawPublic(keys[item.key], encodeShort(short, k)),
    bytes.subarray(k),
  ])
  const rows = [
    { why: 'RSA part changed', ct: flipped(bytes, k - 1) },
    { why: 'wrapped target changed', ct: flipped(bytes, bytes.length - 1) },
    { why: 'last semiblock missing', ct: bytes.subarray(0, -8) },
    { why: 'last byte missing', ct: bytes.subarray(0, -1) },
    { why: 'one semiblock too many', ct: Buffer.concat([bytes, Buffer.alloc(8)]) },
    { why: 'no wrapped target', ct: bytes.subarray(0, k) },
    { why: 'RSA part too short', ct: bytes.subarray(0, k - 1) },
    { why: 'AES key of 20 bytes', ct: shortKey },
    { why: 'made with SHA-1', ct: bytes, alg: 'RSA_AES_KEY_WRAP_256', hash: 'SHA-256' },
  ]
  return rows.map(({ why, ct: spoiledCt, ...changed }) => ({
    ...{ ...item, id: `${item.id}: ${why}`, src: 'made', ...changed, ct: bytesToHex(spoiledCt) },
    ...{ valid: false, why },
  }))
}

const encodeShort = ({ hash, aes, seed }, length) =>
  encodeOaep({ hash, mgfHash: hash, label: NO_LABEL, length, message: aes, seed })

function flipped(bytes, at) {
  const copy = Buffer.from(bytes)
  copy[at] ^= 1
  return copy
}
