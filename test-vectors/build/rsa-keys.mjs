/** RSA keys: JWKs from published numbers, and the raw operation that checks them. */

import assert from 'node:assert/strict'
import {
  constants,
  createPrivateKey,
  createPublicKey,
  privateDecrypt,
  publicEncrypt,
} from 'node:crypto'
import {
  byteLength,
  fixedBytes,
  hexToBigInt,
  lcm,
  minimalHex,
  modInverse,
  toBase64url,
} from './bytes.mjs'

/**
 * The JWK of a private key from hex p, q, e and d; the CRT members are computed.
 * d is kept as published where it belongs to e, else the numbers are refused.
 */
export function privateJwk({ p: pHex, q: qHex, e: eHex, d: dHex }) {
  const [p, q, e] = [pHex, qHex, eHex].map(hexToBigInt)
  const lambda = lcm(p - 1n, q - 1n)
  const d = dHex === undefined ? modInverse(e, lambda) : hexToBigInt(dHex)
  assert.equal((d * e) % lambda, 1n, 'd does not belong to e')
  const numbers = { d, p, q, dp: d % (p - 1n), dq: d % (q - 1n), qi: modInverse(q, p) }
  return { ...publicJwk(p * q, e), ...mapValues(numbers, jwkNumber) }
}

export const publicJwk = (n, e) => ({ kty: 'RSA', n: jwkNumber(n), e: jwkNumber(e) })

/** Whether d is the private exponent for e. */
export const belongs = ({ p, q, e, d }) => {
  const lambda = lcm(hexToBigInt(p) - 1n, hexToBigInt(q) - 1n)
  return (hexToBigInt(e) * hexToBigInt(d)) % lambda === 1n
}

export const nodePrivateKey = (jwk) => createPrivateKey({ key: jwk, format: 'jwk' })
export const nodePublicKey = (jwk) =>
  createPublicKey({ key: { kty: jwk.kty, n: jwk.n, e: jwk.e }, format: 'jwk' })

const RAW = constants.RSA_NO_PADDING

/** RSADP and RSASP1: bytes^d mod n. */
export const rawPrivate = (jwk, bytes) =>
  privateDecrypt({ key: nodePrivateKey(jwk), padding: RAW }, bytes)

/** RSAEP and RSAVP1: bytes^e mod n. */
export const rawPublic = (jwk, bytes) =>
  publicEncrypt({ key: nodePublicKey(jwk), padding: RAW }, bytes)

/** Modulus length in bytes. */
export const modulusLength = (jwk) => Buffer.from(jwk.n, 'base64url').length

export const modulusBits = (jwk) =>
  BigInt(`0x${Buffer.from(jwk.n, 'base64url').toString('hex')}`).toString(2).length

const jwkNumber = (value) => toBase64url(fixedBytes(value, byteLength(value)))

const mapValues = (object, change) =>
  Object.fromEntries(Object.entries(object).map(([name, value]) => [name, change(value)]))

/** Hex of the number in a JWK member. */
export const memberHex = (member) =>
  minimalHex(hexToBigInt(Buffer.from(member, 'base64url').toString('hex')))
