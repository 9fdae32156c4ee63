/** Secure unwrap key: POST /keys/{name}/{version}/secureunwrapkey. */

import { type KnownLiteral, rsaOaepEncrypt, unwrapKey as unwrapBytes } from '@pocket-hsm/crypto'
import type { Hsm } from '../engine/hsm.ts'
import { runOperation } from '../engine/run-operation.ts'
import { useKeyBy } from '../engine/use-key.ts'
import { badParameter } from '../hsm-error.ts'
import { isSameAuthority, meetsPolicy } from '../keys/evaluate-policy.ts'
import { parsePolicy } from '../keys/policy-grammar.ts'
import { releasePolicyOf } from '../keys/release-policy.ts'
import {
  findSecureWrapAlgorithm,
  type SecureWrapAlgorithmName,
} from '../keys/secure-wrap-algorithms.ts'
import {
  checkOptions,
  OPTION_CHECKS,
  optionTable,
  requireOption,
} from '../options/check-options.ts'
import { verifyTarget } from '../release/attestation-token.ts'
import { cryptographicFailure } from '../service/error-texts.ts'
import type { KeyOperationResult } from './decrypt.ts'

/** What to unwrap, and for whom. */
export interface SecureUnwrapKeyParameters<Alg extends string = string> {
  /** Ignored: so that a result that has one can be given as it is. */
  readonly kid?: string | undefined
  /** The algorithm that wrapped. */
  readonly alg: KnownLiteral<SecureWrapAlgorithmName, Alg>
  /** The wrapped key: an AES key. */
  readonly value: Uint8Array
  /** The attestation token of the target: a JWT with its claims and the public key to encrypt for. */
  readonly target: string
  /** The authority that must have issued the token. Defaults to any that the key's release policy names. */
  readonly applicationTrustedIssuer?: string | undefined
}

/**
 * Unwraps a key for a target that the wrapping key's release policy trusts, and encrypts it for that target alone.
 *
 * Also with a key that has expired or is not yet valid. Which authorities may vouch for targets is an option of
 * {@link createHsm}, `attestationKeys`. A wrong key, a changed byte and a wrong padding give the same error.
 *
 * The previews of the API describe neither which policy governs nor how the key is returned. Here the policy is the
 * release policy of the key that unwraps, so that this must be exportable; and the result is the key under RSA-OAEP-256
 * with the target's key in `x-ms-runtime`, which {@link createEnclaveKey} opens.
 *
 * @param key - `name` (the current version), `name/version` or the key identifier. Its `key_ops` need `secureUnwrapKey` or
 *   `unwrapKey`.
 * @returns The key in `value`, encrypted for the target: as long as the modulus of its key. `alg` is that of the request.
 * @throws {@link HsmError} 404 `KeyNotFound` - no such key or version, or a deleted key.
 * @throws {@link HsmError} 403 `Forbidden` (`KeyDisabled`, `KeyOperationForbidden`) - the key may not unwrap.
 * @throws {@link HsmError} 403 `Forbidden` - a key that has no release policy.
 * @throws {@link HsmError} 400 `BadParameter` - an algorithm that the key cannot do, a wrapped key that does not unwrap to an
 *   AES key, a target that is no attestation token, or a vault.
 * @throws {@link HsmError} 403 `Forbidden` (`AccessDenied`) - a token that is not accepted (the error's `cause` says why), of
 *   another issuer, or one whose claims do not meet the policy: as for {@link releaseKey}.
 * @see Key Vault REST API 2026-01-01-preview, Secure Unwrap Key
 *
 * @example
 * ```ts
 * import {
 *   createAttestationAuthority,
 *   createEnclaveKey,
 *   createHsm,
 *   createKey,
 *   secureUnwrapKey,
 *   secureWrapKey,
 * } from 'pocket-hsm'
 *
 * const authority = createAttestationAuthority()
 * const hsm = createHsm({ attestationKeys: authority.attestationKeys })
 * const policy = {
 *   version: '1.0.0',
 *   anyOf: [{ authority: authority.issuer, allOf: [{ claim: 'x-ms-compliance-status', equals: 'azure-compliant-cvm' }] }],
 * }
 * const data = new TextEncoder().encode(JSON.stringify(policy))
 * createKey(hsm, 'kek', { kty: 'oct-HSM', attributes: { exportable: true }, releasePolicy: { data } })
 *
 * const { alg, value } = secureWrapKey(hsm, 'kek', { alg: 'A256KW' })
 * const enclave = createEnclaveKey()
 * const claims = { 'x-ms-compliance-status': 'azure-compliant-cvm' }
 * const target = authority.mintToken({ enclaveKey: enclave.publicJwk, claims })
 * enclave.openUnwrappedKey(secureUnwrapKey(hsm, 'kek', { alg, value, target }).value).length // 32
 * ```
 */
export function secureUnwrapKey<Alg extends string>(
  hsm: Hsm,
  key: string,
  parameters: SecureUnwrapKeyParameters<Alg>,
): KeyOperationResult
export function secureUnwrapKey(
  hsm: Hsm,
  key: string,
  parameters: SecureUnwrapKeyParameters,
): KeyOperationResult {
  return runOperation(hsm, 'secureUnwrapKey', (call) => {
    checkOptions('secureUnwrapKey', parameters, OPTIONS)
    const { engine, operation } = call
    if (!engine.profile.secureWrap) throw badParameter('A vault does not unwrap keys for targets.')
    const rows = { find: findSecureWrapAlgorithm, operation: 'unwrapKey' } as const
    const used = useKeyBy(rows, call, key, parameters.alg)
    const { kid, alg, material, algorithm, record, version, context } = used
    const value = requireOption(operation, 'value', parameters.value)
    const policy = releasePolicyOf(record, version, engine.profile)
    if (policy === undefined) throw context.refuse('keyNotExportable', { operation })

    const token = requireOption(operation, 'target', parameters.target)
    const target = verifyTarget(token, undefined, engine, context)
    const issuer = parameters.applicationTrustedIssuer ?? target.issuer
    const isTrusted =
      isSameAuthority(issuer, target.issuer) &&
      meetsPolicy(parsePolicy(policy.data), target.issuer, target.claims)
    if (!isTrusted) throw context.refuse('targetNotReleasable')

    const unwrapped = unwrapBytes(material, algorithm, value)
    if (!AES_KEY_LENGTHS.includes(unwrapped.length)) throw badParameter(cryptographicFailure(alg))
    const { encryptionKey } = target
    return { kid, alg, value: rsaOaepEncrypt(encryptionKey, OAEP, unwrapped, context.random) }
  })
}

/** The lengths that a wrapped key may have: a holder of the wrapping key can wrap others than secureWrapKey makes. */
const AES_KEY_LENGTHS: readonly number[] = [16, 24, 32]

const OAEP = { hash: 'SHA-256' } as const

const { bytes, string } = OPTION_CHECKS
const OPTIONS = optionTable<SecureUnwrapKeyParameters>({
  kid: string,
  alg: string,
  value: bytes,
  target: string,
  applicationTrustedIssuer: string,
})
