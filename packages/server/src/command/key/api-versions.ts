/** The api-versions of `pocket-hsm key` for what the usual one does not have. */

import type { ApiVersion } from '@pocket-hsm/rest'

/** The algorithms of AKP keys. */
export const ML_DSA_ALGORITHMS: readonly string[] = ['ML-DSA-44', 'ML-DSA-65', 'ML-DSA-87']

/** The operations of secure wrap and unwrap. */
export const SECURE_OPERATIONS: readonly string[] = ['secureWrapKey', 'secureUnwrapKey']

/** The first with ML-DSA and the operations of secure wrap: no stable one has them. */
const PREVIEW: ApiVersion = '2026-05-01-preview'

/** The first stable one with external keys. */
const EXTERNAL_KEYS: ApiVersion = '2026-04-01'

/** Adds the version that has ML-DSA to a path. */
export function withMlDsa(path: string): string {
  return `${path}?api-version=${PREVIEW}`
}

/** Adds the version that has these operations, if the usual one does not. */
export function withOperations(path: string, ops: readonly string[] | undefined): string {
  return ops?.some((each) => SECURE_OPERATIONS.includes(each))
    ? `${path}?api-version=${PREVIEW}`
    : path
}

/** Adds the version that has external keys to a path. */
export function withExternalKeys(path: string): string {
  return `${path}?api-version=${EXTERNAL_KEYS}`
}
