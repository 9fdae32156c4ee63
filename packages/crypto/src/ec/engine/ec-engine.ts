/** What computes on one curve, whichever implementation it is: bytes in, bytes out. */

import type { HashName } from '../../hash/hashes.ts'
import type { EcPublicKey } from '../../key-material.ts'

/** The implementations. */
export type EcEngineName = 'wasm' | 'noble'

/** The operations on one curve. Both implementations return the same bytes; neither keeps nor changes its arguments. */
export interface CurveEngine {
  readonly name: EcEngineName
  /** The point d·G for d from 1 to n - 1, as wide as the order: fresh arrays. */
  readonly publicKey: (d: Uint8Array) => EcPublicKey
  /** Whether x and y, as wide as the field, are below p and satisfy the equation of the curve. */
  readonly isOnCurve: (point: EcPublicKey) => boolean
  /** The y of an x as wide as the field, odd or even as asked for; `undefined` where there is no such point. */
  readonly findY: (x: Uint8Array, odd: boolean) => Uint8Array | undefined
  /** r‖s over a digest, with the nonce of RFC 6979 and the extra bytes in it; none makes it deterministic. */
  readonly sign: (
    hash: HashName,
    d: Uint8Array,
    digest: Uint8Array,
    extraEntropy?: Uint8Array,
  ) => Uint8Array
  /** Whether r‖s of the right length is a signature of the digest; `false` for a point off the curve. */
  readonly verify: (publicKey: EcPublicKey, digest: Uint8Array, signature: Uint8Array) => boolean
}
