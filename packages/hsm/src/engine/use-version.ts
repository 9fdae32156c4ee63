/** What every cryptographic operation does first, in the service's order: find, admit, fit. */

import { type Algorithm, type CryptographicOperation, findAlgorithm } from '@pocket-hsm/crypto'
import { admit } from '@pocket-hsm/lifecycle'
import { badParameter } from '../hsm-error.ts'
import { type FoundVersion, findVersion } from '../keys/find-version.ts'
import type { KeyReference } from '../keys/key-reference.ts'
import type { StepContext } from '../keys/key-step.ts'
import { kindOf } from '../service/profiles.ts'
import type { HsmKeyRecord, StoredKey } from '../state/hsm-state.ts'

/** A version that may be used now, with the row of the algorithm asked for. */
export interface UsableVersion extends FoundVersion {
  readonly algorithm: Algorithm
}

/** Finds the version and the algorithm; throws where either is missing, forbidden or unfit. */
export function useVersion(
  record: HsmKeyRecord | undefined,
  reference: KeyReference,
  operation: CryptographicOperation,
  alg: string,
  context: StepContext,
): UsableVersion {
  const found = findVersion(record, reference, 'use', context)
  const circumstance = admit(found.version, operation, context.now)
  if (circumstance !== undefined) throw context.refuse(circumstance, { operation })
  return { ...found, algorithm: fittingAlgorithm(found.version.material, operation, alg, context) }
}

/** What the API description only reserves. */
const STRICTLY_REFUSED: readonly string[] = ['RSNULL']

/** Key sizes that the documentation asks for and the service may not. */
const STRICT_KEY_BITS: Readonly<Record<string, number>> = { HS256: 256 }

function fittingAlgorithm(
  { kty, key }: StoredKey,
  operation: CryptographicOperation,
  alg: string,
  { strict }: StepContext,
): Algorithm {
  // The two blanks are the service's own.
  if (typeof alg !== 'string' || alg === '') throw badParameter('Property  has invalid value\r\n')
  const algorithm = findAlgorithm(alg)
  if (algorithm === undefined) throw badParameter(`Unknown algorithm: ${alg}`)
  if (!algorithm.operations.includes(operation)) {
    throw badParameter(`Algorithm ${alg} cannot be used to ${operation}.`)
  }
  if (algorithm.kty !== kindOf(kty)) {
    throw badParameter(`Algorithm ${alg} cannot be used with a key of type ${kty}.`)
  }
  if ('crv' in algorithm && key.kty === 'EC' && algorithm.crv !== key.crv) {
    throw badParameter(`Algorithm ${alg} needs a key on curve ${algorithm.crv}, not ${key.crv}.`)
  }
  if (strict && STRICTLY_REFUSED.includes(alg)) throw badParameter(`Unknown algorithm: ${alg}`)
  const keyBits =
    ('keyBits' in algorithm ? algorithm.keyBits : undefined) ??
    (strict ? STRICT_KEY_BITS[alg] : undefined)
  if (keyBits !== undefined && key.kty === 'oct' && keyBits !== key.bits) {
    throw badParameter(`Algorithm ${alg} needs a key of ${keyBits} bits, not ${key.bits}.`)
  }
  return algorithm
}

/** Reads bytes that a caller gives: present and a `Uint8Array`. */
export function parseBytes(name: string, bytes: Uint8Array | undefined): Uint8Array {
  if (bytes instanceof Uint8Array) return bytes
  throw badParameter(`The property ${name} must be a Uint8Array.`)
}

/** Reads bytes that may be absent. */
export function parseOptionalBytes(
  name: string,
  bytes: Uint8Array | undefined,
): Uint8Array | undefined {
  return bytes === undefined || bytes === null ? undefined : parseBytes(name, bytes)
}

/** Refuses a digest whose length is not the algorithm's, in the service's words. */
export function checkDigestLength(
  name: 'value' | 'digest',
  digest: Uint8Array,
  algorithm: Algorithm,
): void {
  if (algorithm.scheme === 'hmac' && digest.length === 0) {
    throw badParameter(`Invalid length of '${name}': ${algorithm.alg} needs 1 byte at least.`)
  }
  const expected = 'digestLength' in algorithm ? algorithm.digestLength : undefined
  if (expected === undefined || digest.length === expected) return
  throw badParameter(
    `Invalid length of '${name}': ${digest.length} bytes. ${algorithm.alg} requires ${expected} bytes, encoded with base64url.`,
  )
}
