/** A key on its way out: wrapped for its target, in the payload that a service signs. */

import {
  type RsaAesKeyWrapAlgorithm,
  toBase64url,
  utf8ToBytes,
  wrapRsaAes,
} from '@pocket-hsm/crypto'
import type { ReleasePolicy } from '@pocket-hsm/lifecycle'
import { type KeyAttributes, keyBundle } from '../keys/bundles.ts'
import type { StepContext } from '../keys/key-step.ts'
import { type KeyType, kindOf, type ServiceFamily } from '../service/profiles.ts'
import { heldKey } from '../state/hsm-state.ts'
import { toPrivateBytes } from '../state/private-bytes.ts'
import type { AttestedTarget } from './attestation-token.ts'
import type { ReleasableVersion } from './releasable-version.ts'
import { serializeJson } from './signed-statement.ts'

/** What was asked for, as the payload repeats it. */
export interface ReleaseRequest {
  readonly 'api-version': string
  readonly enc: string
  /** The key identifier as it was asked for, with or without a version. */
  readonly kid: string
  readonly nonce?: string
}

/** The payload of a release. */
export interface Release {
  readonly request: ReleaseRequest
  readonly algorithm: RsaAesKeyWrapAlgorithm
  readonly target: AttestedTarget
}

/** The size of the key between the target's and the released one. */
const AES_BITS = 256

/** Writes the payload of a release, in the members' order of a vault. */
export function releasePayload(
  { record, version, releasePolicy }: ReleasableVersion,
  { request, algorithm, target }: Release,
  context: StepContext,
): object {
  const { family } = context.profile
  const { key, attributes } = keyBundle(record, context, version)
  const bytes = toPrivateBytes(heldKey(version.material))
  const keyHsm = {
    schema_version: '1.0',
    header: { kid: target.encryptionKid, alg: 'dir', enc: algorithm.alg },
    ciphertext: toBase64url(
      wrapRsaAes(target.encryptionKey, algorithm, bytes, AES_BITS, context.keyRandom),
    ),
  }
  const key_hsm = toBase64url(utf8ToBytes(serializeJson(keyHsm, family)))
  const form = FORMS[family]
  return {
    request,
    response: {
      key: {
        key: { ...key, kty: form.kty(key.kty), key_hsm },
        attributes: releasedAttributes(attributes, request['api-version']),
        release_policy: form.releasePolicy(releasePolicy),
      },
    },
  }
}

/** In the order that a vault was recorded with; a Managed HSM sorts them. */
const ATTRIBUTES = [
  'enabled',
  'nbf',
  'exp',
  'created',
  'updated',
  'recoveryLevel',
  'recoverableDays',
  'exportable',
  'hsmPlatform',
] as const satisfies readonly (keyof KeyAttributes)[]

/** The versions of the API that have the release of keys and not yet `hsmPlatform`, which came with 7.5. */
const WITHOUT_PLATFORM = /^7\.[34](-|$)|^7\.5-/

function releasedAttributes(attributes: KeyAttributes, apiVersion: string): object {
  const isShown = (name: (typeof ATTRIBUTES)[number]) =>
    attributes[name] !== undefined && (name !== 'hsmPlatform' || !WITHOUT_PLATFORM.test(apiVersion))
  return Object.fromEntries(ATTRIBUTES.filter(isShown).map((name) => [name, attributes[name]]))
}

interface ReleaseForm {
  readonly kty: (kty: KeyType) => string
  readonly releasePolicy: (policy: ReleasePolicy) => object
}

/** As recorded: a vault keeps the type and leaves out the content type, a Managed HSM does neither. */
const FORMS: Readonly<Record<ServiceFamily, ReleaseForm>> = {
  vault: {
    kty: (kty) => kty,
    releasePolicy: ({ data, immutable }) => ({ data: toBase64url(data), immutable }),
  },
  'managed-hsm': {
    kty: kindOf,
    releasePolicy: ({ contentType, data, immutable }) => ({
      contentType,
      data: toBase64url(data),
      immutable,
    }),
  },
}
