/** What previews of the API add to requests, and nothing of it under an api-version that does not have it. */

import type { MlDsaInput } from 'pocket-hsm'
import { hasFeatureOf, ML_DSA_SINCE, SECURE_KEY_OPS_SINCE } from '../routes/api-versions.ts'
import { badRequest, requestError } from '../wire/errors.ts'

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

const SECURE_KEY_OPS: readonly unknown[] = ['secureWrapKey', 'secureUnwrapKey']

/** Throws what a service says that does not know an operation; of the engine's text, the part without the others. */
export function checkKeyOps(keyOps: unknown, apiVersion: string): void {
  if (!Array.isArray(keyOps) || hasFeatureOf(apiVersion, SECURE_KEY_OPS_SINCE)) return
  const unknown = keyOps.filter((operation) => SECURE_KEY_OPS.includes(operation))
  if (unknown.length === 0) return
  const names = unknown.map((operation) => `"${operation}"`).join(', ')
  throw badRequest(`Unsupported key operation(s): ${names}.`)
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
  return hasFeatureOf(apiVersion, ML_DSA_SINCE)
}
