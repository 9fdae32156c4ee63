/** ML-DSA in requests: the members that it adds, and nothing of it under an api-version that does not have it. */

import type { MlDsaInput } from 'pocket-hsm'
import { API_FEATURES } from '../versions/features.ts'
import { hasFeature } from '../versions/has-feature.ts'
import { badRequest, requestError } from '../wire/errors.ts'

const ML_DSA = API_FEATURES.find(({ name }) => name === 'mlDsa') ?? { since: {} }
const KEY_TYPE = /^akp(-hsm)?$/i
const ALGORITHM = /^ML-DSA-/

/** The members that ML-DSA adds to a body. */
interface MlDsaMembers {
  readonly context?: Uint8Array | undefined
  readonly external_mu?: Uint8Array | undefined
}

/** Throws what a service says that does not know the type: its text is the engine's. */
export function checkKeyType(kty: unknown, apiVersion: string): void {
  if (typeof kty !== 'string' || !KEY_TYPE.test(kty) || hasMlDsa(apiVersion)) return
  throw requestError(400, 'BadParameter', `Invalid kty value: ${kty}`, 'KeyTypeNotSupported')
}

/** Throws what a service says that does not know the algorithm: its text is the engine's. */
export function checkAlgorithm(alg: string, apiVersion: string): void {
  if (!ALGORITHM.test(alg) || hasMlDsa(apiVersion)) return
  throw badRequest(`Unknown algorithm: ${alg}`)
}

/**
 * Reads what is signed: the message or digest in `name`, or µ in `external_mu`. An older api-version ignores `context`
 * and `external_mu`, like any unknown member.
 */
export function readSigned(
  name: 'value' | 'digest',
  given: Uint8Array | undefined,
  { context, external_mu }: MlDsaMembers,
  apiVersion: string,
): MlDsaInput & { readonly bytes: Uint8Array | undefined } {
  if (!hasMlDsa(apiVersion)) return { bytes: given }
  if (external_mu === undefined) return { bytes: given, context }
  if (given !== undefined) throw badRequest(`'external_mu' and '${name}' exclude each other.`)
  return { bytes: external_mu, context, externalMu: true }
}

/** Whether an api-version has ML-DSA. */
export function hasMlDsa(apiVersion: string): boolean {
  return hasFeature(ML_DSA, apiVersion, 'managed-hsm')
}
