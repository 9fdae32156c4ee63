/**
 * The elliptic curves as one table: from the JWK name to the domain parameters and the widths (SEC 2; NIST
 * SP 800-186).
 *
 * Noble's own curve modules also make hashes to curves, oblivious functions and threshold signatures of each
 * curve as they are imported. From the parameters alone, an import makes nothing, and a curve that nobody
 * uses is never made.
 */

import {
  type WeierstrassExtraOpts,
  type WeierstrassOpts,
  type WeierstrassPointCons,
  weierstrass,
} from '@noble/curves/abstract/weierstrass.js'
import type { CurveName } from '../key-material.ts'

/** What the code must know of a curve. Every cofactor here is 1. */
export interface Curve {
  /** Bytes of a coordinate, and of r, s and d: on these four curves field and order are equally wide. */
  readonly width: number
  /** n, the order of the base point. */
  readonly order: bigint
  /** The arithmetic, made when first asked for. */
  readonly Point: WeierstrassPointCons<bigint>
}

type Parameters = Omit<WeierstrassOpts<bigint>, 'h'>

function row(width: number, parameters: Parameters, options?: WeierstrassExtraOpts<bigint>): Curve {
  let point: WeierstrassPointCons<bigint> | undefined
  return Object.freeze({
    width,
    order: parameters.n,
    get Point() {
      point ??= weierstrass({ ...parameters, h: 1n }, options)
      return point
    },
  })
}

/** NIST SP 800-186 section 3.2.1.3. */
const P256: Parameters = {
  p: 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn,
  n: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  a: 0xffffffff00000001000000000000000000000000fffffffffffffffffffffffcn,
  b: 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn,
  Gx: 0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296n,
  Gy: 0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5n,
}

/** NIST SP 800-186 section 3.2.1.4. */
const P384: Parameters = {
  p: 0xfffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000ffffffffn,
  n: 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
  a: 0xfffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000fffffffcn,
  b: 0xb3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aefn,
  Gx: 0xaa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a385502f25dbf55296c3a545e3872760ab7n,
  Gy: 0x3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147ce9da3113b5f0b8c00a60b1ce1d7e819d7a431d7c90ea0e5fn,
}

/** NIST SP 800-186 section 3.2.1.5. */
const P521: Parameters = {
  p: 0x1ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffn,
  n: 0x1fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409n,
  a: 0x1fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffcn,
  b: 0x51953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef109e156193951ec7e937b1652c0bd3bb1bf073573df883d2c34f1ef451fd46b503f00n,
  Gx: 0xc6858e06b70404e9cd9e3ecb662395b4429c648139053fb521f828af606b4d3dbaa14b5e77efe75928fe1dc127a2ffa8de3348b3c1856a429bf97e7e31c2e5bd66n,
  Gy: 0x11839296a789a3bc0045c8a5fb42c7d1bd998f54449579b446817afbd17273e662c97ee72995ef42640c550b9013fad0761353c7086a272c24088be94769fd16650n,
}

/** SEC 2 section 2.4.1. */
const SECP256K1: Parameters = {
  p: 0xfffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2fn,
  n: 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n,
  a: 0n,
  b: 7n,
  Gx: 0x79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798n,
  Gy: 0x483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8n,
}

/**
 * x → beta·x is a multiplication of the point by lambda: it halves the doublings of a verification. The two
 * short vectors split a scalar k into k1 + k2·lambda.
 *
 * @see Gallant, Lambert, Vanstone, "Faster Point Multiplication on Elliptic Curves with Efficient
 *   Endomorphisms" (2001), section 4
 */
const SECP256K1_ENDOMORPHISM: NonNullable<WeierstrassExtraOpts<bigint>['endo']> = {
  beta: 0x7ae96a2b657c07106e64479eac3434e99cf0497512f58995c1396c28719501een,
  basises: [
    [0x3086d221a7d46bcde86c90e49284eb15n, -0xe4437ed6010e88286f547fa90abfe4c3n],
    [0x114ca50f7a8e2f3f657c1108d9d44cfd8n, 0x3086d221a7d46bcde86c90e49284eb15n],
  ],
}

/** Every curve of {@link CurveName}. */
export const CURVES: Readonly<Record<CurveName, Curve>> = /* @__PURE__ */ Object.freeze({
  'P-256': row(32, P256),
  'P-384': row(48, P384),
  'P-521': row(66, P521),
  'P-256K': row(32, SECP256K1, { endo: SECP256K1_ENDOMORPHISM }),
})
