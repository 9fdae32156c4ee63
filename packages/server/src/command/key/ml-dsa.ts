/** ML-DSA in requests of `pocket-hsm key`: its algorithms, and the api-version that has them. */

/** The algorithms of AKP keys. */
export const ML_DSA_ALGORITHMS: readonly string[] = ['ML-DSA-44', 'ML-DSA-65', 'ML-DSA-87']

/** Adds the first api-version with ML-DSA to a path: no stable one has it. */
export function withMlDsa(path: string): string {
  return `${path}?api-version=2026-05-01-preview`
}
