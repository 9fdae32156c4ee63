/** The curves: their names here, at NIST and at node, the width of their numbers and their orders. */

import { createECDH } from 'node:crypto'
import { fixedBytes, hexToBigInt } from './bytes.mjs'

export const CURVES = {
  'P-256': {
    nist: 'P-256',
    node: 'prime256v1',
    width: 32,
    order: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  },
  'P-384': {
    nist: 'P-384',
    node: 'secp384r1',
    width: 48,
    order:
      0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
  },
  'P-521': {
    nist: 'P-521',
    node: 'secp521r1',
    width: 66,
    order:
      0x1fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409n,
  },
  'P-256K': {
    nist: 'K-256',
    node: 'secp256k1',
    width: 32,
    order: 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n,
  },
}

/** The name in a JWK as node reads it. */
export const jwkCurve = (crv) => (crv === 'P-256K' ? 'secp256k1' : crv)

/** The point of a scalar, as hex. */
export function publicPoint(crv, d) {
  const { node, width } = CURVES[crv]
  const ecdh = createECDH(node)
  ecdh.setPrivateKey(fixedBytes(hexToBigInt(d), width))
  const point = ecdh.getPublicKey('hex')
  return { x: point.slice(2, 2 + 2 * width), y: point.slice(2 + 2 * width) }
}
