/** Request bodies: from JSON to the parameters of the engine's functions. */

import type {
  CreateExternalKeyParameters,
  CreateKeyParameters,
  DecryptParameters,
  EncryptParameters,
  ExternalKeyReference,
  ImportKeyParameters,
  JsonWebKey,
  KeyAttributesInput,
  KeyOperation,
  KeyType,
  NewKeyParameters,
  ReleaseKeyParameters,
  RotationPolicyInput,
  SecureUnwrapKeyParameters,
  SecureWrapKeyParameters,
  SignParameters,
  VerifyParameters,
} from 'pocket-hsm'
import { badRequest } from '../wire/errors.ts'
import {
  anyBase64,
  anyObject,
  bytes,
  flag,
  list,
  neededBytes,
  number,
  object,
  type Reader,
  required,
  text,
  texts,
} from '../wire/members.ts'
import { readSignedBytes } from './signed-bytes.ts'

/** A body, and how strictly to parse it. */
export interface Body {
  readonly json: unknown
  readonly strict: boolean
}

/** The parameters of an import. */
export interface ImportKeyRequest {
  readonly jwk: JsonWebKey
  readonly parameters: ImportKeyParameters
}

/** The parameters of wrap and unwrap. */
export interface KeyOperationRequest {
  readonly alg: string
  readonly value: Uint8Array
}

/** Read-only attributes are ignored: clients send them back. */
const ignored: Reader<unknown> = (value) => value

const reference = object({ id: text })

const externalKey: Reader<ExternalKeyReference> = (value, name, strict) => ({
  id: required(reference(value, name, strict).id, 'id'),
})

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
  key_size: ignored,
  external_key: externalKey,
  attestation: ignored,
})

const release_policy = object({ contentType: text, data: neededBytes, immutable: flag })

const commonMembers = { key_ops: texts, attributes, tags: anyObject, release_policy }

const createKey = object({
  ...commonMembers,
  kty: text,
  key_size: number,
  public_exponent: number,
  crv: text,
  alg: text,
})
const importKey = object({
  key: anyObject,
  Hsm: flag,
  hsm: flag,
  attributes,
  tags: anyObject,
  release_policy,
})
const updateKey = object(commonMembers)
const restoreKey = object({ value: neededBytes })
const keyOperation = object({
  alg: text,
  value: neededBytes,
  iv: bytes,
  tag: bytes,
  aad: bytes,
})
const mlDsaMembers = { context: bytes, external_mu: bytes }
const sign = object({
  alg: text,
  value: neededBytes,
  iv: bytes,
  tag: bytes,
  aad: bytes,
  ...mlDsaMembers,
})
const verify = object({ alg: text, digest: neededBytes, value: neededBytes, ...mlDsaMembers })
const releaseKey = object({ target: text, nonce: text, enc: text })
const secureWrapKey = object({ alg: text })
const secureUnwrapKey = object({
  alg: text,
  value: anyBase64,
  target: text,
  applicationTrustedIssuer: text,
})
const randomBytes = object({ count: number })
const trigger = object({ timeAfterCreate: text, timeBeforeExpiry: text })
const action = object({ type: text })
const rotationPolicy = object({
  id: ignored,
  lifetimeActions: list(object({ trigger, action })),
  attributes: object({ expiryTime: text, created: ignored, updated: ignored }),
})

const BODY = 'body'

/** Returns the external key that the body of POST /keys/{name}/create refers to, if it does. */
export function parseExternalKey({ json, strict }: Body): CreateExternalKeyParameters | undefined {
  const { attributes: given, key_ops, tags, release_policy: policy } = createKey(json, BODY, strict)
  if (given?.external_key === undefined) return undefined
  if (policy !== undefined) throw badRequest('An external key cannot have a release policy.')
  const { external_key, ...attributes } = given
  return {
    externalKey: external_key,
    keyOps: key_ops as CreateExternalKeyParameters['keyOps'],
    attributes,
    tags: tags as CreateExternalKeyParameters['tags'],
  }
}

