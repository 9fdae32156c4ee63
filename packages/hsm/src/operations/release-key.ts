/** Release key: POST /keys/{name}/{version}/release. */

import {
  findRsaAesKeyWrapAlgorithm,
  type KnownLiteral,
  type RsaAesKeyWrapAlgorithm,
} from '@pocket-hsm/crypto'
import { readReference, recordAlgorithm } from '../engine/audit-context.ts'
import type { Engine, Hsm } from '../engine/hsm.ts'
import { runOperation } from '../engine/run-operation.ts'
import { readRecord, runStep } from '../engine/run-step.ts'
import { badParameter, printable } from '../hsm-error.ts'
import type { KeyReference } from '../keys/key-reference.ts'
import type { StepContext } from '../keys/key-step.ts'
import {
  checkOptions,
  OPTION_CHECKS,
  optionTable,
  requireOption,
} from '../options/check-options.ts'
import { verifyTarget } from '../release/attestation-token.ts'
import { findReleasable, findReleasableTo } from '../release/releasable-version.ts'
import type { ReleaseIdentity } from '../release/release-identity.ts'
import { type Release, releasePayload } from '../release/released-key.ts'
import { signStatement } from '../release/signed-statement.ts'
import type { HsmKeyRecord } from '../state/hsm-state.ts'

/** The parameters of `releaseKey`. */
export interface ReleaseKeyParameters<Enc extends string = string> {
  /** The attestation token of the target: a JWT with its claims and the public key to wrap for. */
  readonly target: string
  /** Makes the request unique; repeated in the result. If the token has a nonce, it must be this one. */
  readonly nonce?: string | undefined
  /** `CKM_RSA_AES_KEY_WRAP` (SHA-1, the default), `RSA_AES_KEY_WRAP_256` (SHA-256) or `RSA_AES_KEY_WRAP_384`. */
  readonly enc?: KnownLiteral<RsaAesKeyWrapAlgorithm['alg'], Enc> | undefined
  /** The api-version in `request` of the result. Defaults to `2025-07-01`. */
  readonly apiVersion?: string | undefined
}

/** A released key. */
export interface ReleaseKeyResult {
  /** A JWS in compact form, signed by the HSM; its payload holds the key, wrapped for the target. */
  readonly value: string
}

/**
 * Releases an exportable key to a target that its release policy trusts.
 *
 * Also before the key's `nbf` and after its `exp`, and whatever its `key_ops`. Which authorities may vouch for
 * targets is an option of {@link createHsm}, `attestationKeys`; without it no token is accepted.
 *
 * The JWS is RS256; the first of the three certificates in `x5c` verifies it. In its payload
 * `response.key.key.key_hsm` is base64url of JSON, whose `ciphertext` is the key under the target's public one:
 * RSA-OAEP and AES key wrap with padding over PKCS#8 (RSA, EC) or over the bytes of the key (oct). See
 * {@link createEnclaveKey} for opening it.
 *
 * @param key - `name` (the current version), `name/version` or the key identifier.
 * @throws {@link HsmError} 404 `KeyNotFound` - no such key or version, or a deleted key.
 * @throws {@link HsmError} 403 `Forbidden` (`KeyDisabled`) - a disabled key.
 * @throws {@link HsmError} 403 `Forbidden` - a key that is not exportable.
 * @throws {@link HsmError} 400 `BadParameter` - an unknown `enc`, or a target that is no attestation token: not a
 *   JWT, without `iss`, or without an RSA key for encryption of 2048 to 4096 bits in `x-ms-runtime`.
 * @throws {@link HsmError} 403 `Forbidden` (`AccessDenied`) - a token of an authority that is not trusted, with a
 *   signature that does not verify, outside its own time or with another nonce (the error's `cause` says which),
 *   or one whose claims do not meet the policy.
 * @see Key Vault REST API, Release Key; Azure Key Vault secure key release policy grammar
 *
 * @example
 * ```ts
 * import { createAttestationAuthority, createEnclaveKey, createHsm, createKey, releaseKey } from 'pocket-hsm'
 *
 * const authority = createAttestationAuthority()
 * const hsm = createHsm({ attestationKeys: authority.attestationKeys })
 * const policy = {
 *   version: '1.0.0',
 *   anyOf: [{ authority: authority.issuer, allOf: [{ claim: 'x-ms-compliance-status', equals: 'azure-compliant-cvm' }] }],
 * }
 * const data = new TextEncoder().encode(JSON.stringify(policy))
 * createKey(hsm, 'model', { kty: 'oct-HSM', attributes: { exportable: true }, releasePolicy: { data } })
 *
 * const enclave = createEnclaveKey()
 * const claims = { 'x-ms-compliance-status': 'azure-compliant-cvm' }
 * const target = authority.mintToken({ enclaveKey: enclave.publicJwk, claims })
 * enclave.openRelease(releaseKey(hsm, 'model', { target }).value).kty // 'oct'
 * ```
 */
