/**
 * What every cryptographic operation does first, in the service's order: find the version, ask whether it may be used,
 * find the row of an algorithm that fits it.
 */

import {
  type Algorithm,
  type CryptographicOperation,
  findAlgorithm,
  type KeyMaterial,
} from '@pocket-hsm/crypto'
import { admit, type UseOperation } from '@pocket-hsm/lifecycle'
import type { HsmOperation } from '../audit/audit-entry.ts'
import { badParameter } from '../hsm-error.ts'
import { keyIdentifier } from '../keys/bundles.ts'
import { type FoundVersion, findVersion } from '../keys/find-version.ts'
import type { StepContext } from '../keys/key-step.ts'
import { requireOption } from '../options/check-options.ts'
import { kindOf } from '../service/profiles.ts'
import type { HeldKey } from '../state/hsm-state.ts'
import { type Call, readReference, recordAlgorithm } from './audit-context.ts'
import { type OpenKey, openKey, storeDraws } from './open-key.ts'

/** What every cryptographic operation returns. */
export interface UsedKey {
  /** The version that did it, in full. */
  readonly kid: string
  readonly alg: string
}

/** A key that may do the operation now, with an algorithm that fits it. */
export interface UsableKey extends UsedKey, Pick<StepContext, 'random' | 'strict'> {
  readonly material: KeyMaterial
  readonly algorithm: Algorithm
}

/** An operation that uses a key. */
type Use = UseOperation & HsmOperation

/** Where the algorithms of an operation are. */
export interface AlgorithmRows {
  /** Finds a row by a name that may be anything. */
  readonly find: (alg: string) => Algorithm | undefined
  /** The operation that the rows support. */
  readonly operation: CryptographicOperation
}

/**
 * Finds the key and the algorithm; throws if either is missing, forbidden or does not fit.
 *
 * @param alg - May be absent for a key that has one algorithm.
 */
export function useKey(
  call: Call<CryptographicOperation>,
  key: string,
  alg: string | undefined,
): UsableKey {
  return useKeyBy({ find: findAlgorithm, operation: call.operation }, call, key, alg)
}

/** The same for an operation with rows of its own. */
export function useKeyBy(
  rows: AlgorithmRows,
  call: Call<Use>,
  key: string,
  asked: string | undefined,
): UsableKey & FoundVersion & { readonly context: StepContext } {
  return useHeldKey(rows, call, findUsableKey(call, key, asked), asked)
}

/** A version that may do the operation now, whatever its algorithm and wherever its key. */
export interface UsableVersion extends FoundVersion {
  readonly opened: OpenKey
}

/** Finds the version; throws if it is missing or may not do the operation now. */
export function findUsableKey(
  call: Call<Use>,
  key: string,
  asked: string | undefined,
): UsableVersion {
  const { operation } = call
  const reference = readReference(call, key)
  recordAlgorithm(call, asked)
  const opened = openKey(call, reference.name)
  const { entry, context } = opened
  const { record, version } = findVersion(entry.record, reference, 'use', context)
  const circumstance = admit(version, operation, context.now)
  if (circumstance !== undefined) throw context.refuse(circumstance, { operation })
  return { opened, record, version }
}

/** Finds the algorithm of a key that the HSM holds; refuses one that it does not. */
export function useHeldKey(
  rows: AlgorithmRows,
  call: Call<Use>,
  { opened, record, version }: UsableVersion,
  asked: string | undefined,
): UsableKey & FoundVersion & { readonly context: StepContext } {
  const { operation } = call
  const { context } = opened
  const { material } = version
  if (material.external !== undefined) throw context.refuse('operationNotPermitted', { operation })
  const kid = keyIdentifier(record, context, version)
  const alg = namedAlgorithm(material, operation, asked, context)
  recordAlgorithm(call, alg)
  const algorithm = fittingAlgorithm(rows, material, kid, operation, alg, context)
  if (call.engine.seed !== undefined) call.onSuccess = () => storeDraws(call.engine, opened)
  return {
    kid,
    alg,
    material: material.key,
    algorithm,
    random: context.random,
    strict: context.strict,
    record,
    version,
    context,
  }
}

/** Algorithms that the API description only reserves. */
const STRICTLY_REFUSED: readonly string[] = ['RSNULL']

/** Key sizes that the documentation asks for and the service may not. */
const STRICT_KEY_BITS: Readonly<Record<string, number>> = { HS256: 256 }

/** The name that was given, or that of the key's only algorithm. */
function namedAlgorithm(
  { key }: HeldKey,
  operation: Use,
  asked: string | undefined,
  { refuse }: StepContext,
): string {
  const own = key.kty === 'AKP' ? key.alg : undefined
  const alg = requireOption(operation, 'alg', asked ?? own)
  if (alg === '') throw refuse('invalidProperty')
  return alg
}

function fittingAlgorithm(
  rows: AlgorithmRows,
  { kty, key }: HeldKey,
  kid: string,
  operation: Use,
  alg: string,
  { strict, refuse }: StepContext,
): Algorithm {
  const algorithm = rows.find(alg)
  if (algorithm === undefined) throw badParameter(`Unknown algorithm: ${alg}`)
  if (!algorithm.operations.includes(rows.operation)) {
    throw badParameter(`Algorithm ${alg} cannot be used to ${operation}.`)
  }
  if (algorithm.kty !== kindOf(kty)) {
    throw badParameter(`Algorithm ${alg} cannot be used with a key of type ${kty}.`)
  }
  if (key.kty === 'AKP' && key.alg !== alg) {
    throw badParameter(`Algorithm ${alg} cannot be used with a key of algorithm ${key.alg}.`)
  }
  if ('crv' in algorithm && key.kty === 'EC' && algorithm.crv !== key.crv) {
    throw refuse('curveMismatch', { kid, alg, crv: key.crv, neededCrv: algorithm.crv })
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
