/** The frame of every cryptographic operation: find the version, do the work, say which version did it. */

import type { Algorithm, CryptographicOperation, KeyMaterial } from '@pocket-hsm/crypto'
import { keyIdentifier } from '../keys/bundles.ts'
import type { KeyReference } from '../keys/key-reference.ts'
import type { StepContext } from '../keys/key-step.ts'
import type { HsmKeyRecord } from '../state/hsm-state.ts'
import { noteAlgorithm, referenceOf } from './audit-context.ts'
import type { Hsm } from './hsm.ts'
import { answer } from './run-operation.ts'
import { runStep } from './run-step.ts'
import { useVersion } from './use-version.ts'

/** What the work of an operation has at hand: a key that may do it, and a row that fits the key. */
export interface KeyUse extends Pick<StepContext, 'random' | 'strict'> {
  readonly key: KeyMaterial
  readonly algorithm: Algorithm
}

/** What an operation does with a key: the only thing in which the six differ. */
export type KeyWork<Parameters, Made> = (use: KeyUse, parameters: Parameters) => Made

/** What every cryptographic operation says of itself. */
export interface UsedKey {
  /** The version that did it, in full. */
  readonly kid: string
  readonly alg: string
}

/** Runs a cryptographic operation: its answer is what the work made, with the version and algorithm that made it. */
export function useKey<Parameters extends { readonly alg: string }, Made extends object>(
  hsm: Hsm,
  operation: CryptographicOperation,
  key: string,
  parameters: Parameters,
  work: KeyWork<Parameters, Made>,
): UsedKey & Made {
  return answer(hsm, operation, (call) => {
    const reference = referenceOf(call, key)
    const input = { reference, operation, parameters: { ...parameters }, work }
    noteAlgorithm(call, input.parameters.alg)
    return runStep(call, reference.name, useKeyStep<Parameters, Made>, input)
  })
}

function useKeyStep<Parameters extends { readonly alg: string }, Made extends object>(
  before: HsmKeyRecord | undefined,
  input: {
    readonly reference: KeyReference
    readonly operation: CryptographicOperation
    readonly parameters: Parameters
    readonly work: KeyWork<Parameters, Made>
  },
  context: StepContext,
): { readonly record: HsmKeyRecord; readonly result: UsedKey & Made } {
  const { reference, operation, parameters, work } = input
  const { record, version, algorithm } = useVersion(
    before,
    reference,
    operation,
    parameters.alg,
    context,
  )
  const { random, strict } = context
  const made = work({ key: version.material.key, algorithm, random, strict }, parameters)
  const kid = keyIdentifier(record, context, version)
  return { record, result: { kid, alg: algorithm.alg, ...made } }
}
