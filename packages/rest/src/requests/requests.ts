/** The bodies of requests: from JSON to what the facade takes. */

import type {
  CreateKeyParameters,
  DecryptParameters,
  EncryptParameters,
  ImportKeyParameters,
  JsonWebKey,
  KeyAttributesInput,
  KeyOperation,
  KeyType,
  NewKeyParameters,
  ReleaseKeyParameters,
  RotationPolicyInput,
} from 'pocket-hsm'
import {
  anyObject,
  bytes,
  flag,
  list,
  number,
  object,
  type Reader,
  required,
  text,
  texts,
} from '../wire/members.ts'

/** A body, with how strictly to read it. */
export interface Body {
  readonly json: unknown
  readonly strict: boolean
}

/** Import: a JWK and what goes with it. */
export interface ImportKeyRequest {
  readonly jwk: JsonWebKey
  readonly parameters: ImportKeyParameters
}

/** Sign, wrap and unwrap. */
export interface KeyOperationRequest {
  readonly alg: string
  readonly value: Uint8Array
}

/** Verify: the one request with a `digest`. */
export interface VerifyRequest {
  readonly alg: string
  readonly digest: Uint8Array
  readonly value: Uint8Array
}

/** Read-only attributes may be sent back: clients do. */
const ignored: Reader<unknown> = (value) => value

const attributes = object({
  enabled: flag,
  nbf: number,
  exp: number,
  exportable: flag,
  created: ignored,
  updated: ignored,
  recoverableDays: ignored,
  recoveryLevel: ignored,
  hsmPlatform: ignored,
  attestation: ignored,
})

const release_policy = object({ contentType: text, data: bytes, immutable: flag })

const ofAnyKey = { key_ops: texts, attributes, tags: anyObject, release_policy }

const createKey = object({
  ...ofAnyKey,
  kty: text,
  key_size: number,
  public_exponent: number,
  crv: text,
})
const importKey = object({
  key: anyObject,
  Hsm: flag,
  hsm: flag,
  attributes,
  tags: anyObject,
  release_policy,
})
const updateKey = object(ofAnyKey)
const restoreKey = object({ value: bytes })
const keyOperation = object({ alg: text, value: bytes, iv: bytes, tag: bytes, aad: bytes })
const verify = object({ alg: text, digest: bytes, value: bytes })
const releaseKey = object({ target: text, nonce: text, enc: text })
const randomBytes = object({ count: number })
const trigger = object({ timeAfterCreate: text, timeBeforeExpiry: text })
const action = object({ type: text })
const rotationPolicy = object({
  id: ignored,
  lifetimeActions: list(object({ trigger, action })),
  attributes: object({ expiryTime: text, created: ignored, updated: ignored }),
})

const BODY = 'body'

/** POST /keys/{name}/create. */
export function parseCreateKey({ json, strict }: Body): CreateKeyParameters {
  const parsed = createKey(json, BODY, strict)
  return {
    // An absent type is refused by the engine, in the service's words.
    kty: (parsed.kty ?? '') as KeyType,
    keySize: parsed.key_size,
    publicExponent: parsed.public_exponent,
    crv: parsed.crv as CreateKeyParameters['crv'],
    ...newKeyParameters(parsed),
  }
}

/** PUT /keys/{name}. */
export function parseImportKey({ json, strict }: Body): ImportKeyRequest {
  const parsed = importKey(json, BODY, strict)
  const jwk = required(parsed.key, 'key') as unknown as JsonWebKey
  const isHsm = parsed.Hsm ?? parsed.hsm ?? false
  return {
    jwk: isHsm ? { ...jwk, kty: hsmType(jwk.kty) } : jwk,
    parameters: newKeyParameters(parsed),
  }
}

/** `Hsm` asks for the type that an HSM protects. */
function hsmType(kty: unknown): string {
  const type = typeof kty === 'string' ? kty : ''
  return type === '' || /-HSM$/i.test(type) ? type : `${type}-HSM`
}

/** PATCH /keys/{name}/{version}. */
export function parseUpdateKey({ json, strict }: Body): NewKeyParameters {
  return newKeyParameters(updateKey(json, BODY, strict))
}

function newKeyParameters(parsed: {
  readonly key_ops?: readonly string[] | undefined
  readonly attributes?: KeyAttributesInput | undefined
  readonly tags?: Readonly<Record<string, unknown>> | undefined
  readonly release_policy?: ReturnType<typeof release_policy> | undefined
}): NewKeyParameters {
  return {
    keyOps: parsed.key_ops as readonly KeyOperation[] | undefined,
    attributes: parsed.attributes,
    tags: parsed.tags as NewKeyParameters['tags'],
    releasePolicy: parsed.release_policy && {
      ...parsed.release_policy,
      data: required(parsed.release_policy.data, 'data'),
    },
  }
}

/** POST /keys/restore. */
export function parseRestoreKey({ json, strict }: Body): Uint8Array {
  return required(restoreKey(json, BODY, strict).value, 'value')
}

/** POST /keys/{name}/{version}/encrypt. */
export function parseEncrypt({ json, strict }: Body): EncryptParameters {
  const { alg = '', value, iv, aad } = keyOperation(json, BODY, strict)
  return { alg, value: required(value, 'value'), iv, aad }
}

/** POST /keys/{name}/{version}/decrypt. */
export function parseDecrypt({ json, strict }: Body): DecryptParameters {
  const { alg = '', value, iv, tag, aad } = keyOperation(json, BODY, strict)
  return { alg, value: required(value, 'value'), iv, tag, aad }
}

/** POST /keys/{name}/{version}/sign, wrapkey, unwrapkey: what other operations take is ignored. */
export function parseKeyOperation({ json, strict }: Body): KeyOperationRequest {
  const { alg = '', value } = keyOperation(json, BODY, strict)
  return { alg, value: required(value, 'value') }
}

/** POST /keys/{name}/{version}/verify. */
export function parseVerify({ json, strict }: Body): VerifyRequest {
  const { alg = '', digest, value } = verify(json, BODY, strict)
  return { alg, digest: required(digest, 'digest'), value: required(value, 'value') }
}

/** POST /keys/{name}/{version}/release. */
export function parseReleaseKey({ json, strict }: Body): ReleaseKeyParameters {
  const { target, nonce, enc } = releaseKey(json, BODY, strict)
  return { target: required(target, 'target'), nonce, enc }
}

/** POST /rng. */
export function parseRandomBytes({ json, strict }: Body): number {
  return required(randomBytes(json, BODY, strict).count, 'count')
}

/** PUT /keys/{name}/rotationpolicy. */
export function parseRotationPolicy({ json, strict }: Body): RotationPolicyInput {
  const { lifetimeActions, attributes } = rotationPolicy(json, BODY, strict)
  return {
    lifetimeActions: lifetimeActions?.map(({ trigger, action }) => ({
      trigger: required(trigger, 'trigger'),
      action: { type: required(required(action, 'action').type, 'type') },
    })),
    attributes: attributes && { expiryTime: attributes.expiryTime },
  }
}
