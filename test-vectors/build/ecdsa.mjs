/** ECDSA: NIST's with d and k, pyca's on secp256k1, RFC 6979's deterministic ones; points of NIST's PKV. */

import assert from 'node:assert/strict'
import { createPublicKey, verify } from 'node:crypto'
import {
  fixedHex,
  hexOfLength,
  hexToBigInt,
  hexToBytes,
  minimalHex,
  modInverse,
  normalHex,
  toBase64url,
} from './bytes.mjs'
import { readCavp } from './cavp.mjs'
import { CURVES, jwkCurve, publicPoint } from './curves.mjs'
import { fromPackage } from './debian-package.mjs'
import { rfc6979Nonce } from './rfc6979-nonce.mjs'
import { digest, NODE_HASH } from './rsa-encodings.mjs'
import { readValues } from './values.mjs'

const FOLDER = 'asymmetric/ECDSA'
const NIST_CURVES = ['P-256', 'P-384', 'P-521']

export const buildEcdsa = (read) => [ecdsa(read), deterministic(), publicKeys(read)]

function ecdsa(read) {
  const sigGen = readCavp(read(`${FOLDER}/FIPS_186-3/SigGen.txt`))
  const sigVer = readCavp(read(`${FOLDER}/FIPS_186-3/SigVer.rsp`))
  const pyca = readCavp(read(`${FOLDER}/SECP256K1/SigGen.txt`))
  const cases = [
    ...NIST_CURVES.flatMap((crv) => [
      ...['SHA-1', 'SHA-256', 'SHA-384', 'SHA-512'].flatMap((hash) =>
        ofCurve(sigGen, crv, hash)
          .slice(0, 2)
          .map((fields, index) => generated('SigGen', 'siggen', { crv, hash, index }, fields)),
      ),
      ...['SHA-256', 'SHA-384', 'SHA-512'].flatMap((hash) =>
        oneOfEach(ofCurve(sigVer, crv, hash), { crv, hash }),
      ),
    ]),
    ...['SHA-1', 'SHA-224', 'SHA-256', 'SHA-384', 'SHA-512'].flatMap((hash) =>
      ofCurve(pyca, 'P-256K', hash)
        .slice(0, 2)
        .map((fields, index) =>
          generated('SECP256K1', 'pyca', { crv: 'P-256K', hash, index }, fields),
        ),
    ),
  ]
  for (const item of cases) checkSignature(item)
  for (const name of Object.keys(CURVES)) {
    const isThere = cases.some((item) => item.crv === name && 'flags' in withFlags(item))
    assert.ok(isThere, `no case on ${name} has a high s`)
  }
  return {
    file: 'ecdsa.json',
    primitive: 'ECDSA',
    provenance: [
      fromPackage(
        'siggen',
        'NIST CAVP, FIPS 186-3 SigGen with d and k, CAVS 11.2',
        `${FOLDER}/FIPS_186-3/SigGen.txt`,
      ),
      fromPackage(
        'sigver',
        'NIST CAVP, FIPS 186-3 SigVer, CAVS 11.0',
        `${FOLDER}/FIPS_186-3/SigVer.rsp`,
      ),
      fromPackage(
        'pyca',
        'pyca: secp256k1, after the pattern of SigGen',
        `${FOLDER}/SECP256K1/SigGen.txt`,
      ),
    ],
    cases: cases.map(inOrder),
  }
}

function deterministic() {
  const { doc, via, cases: values } = readValues('rfc6979.json')
  const cases = values.map(({ section, crv, hash, d, msg, sig }) => {
    const { x, y } = publicPoint(crv, d)
    const k = fixedHex(impliedNonce({ crv, hash, d, msg, sig }), CURVES[crv].width)
    const text = hexToBytes(msg).toString('latin1')
    const id = `RFC 6979 section ${section} ${hash} ${text}`
    assert.equal(k, fixedHex(rfc6979Nonce({ crv, hash, d, msg }), CURVES[crv].width), id)
    return {
      id,
      src: 'rfc6979',
      ...withFlags({ crv, sig, valid: true }),
      crv,
      hash,
      d,
      x,
      y,
      k,
      msg,
      sig,
      valid: true,
    }
  })
  for (const item of cases) checkSignature(item)
  const note = 'x, y and k follow from d and the signature, and were compared with section 3.2'
  return {
    file: 'ecdsa-rfc6979.json',
    primitive: 'ECDSA, deterministic',
    provenance: [{ id: 'rfc6979', doc, section: 'A.2.5 to A.2.7', via: `${via}; ${note}` }],
    cases: cases.map(inOrder),
  }
}

function publicKeys(read) {
  const path = `${FOLDER}/FIPS_186-3/PKV.rsp`
  const compressed = readCavp(read('asymmetric/EC/compressed_points.txt'))
  const cases = [
    ...NIST_CURVES.flatMap((crv) => {
      const blocks = readCavp(read(path)).filter(
        ({ headers }) => headers.label === CURVES[crv].nist,
      )
      return blocks.map(({ fields }, index) => pointCase(crv, index, fields))
    }),
    ...compressed.map(({ fields }) => compressedCase(fields)),
  ]
  for (const item of cases) checkPoint(item)
  return {
    file: 'ec-public-key.json',
    primitive: 'EC public key',
    provenance: [
      fromPackage('pkv', 'NIST CAVP, FIPS 186-3 PKV, CAVS 11.0', path),
      fromPackage(
        'openssl',
        'pyca: compressed points made with OpenSSL',
        'asymmetric/EC/compressed_points.txt',
      ),
    ],
    cases,
  }
}

