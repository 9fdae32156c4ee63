/** Response bodies: from the engine's results to the JSON of the wire. */

import {
  type AttestedKeyBundle,
  type DeletedKeyBundle,
  type DeletedKeyItem,
  type EncryptResult,
  type KeyAttributes,
  type KeyBundle,
  type KeyItem,
  type KeyOperationResult,
  type Page,
  toBase64url,
} from 'pocket-hsm'
import { featureOfAttribute, hasFeature } from '../versions/has-feature.ts'
import type { WireProfile } from '../wire/wire-profile.ts'

/** What a body depends on, besides the result. */
export interface BodyContext {
  readonly wire: WireProfile
  readonly apiVersion: string
}

type Json = Readonly<Record<string, unknown>>

/** In the order in which the service declares them. */
const ATTRIBUTES: readonly string[] = [
  'enabled',
  'nbf',
  'exp',
  'created',
  'updated',
  'recoveryLevel',
  'recoverableDays',
  'exportable',
  'hsmPlatform',
  'key_size',
  'external_key',
]

/** The body of a key bundle, also of a deleted key. */
export function bundleBody(
  { releasePolicy, ...bundle }: KeyBundle | DeletedKeyBundle,
  context: BodyContext,
): Json {
  return {
    ...bundle,
    attributes: attributesBody(bundle.attributes, context),
    ...(releasePolicy && {
      release_policy: { ...releasePolicy, data: toBase64url(releasePolicy.data) },
    }),
  }
}

/** The body of a key bundle with its attestation. */
export function attestationBody(bundle: AttestedKeyBundle, context: BodyContext): Json {
  const { attestation } = bundle.attributes
  const body = bundleBody(bundle, context)
  return {
    ...body,
    attributes: {
      ...(body['attributes'] as Json),
      attestation: Object.fromEntries(
        Object.entries(attestation).map(([name, value]) => [
          name,
          value instanceof Uint8Array ? toBase64url(value) : value,
        ]),
      ),
    },
  }
}

/** The body of a page of a list. */
export function pageBody(
  { value, nextMarker }: Page<KeyItem | DeletedKeyItem>,
  context: BodyContext,
  linkTo: (marker: string) => string,
): Json {
  const nextLink = nextMarker === undefined ? context.wire.lastLink : linkTo(nextMarker)
  return {
    value: value.map((item) => ({
      ...item,
      attributes: attributesBody(item.attributes, context),
    })),
    ...(nextLink !== undefined && { nextLink }),
  }
}

/** The value of an attribute is the same in every api-version; whether it is present is not. */
function attributesBody(attributes: KeyAttributes, { wire, apiVersion }: BodyContext) {
  const source = attributes as unknown as Json
  const { service, attributesWhereTrue } = wire
  const isKnown = (name: string) => {
    const feature = featureOfAttribute(name)
    return feature !== undefined && hasFeature(feature, apiVersion, service)
  }
  const isPresent = (name: string) =>
    source[name] !== undefined &&
    (isKnown(name) || (source[name] === true && attributesWhereTrue.includes(name)))
  return Object.fromEntries(ATTRIBUTES.filter(isPresent).map((name) => [name, source[name]]))
}

/** The body of encrypt, decrypt, sign, wrap and unwrap. */
export function operationBody(
  { kid, alg, value, iv, tag, aad }: KeyOperationResult & Partial<EncryptResult>,
  { wire }: BodyContext,
): Json {
  return {
    kid,
    ...(wire.namesAlgorithm && { alg }),
    value: toBase64url(value),
    ...(iv && { iv: toBase64url(iv) }),
    ...(tag && { tag: toBase64url(tag) }),
    ...(aad && { aad: toBase64url(aad) }),
  }
}
