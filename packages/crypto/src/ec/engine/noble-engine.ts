/**
 * The curves on noble: for hosts without WebAssembly, and for the rare additions that the kernel's formulas leave out.
 *
 * Noble's own curve modules also make hashes to curves, oblivious functions and threshold signatures of each curve
 * as they are imported. From the parameters alone an import makes nothing, and a curve that is not used is never
 * made. Noble masks its secret multiplications with the platform's own randomness, where there is any: that hides
 * how long they take, and no result depends on it.
 */

import {
  type ECDSA,
  ecdsa,
  type WeierstrassExtraOpts,
  type WeierstrassPoint,
  type WeierstrassPointCons,
  weierstrass,
} from '@noble/curves/abstract/weierstrass.js'
import { concatBytes } from '@noble/hashes/utils.js'
import { bigIntToBytes, bytesToBigInt } from '../../encoding/bytes.ts'
import { HASHES, type HashName } from '../../hash/hashes.ts'
import type { CurveName, EcPublicKey } from '../../key-material.ts'
import { DOMAIN_PARAMETERS } from './domain-parameters.ts'
import type { CurveEngine } from './ec-engine.ts'

/**
 * Makes the engine of a curve; noble's part of it is made when first used.
 *
 * @param width - Bytes of a coordinate and of the order.
 */
export function createNobleEngine(crv: CurveName, width: number): CurveEngine {
  const toBytes = (point: WeierstrassPoint<bigint>): EcPublicKey => {
    const { x, y } = point.toAffine()
    return { x: bigIntToBytes(x, width), y: bigIntToBytes(y, width) }
  }
  return {
    name: 'noble',
    publicKey: (d) => toBytes(useBasePoint(crv).multiply(bytesToBigInt(d))),
    isOnCurve({ x, y }) {
      const point = { x: bytesToBigInt(x), y: bytesToBigInt(y) }
      return succeeds(() => noblePoint(crv).fromAffine(point).assertValidity())
    },
    findY(x, odd) {
      try {
        return toBytes(noblePoint(crv).fromBytes(concatBytes(Uint8Array.of(odd ? 3 : 2), x))).y
      } catch {
        return undefined
      }
    },
    sign(hash, d, digest, extraEntropy) {
      useBasePoint(crv)
      return signerOf(crv, hash).sign(digest, d, { ...PLAIN, extraEntropy: extraEntropy ?? false })
    },
    verify({ x, y }, digest, signature) {
      // SEC 1 section 2.3.3: 04 before an uncompressed point. The hash plays no part in verifying.
      const point = concatBytes(Uint8Array.of(4), x, y)
      return signerOf(crv, 'SHA-256').verify(signature, digest, point, PLAIN)
    },
  }
}

const points = new Map<CurveName, WeierstrassPointCons<bigint>>()

/** Noble's arithmetic of a curve, made when first asked for. */
export function noblePoint(crv: CurveName): WeierstrassPointCons<bigint> {
  const known = points.get(crv)
  if (known !== undefined) return known
  const options = crv === 'P-256K' ? { endo: SECP256K1_ENDOMORPHISM } : undefined
  const made = weierstrass({ ...DOMAIN_PARAMETERS[crv], h: 1n }, options)
  points.set(crv, made)
  return made
}

/**
 * At which use of the base point a table is made, and the width of its window in bits.
 *
 * A table of 6-bit windows makes a multiplication fastest, and has nearly three times as many points as one of
 * 4-bit windows. A test suite often signs a few times only, so it starts with the small table; by 64 uses that
 * one has lost about the time that the large one takes to make.
 */
const WINDOW_BITS: ReadonlyMap<number, number> = new Map([
  [0, 4],
  [64, 6],
])

const uses = new Map<CurveName, number>()

/**
 * Returns the base point, to be multiplied once. No result depends on which table exists.
 *
 * @param crv - The curve; its uses are counted over the whole process.
 * @returns Noble's own point: a multiplication inside noble after this call uses the same table.
 */
export function useBasePoint(crv: CurveName): WeierstrassPoint<bigint> {
  const { BASE } = noblePoint(crv)
  const before = uses.get(crv) ?? 0
  uses.set(crv, before + 1)
  const bits = WINDOW_BITS.get(before)
  if (bits !== undefined) BASE.precompute(bits)
  return BASE
}

/** The digest comes ready made, and s keeps its sign: noble would halve the range of s on secp256k1. */
const PLAIN = Object.freeze({ prehash: false, lowS: false })

const signers = new Map<string, ECDSA>()

/** One signer for each curve and hash, made when first asked for. */
function signerOf(crv: CurveName, hash: HashName): ECDSA {
  const name = `${crv} ${hash}`
  const known = signers.get(name)
  if (known !== undefined) return known
  const signer = ecdsa(noblePoint(crv), HASHES[hash])
  signers.set(name, signer)
  return signer
}

function succeeds(check: () => void): boolean {
  try {
    check()
    return true
  } catch {
    return false
  }
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
