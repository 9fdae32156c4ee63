/** The options of the operations that make or change a key, as tables. */

import type { ExternalKeyReference } from '../external-keys/external-key-manager.ts'
import { OPTION_CHECKS, type OptionTable, optionTable } from '../options/check-options.ts'
import type { NewKeyParameters } from './key-parameters.ts'
import type { KeySizeParameters } from './key-specs.ts'
import type { PageParameters } from './pages.ts'
import type { ReleasePolicyInput } from './release-policy.ts'

const { anything, boolean, bytes, listOf, members, number, object, string } = OPTION_CHECKS

/** The attributes that a bundle has besides those that can be set: accepted and ignored, so that a bundle can be given back. */
const READ_ONLY_ATTRIBUTES = {
  created: anything,
  updated: anything,
  recoverableDays: anything,
  recoveryLevel: anything,
  hsmPlatform: anything,
  key_size: anything,
  attestation: anything,
} as const

const externalKey = members(optionTable<ExternalKeyReference>({ id: string }))

const attributes = members(
  optionTable<Record<string, unknown>>({
    enabled: boolean,
    nbf: number,
    exp: number,
    exportable: boolean,
    external_key: externalKey,
    ...READ_ONLY_ATTRIBUTES,
  }),
)

const releasePolicy = members(
  optionTable<ReleasePolicyInput>({ data: bytes, contentType: string, immutable: boolean }),
)

/** What any new key version takes. */
export const NEW_KEY_OPTIONS: OptionTable<NewKeyParameters> = optionTable<NewKeyParameters>({
  keyOps: listOf(string),
  attributes,
  tags: object,
  releasePolicy,
})

/** What a reference to an external key takes. */
export const EXTERNAL_KEY_OPTIONS: OptionTable = optionTable<Record<string, unknown>>({
  externalKey,
  keyOps: listOf(string),
  attributes,
  tags: object,
})

/** What decides the material of a new key besides its type. */
export const KEY_SIZE_OPTIONS: OptionTable<KeySizeParameters> = optionTable<KeySizeParameters>({
  keySize: number,
  crv: string,
  alg: string,
  publicExponent: number,
})

/** What every list takes. */
export const PAGE_OPTIONS: OptionTable<PageParameters> = optionTable<PageParameters>({
  maxResults: number,
  marker: string,
})

const trigger = members(
  optionTable<Record<string, unknown>>({ timeAfterCreate: string, timeBeforeExpiry: string }),
)

/** A rotation policy. What `getRotationPolicy` returns can be given back: `id`, `created` and `updated` are ignored. */
export const ROTATION_POLICY_OPTIONS: OptionTable = optionTable<Record<string, unknown>>({
  id: anything,
  lifetimeActions: listOf(
    members(
      optionTable<Record<string, unknown>>({
        trigger,
        action: members(optionTable<Record<string, unknown>>({ type: string })),
      }),
    ),
  ),
  attributes: members(
    optionTable<Record<string, unknown>>({
      expiryTime: string,
      created: anything,
      updated: anything,
    }),
  ),
})
