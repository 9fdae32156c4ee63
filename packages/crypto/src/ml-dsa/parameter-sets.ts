/** The parameter sets of ML-DSA: everything about their sizes (FIPS 204 section 4, table 2). */

import type { MlDsaParameterSet } from '../key-material.ts'

/** The lengths of one parameter set, in bytes. */
export interface MlDsaLengths {
  readonly publicKey: number
  /** Of the private key in its expanded form, which is computed from the seed. */
  readonly expandedKey: number
  readonly signature: number
}

/** The parameter sets by their names in JOSE. */
export const ML_DSA_LENGTHS: Readonly<Record<MlDsaParameterSet, MlDsaLengths>> =
  /* @__PURE__ */ Object.freeze({
    'ML-DSA-44': { publicKey: 1312, expandedKey: 2560, signature: 2420 },
    'ML-DSA-65': { publicKey: 1952, expandedKey: 4032, signature: 3309 },
    'ML-DSA-87': { publicKey: 2592, expandedKey: 4896, signature: 4627 },
  })

/** Bytes of the seed ξ, which is the private key (FIPS 204 algorithm 1). */
export const SEED_LENGTH = 32

/** The most bytes of a context string (FIPS 204 section 5.2). */
export const MAXIMUM_CONTEXT_LENGTH = 255

/** Bytes of the message representative µ (FIPS 204 algorithm 7, line 6). */
export const MU_LENGTH = 64

/** Finds a parameter set by its exact name; `undefined` for any other value. */
export function findParameterSet(alg: unknown): MlDsaParameterSet | undefined {
  return typeof alg === 'string' && Object.hasOwn(ML_DSA_LENGTHS, alg)
    ? (alg as MlDsaParameterSet)
    : undefined
}
