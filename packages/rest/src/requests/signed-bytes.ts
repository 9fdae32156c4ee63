/** What a request to sign or to verify is over: a digest, a message, or µ in its place. */

import type { MlDsaInput } from 'pocket-hsm'
import { badRequest } from '../wire/errors.ts'

/** The members that ML-DSA adds to a body. An api-version that does not have them has lost them before. */
interface MlDsaMembers {
  readonly context?: Uint8Array | undefined
  readonly external_mu?: Uint8Array | undefined
}

/** Reads the bytes of `name`, or of `external_mu` in place of them. */
export function readSignedBytes(
  name: 'value' | 'digest',
  given: Uint8Array | undefined,
  { context, external_mu }: MlDsaMembers,
): MlDsaInput & { readonly bytes: Uint8Array | undefined } {
  if (external_mu === undefined) return { bytes: given, context }
  if (given !== undefined) throw badRequest(`'external_mu' and '${name}' exclude each other.`)
  return { bytes: external_mu, context, externalMu: true }
}
