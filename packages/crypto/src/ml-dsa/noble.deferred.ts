/**
 * ML-DSA of noble. It computes tables as it is imported, which takes longer than the rest of this package: the bundle
 * runs this file, and the libraries that nothing else imports, at the first call (`tools/lib/deferred-modules.mjs`).
 */

import { type DSA, ml_dsa44, ml_dsa65, ml_dsa87 } from '@noble/post-quantum/ml-dsa.js'
import type { MlDsaParameterSet } from '../key-material.ts'

/** Returns noble's functions for a parameter set. */
export function nobleMlDsa(alg: MlDsaParameterSet): DSA {
  return PARAMETER_SETS[alg] as DSA
}

const PARAMETER_SETS = { 'ML-DSA-44': ml_dsa44, 'ML-DSA-65': ml_dsa65, 'ML-DSA-87': ml_dsa87 }
