/** The elliptic curves as one table: from the JWK name to the widths and the order. */

import type { CurveName } from '../key-material.ts'
import { DOMAIN_PARAMETERS } from './engine/domain-parameters.ts'

/** The properties of a curve that the code outside its arithmetic needs. Every cofactor is 1. */
export interface Curve {
  /** Bytes of a coordinate, and of r, s and d: on these four curves field and order are equally wide. */
  readonly width: number
  /** n, the order of the base point. */
  readonly order: bigint
}

/** Every curve of {@link CurveName}. */
export const CURVES: Readonly<Record<CurveName, Curve>> = /* @__PURE__ */ Object.freeze({
  'P-256': { width: 32, order: DOMAIN_PARAMETERS['P-256'].n },
  'P-384': { width: 48, order: DOMAIN_PARAMETERS['P-384'].n },
  'P-521': { width: 66, order: DOMAIN_PARAMETERS['P-521'].n },
  'P-256K': { width: 32, order: DOMAIN_PARAMETERS['P-256K'].n },
})
