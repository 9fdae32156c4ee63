/** CKM_RSA_AES_KEY_WRAP: one published case, and cases that the openssl command made once. */

import assert from 'node:assert/strict'
import { createCipheriv, createHash, createPrivateKey } from 'node:crypto'
import { publicPoint } from './curves.mjs'
import { fromBase64url, fromHex, toBase64url, toHex } from './octets.mjs'
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

/** What is wrapped: PKCS#8 of published keys, or octets. */
export function targetOctets(target) {
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
    d: toBase64url(fromHex(d)),
    x: toBase64url(fromHex(x)),
    y: toBase64url(fromHex(y)),
  }
}

/** From AES key and seed to the octets that openssl made, which are known by their digest. */
function fromRecipe({ id, alg, key, target, aes, seed, sha256 }, keys) {
  const pt = targetOctets(target)
  const ct = wrap({ alg, jwk: keys[key], aes: fromHex(aes), seed: fromHex(seed), pt })
  assert.equal(createHash('sha256').update(ct).digest('hex'), sha256, id)
  const fields = {
    alg,
    hash: WRAP_HASH[alg],
    key,
    kind: target.slice(0, 2) === 'P-' ? 'EC' : target.slice(0, 3),
  }
  return { id, src: 'openssl', ...fields, aes, seed, pt: toHex(pt), ct: toHex(ct), valid: true }
}

function published({ id, alg, content, ciphertext }, keys) {
  const ct = fromBase64url(ciphertext)
  const { aes, seed } = openRsaPart({ alg, jwk: keys.skr, ct })
  const pt = fromHex(content)
  assert.deepEqual(wrap({ alg, jwk: keys.skr, aes, seed, pt }), ct, id)
  const fields = {
    alg,
    hash: WRAP_HASH[alg],
    key: 'skr',
    kind: 'oct',
    aes: toHex(aes),
    seed: toHex(seed),
  }
  return { id, src: 'skr', ...fields, pt: content, ct: toHex(ct), valid: true }
}

/** PKCS #11 v3.1 section 6.1.9: the AES key under OAEP, then the target under the AES key with KWP. */
function wrap({ alg, jwk, aes, seed, pt }) {
  const hash = WRAP_HASH[alg]
  const length = modulusLength(jwk)
  const encoded = encodeOaep({ hash, mgfHash: hash, label: NO_LABEL, length, message: aes, seed })
  const cipher = createCipheriv(`id-aes${8 * aes.length}-wrap-pad`, aes, fromHex('a65959a6'))
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
  const octets = fromHex(ct)
  const short = { ...item, aes: fromHex(aes).subarray(0, 20), seed: fromHex(seed) }
  const shortKey = Buffer.concat([
    rawPublic(keys[item.key], encodeShort(short, k)),
    octets.subarray(k),
  ])
  const rows = [
    { why: 'RSA part changed', ct: flipped(octets, k - 1) },
    { why: 'wrapped target changed', ct: flipped(octets, octets.length - 1) },
    { why: 'last semiblock missing', ct: octets.subarray(0, -8) },
    { why: 'last octet missing', ct: octets.subarray(0, -1) },
    { why: 'one semiblock too many', ct: Buffer.concat([octets, Buffer.alloc(8)]) },
    { why: 'no wrapped target', ct: octets.subarray(0, k) },
    { why: 'RSA part too short', ct: octets.subarray(0, k - 1) },
    { why: 'AES key of 20 octets', ct: shortKey },
    { why: 'made with SHA-1', ct: octets, alg: 'RSA_AES_KEY_WRAP_256', hash: 'SHA-256' },
  ]
  return rows.map(({ why, ct: spoiledCt, ...changed }) => ({
    ...{ ...item, id: `${item.id}: ${why}`, src: 'made', ...changed, ct: toHex(spoiledCt) },
    ...{ valid: false, why },
  }))
}

const encodeShort = ({ hash, aes, seed }, length) =>
  encodeOaep({ hash, mgfHash: hash, label: NO_LABEL, length, message: aes, seed })

function flipped(octets, at) {
  const copy = Buffer.from(octets)
  copy[at] ^= 1
  return copy
}
