/** The nonce of RFC 6979 and HMAC_DRBG, for checks alone. */

import { createHmac } from 'node:crypto'
import { fixedBytes, hexToBigInt, hexToBytes, toBigInt } from './bytes.mjs'
import { CURVES } from './curves.mjs'
import { digest, NODE_HASH } from './rsa-encodings.mjs'

/** @see RFC 6979 section 3.2 */
export function rfc6979Nonce({ crv, hash, d, msg }) {
  const { order, width } = CURVES[crv]
  const bits = order.toString(2).length
  const toInteger = (bytes) => toBigInt(bytes) >> BigInt(Math.max(0, 8 * bytes.length - bits))
  const hashed = toInteger(digest(hash, hexToBytes(msg))) % order
  const drbg = hmacDrbg(hash, [fixedBytes(hexToBigInt(d), width), fixedBytes(hashed, width)])
  for (;;) {
    const candidate = toInteger(drbg.raw(width))
    if (candidate > 0n && candidate < order) return candidate
    drbg.update([])
  }
}

/** @see NIST SP 800-90A Rev. 1 section 10.1.2 */
export function hmacDrbg(hash, seed) {
  const mac = (key, ...parts) => {
    const state = createHmac(NODE_HASH[hash], key)
    for (const part of parts) state.update(part)
    return state.digest()
  }
  const length = digest(hash, Buffer.alloc(0)).length
  let key = Buffer.alloc(length)
  let value = Buffer.alloc(length, 1)
  const update = (provided) => {
    key = mac(key, value, Buffer.of(0), ...provided)
    value = mac(key, value)
    if (provided.length === 0) return
    key = mac(key, value, Buffer.of(1), ...provided)
    value = mac(key, value)
  }
  const raw = (wanted) => {
    const blocks = []
    while (blocks.length * length < wanted) {
      value = mac(key, value)
      blocks.push(value)
    }
    return Buffer.concat(blocks).subarray(0, wanted)
  }
  update(seed)
  return { raw, update }
}