export function releaseKey<Enc extends string>(
  hsm: Hsm,
  key: string,
  parameters: ReleaseKeyParameters<Enc>,
): ReleaseKeyResult
export function releaseKey(
  hsm: Hsm,
  key: string,
  parameters: ReleaseKeyParameters,
): ReleaseKeyResult {
  return runOperation(hsm, 'releaseKey', (call) => {
    const reference = readReference(call, key)
    checkOptions('releaseKey', parameters, OPTIONS)
    const { record, context } = readRecord(call, reference.name)
    findReleasable(record, reference, context)
    const { engine } = call
    const { token, ...asked } = parseReleaseKey(engine, reference, parameters)
    recordAlgorithm(call, asked.algorithm.alg)
    const target = verifyTarget(token, asked.request.nonce, engine, context)
    findReleasableTo(target, record, reference, context)
    // Generated at the first release, which takes as long as an RSA key: so after everything that may fail.
    const input = { reference, ...asked, target, identity: engine.identity() }
    return runStep(call, reference.name, releaseKeyStep, input)
  })
}

interface ReleaseKeyInput extends Release {
  readonly reference: KeyReference
  readonly identity: ReleaseIdentity
}

function releaseKeyStep(
  before: HsmKeyRecord | undefined,
  { reference, identity, ...release }: ReleaseKeyInput,
  context: StepContext,
): { readonly record: HsmKeyRecord; readonly result: ReleaseKeyResult } {
  const releasable = findReleasableTo(release.target, before, reference, context)
  const payload = releasePayload(releasable, release, context)
  const value = signStatement(payload, context.profile.family, identity, context.random)
  return { record: releasable.record, result: { value } }
}

const API_VERSION = '2025-07-01'

function parseReleaseKey(
  { baseUrl }: Engine,
  { name, version }: KeyReference,
  parameters: ReleaseKeyParameters,
): Pick<Release, 'request' | 'algorithm'> & { readonly token: unknown } {
  const algorithm = parseAlgorithm(parameters.enc ?? 'CKM_RSA_AES_KEY_WRAP')
  const nonce = parameters.nonce ?? undefined
  const request = {
    'api-version': parameters.apiVersion ?? API_VERSION,
    enc: algorithm.alg,
    kid: `${baseUrl}/keys/${version === undefined ? name : `${name}/${version}`}`,
    ...(nonce !== undefined && { nonce }),
  }
  return { token: requireOption('releaseKey', 'target', parameters.target), request, algorithm }
}

function parseAlgorithm(enc: string): RsaAesKeyWrapAlgorithm {
  const algorithm = findRsaAesKeyWrapAlgorithm(enc)
  if (algorithm !== undefined) return algorithm
  throw badParameter(`Invalid enc value: ${printable(enc)}`)
}

const { string } = OPTION_CHECKS
const OPTIONS = optionTable<ReleaseKeyParameters>({
  target: string,
  nonce: string,
  enc: string,
  apiVersion: string,
})
