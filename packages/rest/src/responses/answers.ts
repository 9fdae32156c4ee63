/** From what the facade answers to the JSON of the wire. */

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
import { hasFeatureOf } from '../routes/api-versions.ts'
import type { Personality } from '../wire/personalities.ts'

/** What decides how an answer is written. */
export interface AnswerStyle {
  readonly personality: Personality
  readonly apiVersion: string
}

type Json = Readonly<Record<string, unknown>>

/** As the service declares them. */
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
]

/** A key bundle, or that of a deleted key. */
export function bundleAnswer(
  { releasePolicy, ...bundle }: KeyBundle | DeletedKeyBundle,
  style: AnswerStyle,
): Json {
  return {
    ...bundle,
    attributes: attributesAnswer(bundle.attributes, style),
    ...(releasePolicy && {
      release_policy: { ...releasePolicy, data: toBase64url(releasePolicy.data) },
    }),
  }
}

/** The bundle of a key with its attestation. */
export function attestationAnswer(bundle: AttestedKeyBundle, style: AnswerStyle): Json {
  const { attestation } = bundle.attributes
  const answer = bundleAnswer(bundle, style)
  return {
    ...answer,
    attributes: {
      ...(answer['attributes'] as Json),
      attestation: Object.fromEntries(
        Object.entries(attestation).map(([name, value]) => [
          name,
          value instanceof Uint8Array ? toBase64url(value) : value,
        ]),
      ),
    },
  }
}

/** A page of a list. */
export function pageAnswer(
  { value, nextMarker }: Page<KeyItem | DeletedKeyItem>,
  style: AnswerStyle,
  linkTo: (marker: string) => string,
): Json {
  const nextLink = nextMarker === undefined ? style.personality.lastLink : linkTo(nextMarker)
  return {
    value: value.map((item) => ({
      ...item,
      attributes: attributesAnswer(item.attributes, style),
    })),
    ...(nextLink !== undefined && { nextLink }),
  }
}

/** What an attribute says is the same in every api-version; whether it is there is not. */
function attributesAnswer(attributes: KeyAttributes, { personality, apiVersion }: AnswerStyle) {
  const source = attributes as unknown as Json
  const { attributesSince } = personality
  return Object.fromEntries(
    ATTRIBUTES.filter(
      (name) =>
        source[name] !== undefined &&
        hasFeatureOf(apiVersion, attributesSince[name] ?? '2016-10-01'),
    ).map((name) => [name, source[name]]),
  )
}

/** What encrypt, decrypt, sign, wrap and unwrap answer; the AAD is not sent back. */
export function operationAnswer(
  { kid, alg, value, iv, tag }: KeyOperationResult & Partial<Pick<EncryptResult, 'iv' | 'tag'>>,
  { personality }: AnswerStyle,
): Json {
  return {
    kid,
    ...(personality.namesAlgorithm && { alg }),
    value: toBase64url(value),
    ...(iv && { iv: toBase64url(iv) }),
    ...(tag && { tag: toBase64url(tag) }),
  }
}
