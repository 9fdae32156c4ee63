/** Wrapping and unwrapping with a key of an external key manager: the HSM decides whether, the manager does it. */

import { parseResult } from '../external-keys/check-answer.ts'
import type {
  ExternalKeyAlgorithm,
  ExternalUseRequest,
} from '../external-keys/external-key-manager.ts'
import { badParameter } from '../hsm-error.ts'
import { keyIdentifier } from '../keys/bundles.ts'
import { requireOption } from '../options/check-options.ts'
import { type KeyKind, kindOf } from '../service/profiles.ts'
import type { ExternalKey } from '../state/hsm-state.ts'
import { askExternalKeyManager } from './ask-external-key-manager.ts'
import type { Call } from './audit-context.ts'
import type { UsableVersion, UsedKey } from './use-key.ts'

const ALGORITHMS: Readonly<Record<ExternalKeyAlgorithm, KeyKind>> = {
  'RSA-OAEP': 'RSA',
  'RSA-OAEP-256': 'RSA',
  A256KW: 'oct',
  A256KWP: 'oct',
}

/** Has the external key manager wrap or unwrap. */
export function useExternalKey(
  call: Call<ExternalUseRequest['operation']>,
  { opened, record, version }: UsableVersion,
  { kty, external }: ExternalKey,
  parameters: { readonly alg: string; readonly value: Uint8Array },
): UsedKey & { readonly value: Uint8Array } {
  const { operation } = call
  const alg = externalAlgorithm(requireOption(operation, 'alg', parameters.alg), kindOf(kty))
  const value = requireOption(operation, 'value', parameters.value)
  if (value.length === 0) throw badParameter('The value must not be empty.')
  const question = { operation, keyId: external.id, alg, value }
  const result = askExternalKeyManager(call, question, (answer) =>
    parseResult(answer, question, external.bits),
  )
  return { kid: keyIdentifier(record, opened.context, version), alg, value: result }
}

function externalAlgorithm(alg: string, kind: KeyKind): ExternalKeyAlgorithm {
  if (Object.hasOwn(ALGORITHMS, alg) && ALGORITHMS[alg as ExternalKeyAlgorithm] === kind) {
    return alg as ExternalKeyAlgorithm
  }
  throw badParameter(`Algorithm ${alg} cannot be used with an external key of type ${kind}.`)
}
