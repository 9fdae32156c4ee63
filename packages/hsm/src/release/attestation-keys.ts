/** The keys of trusted attestation authorities. */

import type { JsonWebKey } from '@pocket-hsm/crypto'

/** What a token's header says of the key that signed it. Not yet verified: anyone may have written it. */
export interface AttestationTokenHeader {
  readonly alg: string
  readonly kid?: string
  /** Where the authority publishes its keys. */
  readonly jku?: string
}

/**
 * Returns the public keys of an attestation authority, or `undefined` if it is not trusted.
 *
 * Called at each release, where the service would fetch the keys over the network.
 *
 * @param authority - The token's `iss` as it is spelled there; trust is decided by this only.
 * @param header - Of the token.
 * @returns JWKs with `n` and `e`, with `crv`, `x` and `y`, or with only `x5c`.
 */
export type AttestationKeys = (
  authority: string,
  header: AttestationTokenHeader,
) => readonly JsonWebKey[] | undefined
