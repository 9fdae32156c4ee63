/** What a signature is over: a digest, a message with a context, or a message representative; checked in the service's words. */

import type { Algorithm, MlDsaParameters } from '@pocket-hsm/crypto'
import { badParameter } from '../hsm-error.ts'
import { checkDigestLength } from './digest-length.ts'

/** What ML-DSA takes besides a message. */
export interface MlDsaInput {
  /** ML-DSA only: separates the uses of a key. 0 to 255 bytes; none is the same as 0 bytes. */
  readonly context?: Uint8Array | undefined
  /**
   * ML-DSA only: whether the bytes are µ in place of the message. µ has 64 bytes; anyone who has the public key, the
   * context and the message can compute it. Then there is no `context`. Defaults to `false`.
   */
  readonly externalMu?: boolean | undefined
}

/** The bytes for `sign` and `verify` of the crypto package, and how to take them. */
export interface SignedBytes {
  readonly bytes: Uint8Array
  readonly parameters: MlDsaParameters
}

const MOST_CONTEXT = 255
const MU_LENGTH = 64

/**
 * Reads what is signed.
 *
 * @param name - The option with the digest, the message or µ.
 */
export function readSignedBytes(
  name: 'value' | 'digest',
  bytes: Uint8Array,
  input: MlDsaInput,
  algorithm: Algorithm,
): SignedBytes {
  const context = input.context ?? undefined
  const isExternalMu = input.externalMu === true
  if (!('takesContext' in algorithm)) rejectInput(algorithm, context, isExternalMu)
  if (isExternalMu) checkMu(bytes, context, algorithm)
  else checkDigestLength(name, bytes, algorithm)
  if (context !== undefined) checkContext(context, algorithm)
  return { bytes, parameters: { context, isExternalMu } }
}

function rejectInput(
  { alg }: Algorithm,
  context: Uint8Array | undefined,
  isExternalMu: boolean,
): void {
  if (context !== undefined) throw badParameter(`Algorithm ${alg} takes no 'context'.`)
  if (isExternalMu) throw badParameter(`Algorithm ${alg} takes no 'external_mu'.`)
}

function checkMu(mu: Uint8Array, context: Uint8Array | undefined, { alg }: Algorithm): void {
  if (context !== undefined) throw badParameter("'external_mu' and 'context' exclude each other.")
  if (mu.length === MU_LENGTH) return
  throw badParameter(
    `Invalid length of 'external_mu': ${mu.length} bytes. ${alg} requires ${MU_LENGTH} bytes, encoded with base64url.`,
  )
}

function checkContext(context: Uint8Array, { alg }: Algorithm): void {
  if (context.length <= MOST_CONTEXT) return
  throw badParameter(
    `Invalid length of 'context': ${context.length} bytes. ${alg} takes ${MOST_CONTEXT} bytes at most.`,
  )
}
