/** Whom an HSM believes: where the keys that verify attestation tokens come from. */

import type { JsonWebKey } from '@pocket-hsm/crypto'

/** What a token's header says of the key that signed it. Not yet verified: anyone may have written it. */
export interface AttestationTokenHeader {
  readonly alg: string
  readonly kid?: string
  /** Where the authority publishes its keys. */
  readonly jku?: string
}

/**
 * Answers the public keys of an attestation authority, or nothing for one that is not trusted.
 *
 * Stands for what the service does over the network, and is asked at each release.
 *
 * @param authority - The token's `iss` as it is spelled there; trust is decided by this alone.
 * @param header - Of the token.
 * @returns JWKs with `n` and `e`, with `crv`, `x` and `y`, or with `x5c` alone.
 */
export type AttestationKeys = (
  authority: string,
  header: AttestationTokenHeader,
) => readonly JsonWebKey[] | undefined