/** Parses the body of POST /keys/{name}/create. */
export function parseCreateKey({ json, strict }: Body): CreateKeyParameters {
  const parsed = createKey(json, BODY, strict)
  return {
    // The engine refuses an absent type, with the service's text.
    kty: (parsed.kty ?? '') as KeyType,
    keySize: parsed.key_size,
    publicExponent: parsed.public_exponent,
    crv: parsed.crv as CreateKeyParameters['crv'],
    alg: parsed.alg as CreateKeyParameters['alg'],
    ...newKeyParameters(parsed),
  }
}

/** Parses the body of PUT /keys/{name}. */
export function parseImportKey({ json, strict }: Body): ImportKeyRequest {
  const parsed = importKey(json, BODY, strict)
  const jwk = required(parsed.key, 'key') as unknown as JsonWebKey
  const isHsm = parsed.Hsm ?? parsed.hsm ?? false
  return {
    jwk: isHsm ? { ...jwk, kty: hsmType(jwk.kty) } : jwk,
    parameters: newKeyParameters(parsed),
  }
}

/** Returns the -HSM form of a type that has one. */
function hsmType(kty: unknown): string {
  const type = typeof kty === 'string' ? kty : ''
  return /^(RSA|EC|oct|AKP)$/i.test(type) ? `${type}-HSM` : type
}

/** Parses the body of PATCH /keys/{name}/{version}. */
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

/** Parses the body of POST /keys/restore. */
export function parseRestoreKey({ json, strict }: Body): Uint8Array {
  return required(restoreKey(json, BODY, strict).value, 'value')
}

/** Parses the body of POST /keys/{name}/{version}/encrypt. */
export function parseEncrypt({ json, strict }: Body): EncryptParameters {
  const { alg = '', value, iv, aad } = keyOperation(json, BODY, strict)
  return { alg, value: required(value, 'value'), iv, aad }
}

/** Parses the body of POST /keys/{name}/{version}/decrypt. */
export function parseDecrypt({ json, strict }: Body): DecryptParameters {
  const { alg = '', value, iv, tag, aad } = keyOperation(json, BODY, strict)
  return { alg, value: required(value, 'value'), iv, tag, aad }
}

/** Parses the body of POST /keys/{name}/{version}/wrapkey and unwrapkey; `iv`, `tag` and `aad` are ignored. */
export function parseKeyOperation({ json, strict }: Body): KeyOperationRequest {
  const { alg = '', value } = keyOperation(json, BODY, strict)
  return { alg, value: required(value, 'value') }
}

/** Parses the body of POST /keys/{name}/{version}/sign; `iv`, `tag` and `aad` are ignored. */
export function parseSign({ json, strict }: Body): SignParameters {
  const { alg = '', value, ...others } = sign(json, BODY, strict)
  const { bytes: signed, ...input } = readSignedBytes('value', value, others)
  return { alg, value: required(signed, 'value'), ...input }
}

/** Parses the body of POST /keys/{name}/{version}/verify. */
export function parseVerify({ json, strict }: Body): VerifyParameters {
  const { alg = '', digest, value, ...others } = verify(json, BODY, strict)
  const { bytes: signed, ...input } = readSignedBytes('digest', digest, others)
  return { alg, digest: required(signed, 'digest'), value: required(value, 'value'), ...input }
}

/** Parses the body of POST /keys/{name}/{version}/release. */
export function parseReleaseKey({ json, strict }: Body): ReleaseKeyParameters {
  const { target, nonce, enc } = releaseKey(json, BODY, strict)
  return { target: required(target, 'target'), nonce, enc }
}

/** Parses the body of POST /keys/{name}/{version}/securewrapkey. */
export function parseSecureWrapKey({ json, strict }: Body): SecureWrapKeyParameters {
  return { alg: secureWrapKey(json, BODY, strict).alg ?? '' }
}

/** Parses the body of POST /keys/{name}/{version}/secureunwrapkey. */
export function parseSecureUnwrapKey({ json, strict }: Body): SecureUnwrapKeyParameters {
  const { alg = '', value, target, applicationTrustedIssuer } = secureUnwrapKey(json, BODY, strict)
  return {
    alg,
    value: required(value, 'value'),
    target: required(target || undefined, 'target'),
    applicationTrustedIssuer,
  }
}

/** Parses the body of POST /rng. */
export function parseRandomBytes({ json, strict }: Body): number {
  return required(randomBytes(json, BODY, strict).count, 'count')
}

/** Parses the body of PUT /keys/{name}/rotationpolicy. */
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
