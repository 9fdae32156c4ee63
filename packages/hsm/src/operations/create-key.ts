/** Create key: POST /keys/{name}/create. */

import type { KnownLiteral } from '@pocket-hsm/crypto'
import { type Call, readNewName } from '../engine/audit-context.ts'
import type { Engine, Hsm } from '../engine/hsm.ts'
import { newMaterial } from '../engine/new-material.ts'
import { runOperation } from '../engine/run-operation.ts'
import { readRecord, runStep } from '../engine/run-step.ts'
import type { KeyBundle } from '../keys/bundles.ts'
import { KEY_SIZE_OPTIONS, NEW_KEY_OPTIONS } from '../keys/key-options.ts'
import {
  checkNotExternal,
  checkWindow,
  type NewKeyParameters,
  parseAttributes,
  parseKeyType,
  parseNewKeyOps,
  parseTags,
} from '../keys/key-parameters.ts'
import { type KeySizeParameters, PARSE_SPEC } from '../keys/key-specs.ts'
import {
  checkMayAddVersion,
  checkSameOrigin,
  type NewVersionInput,
  newVersionStep,
} from '../keys/new-version.ts'
import type { PlannedKey } from '../keys/planned-version.ts'
import { newReleasePolicy } from '../keys/release-policy.ts'
import {
  checkOptions,
  OPTION_CHECKS,
  optionTable,
  requireOption,
} from '../options/check-options.ts'
import { type KeyType, kindOf } from '../service/profiles.ts'

/** What to create. */
export interface CreateKeyParameters<
  Kty extends string = string,
  Size extends number = number,
  Crv extends string = string,
  Alg extends string = string,
> extends NewKeyParameters,
    KeySizeParameters<Size, Crv, Alg> {
  /** The type; a Managed HSM makes the -HSM form of it. */
  readonly kty: KnownLiteral<KeyType, Kty>
}

/**
 * Creates a key, or a new version of one that is there.
 *
 * A new version inherits nothing from the previous one except `exportable`, and its release policy if you don't give
 * one. If it throws, nothing has changed.
 *
 * @param name - 1 to 127 letters, digits and hyphens; compared without regard to case.
 * @returns The bundle of the new version, with its public part.
 * @throws {@link HsmError} 400 `BadParameter` - a name, type, size, curve, exponent, `alg`, operation, attribute
 *   or tag outside what the service takes.
 * @throws {@link HsmError} 400 `BadParameter` - an exportable key without release policy or of a type that cannot be
 *   exportable, a release policy without exportable key or outside its grammar, or a later version that is to be
 *   exportable where the first is not, or the other way round.
 * @throws {@link HsmError} 400 `BadParameter` (`KeyTypeNotSupported`) - a type that the profile does not have.
 * @throws {@link HsmError} 409 `Conflict` (`ObjectIsDeletedButRecoverable`) - a deleted key holds the name.
 * @throws {@link HsmError} 403 `Forbidden` - the limit of keys or versions has been reached.
 * @see Key Vault REST API, Create Key
 *
 * @example
 * ```ts
 * import { createHsm, createKey } from 'pocket-hsm'
 *
 * const hsm = createHsm()
 * const bundle = createKey(hsm, 'orders', { kty: 'EC-HSM', crv: 'P-384', tags: { team: 'shop' } })
 * bundle.key.crv // 'P-384'
 * bundle.key.key_ops // ['sign', 'verify']
 * ```
 */
export function createKey<
  Kty extends string,
  Size extends number,
  Crv extends string,
  Alg extends string,
>(hsm: Hsm, name: string, parameters: CreateKeyParameters<Kty, Size, Crv, Alg>): KeyBundle
export function createKey(hsm: Hsm, name: string, parameters: CreateKeyParameters): KeyBundle {
  return runOperation(hsm, 'createKey', (call) => {
    const { place, kty, spec, rest } = planCreateKey(call, name, parameters)
    const material = newMaterial(call.engine, place, kty, spec)
    return runStep(call, name, newVersionStep, { command: 'create', name, material, ...rest })
  })
}

/** What the call will make, and where; throws what would refuse it. */
export function planCreateKey(
  call: Call,
  name: string,
  parameters: CreateKeyParameters,
): PlannedKey & { readonly rest: Rest } {
  readNewName(call, name)
  checkOptions('createKey', parameters, OPTIONS)
  const { kty, spec, rest } = parseCreateKey(call.engine, parameters)
  const { record, context } = readRecord(call, name)
  checkMayAddVersion(record, 'create', context)
  checkSameOrigin(record, false, context)
  newReleasePolicy(record, { kty, ...rest }, context)
  const { incarnation } = context
  const place = { name, incarnation, ordinal: record?.versions.length ?? 0 }
  return { place, kty, spec, rest }
}

/** What a new version is given besides its material. */
type Rest = Omit<NewVersionInput, 'command' | 'name' | 'material'>

function parseCreateKey(
  engine: Engine,
  parameters: CreateKeyParameters,
): Omit<PlannedKey, 'place'> & { readonly rest: Rest } {
  const kty = parseKeyType(engine.profile, requireOption('createKey', 'kty', parameters.kty))
  checkNotExternal(parameters.attributes)
  const attributes = parseAttributes(parameters.attributes)
  checkWindow(attributes)
  return {
    kty,
    spec: PARSE_SPEC[kindOf(kty)](parameters),
    rest: {
      keyOps: parseNewKeyOps(parameters.keyOps, kty, engine.profile),
      attributes,
      tags: parseTags(parameters.tags, engine.profile),
      releasePolicy: parameters.releasePolicy,
    },
  }
}

const OPTIONS = optionTable<CreateKeyParameters>({
  ...NEW_KEY_OPTIONS,
  ...KEY_SIZE_OPTIONS,
  kty: OPTION_CHECKS.string,
})