const ofCurve = (blocks, crv, hash) =>
  blocks
    .filter(({ headers }) => headers.label === `${CURVES[crv].nist},${hash}`)
    .map(({ fields }) => fields)

/** The first pass and the first failure of each kind. */
function oneOfEach(blocks, { crv, hash }) {
  const kinds = new Map()
  for (const fields of blocks) if (!kinds.has(fields.Result)) kinds.set(fields.Result, fields)
  assert.equal(kinds.size, 5, `${crv} ${hash}`)
  return [...kinds].map(([result, fields]) => verified({ crv, hash, result }, fields))
}

function generated(file, src, { crv, hash, index }, fields) {
  const { width } = CURVES[crv]
  const k = fields.k === undefined ? {} : { k: hexOfLength(fields.k, width) }
  const item = {
    id: `${file} [${CURVES[crv].nist},${hash}] ${index + 1}`,
    src,
    crv,
    hash,
    d: hexOfLength(fields.d, width),
    ...signatureFields(fields, width),
    ...k,
    valid: true,
  }
  assert.deepEqual(publicPoint(crv, item.d), { x: item.x, y: item.y }, item.id)
  const implied = impliedNonce(item)
  if (item.k !== undefined) assert.equal(fixedHex(implied, width), item.k, item.id)
  return item
}

function verified({ crv, hash, result }, fields) {
  const failure = /^F \((\d) - (.*?)\s*\)$/.exec(result)
  const id = `SigVer [${CURVES[crv].nist},${hash}] ${failure === null ? 'P' : `F${failure[1]}`}`
  const outcome = failure === null ? { valid: true } : { valid: false, why: failure[2] }
  return { id, src: 'sigver', crv, hash, ...signatureFields(fields, CURVES[crv].width), ...outcome }
}

const signatureFields = (fields, width) => ({
  x: hexOfLength(fields.Qx, width),
  y: hexOfLength(fields.Qy, width),
  msg: fields.Msg,
  sig: hexOfLength(fields.R, width) + hexOfLength(fields.S, width),
})

/** FIPS 186-5 section 6.4.1 turned round: k = s^-1 (e + r d), the only nonce that gives this signature. */
function impliedNonce({ crv, hash, d, msg, sig }) {
  const { order, width } = CURVES[crv]
  const [r, s] = [sig.slice(0, 2 * width), sig.slice(2 * width)].map(hexToBigInt)
  const bytes = digest(hash, hexToBytes(msg))
  const excess = Math.max(0, 8 * bytes.length - order.toString(2).length)
  const e = BigInt(`0x${bytes.toString('hex')}`) >> BigInt(excess)
  const k = (modInverse(s, order) * (e + r * hexToBigInt(d))) % order
  assert.equal(hexToBigInt(publicPoint(crv, fixedHex(k, width)).x) % order, r, 'r is not x of kG')
  return k
}

function pointCase(crv, index, { Qx, Qy, Result }) {
  const { width } = CURVES[crv]
  const failure = /^F \(\d - (.*?)\s*\)$/.exec(Result)
  // A coordinate out of range may need more bytes than the field has.
  const coordinate = (hex) =>
    normalHex(hex).length > 2 * width ? minimalHex(hexToBigInt(hex)) : hexOfLength(hex, width)
  const outcome =
    failure === null ? { valid: true } : { valid: false, why: failure[1].replaceAll('_', '') }
  return {
    id: `PKV [${crv}] ${index + 1}`,
    src: 'pkv',
    crv,
    x: coordinate(Qx),
    y: coordinate(Qy),
    ...outcome,
  }
}

function compressedCase({ COUNT, CURVE, POINT, X, Y }) {
  const crv = CURVE === 'SECP256K1' ? 'P-256K' : 'P-256'
  const [x, y] = [X, Y].map((hex) => hexOfLength(hex, CURVES[crv].width))
  return {
    id: `compressed_points ${COUNT}`,
    src: 'openssl',
    crv,
    x,
    y,
    compressed: POINT,
    valid: true,
  }
}

const nodeKey = (crv, x, y) =>
  createPublicKey({
    key: {
      kty: 'EC',
      crv: jwkCurve(crv),
      x: toBase64url(hexToBytes(x)),
      y: toBase64url(hexToBytes(y)),
    },
    format: 'jwk',
  })

export function checkPoint({ id, crv, x, y, compressed, valid }) {
  if (!valid) return assert.throws(() => nodeKey(crv, x, y), undefined, id)
  nodeKey(crv, x, y)
  if (compressed !== undefined)
    assert.equal(Number(compressed.slice(0, 2)) - 2, Number(hexToBigInt(y) % 2n), id)
}

export function checkSignature({ id, crv, hash, x, y, msg, sig, valid }) {
  const key = { key: nodeKey(crv, x, y), dsaEncoding: 'ieee-p1363' }
  assert.equal(verify(NODE_HASH[hash], hexToBytes(msg), key, hexToBytes(sig)), valid, id)
}

/** A high s is as good as a low one, on every curve; the flag lets a suite see that some were there. */
function withFlags({ crv, sig, valid }) {
  const { order, width } = CURVES[crv]
  const isHigh = valid && hexToBigInt(sig.slice(2 * width)) > order / 2n
  return isHigh ? { flags: ['high-s'] } : {}
}

function inOrder({ id, src, crv, hash, d, x, y, k, msg, sig, ...outcome }) {
  const secret = d === undefined ? {} : { d }
  const nonce = k === undefined ? {} : { k }
  return {
    id,
    src,
    ...withFlags({ crv, sig, ...outcome }),
    crv,
    hash,
    ...secret,
    x,
    y,
    ...nonce,
    msg,
    sig,
    ...outcome,
  }
}
