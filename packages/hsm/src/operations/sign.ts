/** Sign: POST /keys/{name}/{version}/sign. */

import { type AlgorithmNameFor, type KnownLiteral, sign as signDigest } from '@pocket-hsm/crypto'
import type { Hsm } from '../engine/hsm.ts'
import { runOperation } from '../engine/run-operation.ts'
import { type MlDsaInput, readSignedBytes } from '../engine/signed-bytes.ts'
import { useKey } from '../engine/use-key.ts'
import {
  checkOptions,
  OPTION_CHECKS,
  optionTable,
  requireOption,
} from '../options/check-options.ts'
import type { KeyOperationResult } from './decrypt.ts'

/** What to sign, and how. */
export interface SignParameters<Alg extends string = string> extends MlDsaInput {
  /**
   * `RS256` to `RS512`, `PS256` to `PS512`, `RSNULL`; `ES256`, `ES384`, `ES512`, `ES256K`; `HS256` to `HS512`;
   * `ML-DSA-44`, `ML-DSA-65`, `ML-DSA-87`, as the key.
   */
  readonly alg: KnownLiteral<AlgorithmNameFor<'sign'>, Alg>
  /** The digest, as long as the hash of `alg`: 32, 48 or 64 bytes. For HMAC and ML-DSA, the message itself. */
  readonly value: Uint8Array
}

/**
 * Signs a digest with a key.
 *
 * The HSM never sees the message, except for `HS256` to `HS512`, where `value` is what is authenticated, and for
 * `ML-DSA-*`, where `value` is the message unless you give µ.
 * `RS*` and HMAC always give the same bytes; `PS*`, `ES*` and `ML-DSA-*` never do.
 *
 * @param key - `name` (the current version), `name/version` or the key identifier.
 * @returns The signature in `value`: as long as the modulus for RSA; r‖s of 64, 96, 132 or 64 bytes for
 *   `ES256`, `ES384`, `ES512`, `ES256K`, never DER; as long as the hash for HMAC; 2,420, 3,309 or 4,627 bytes
 *   for `ML-DSA-44`, `ML-DSA-65`, `ML-DSA-87`.
 * @throws {@link HsmError} 404 `KeyNotFound` - no such key or version, or a deleted key.
 * @throws {@link HsmError} 403 `Forbidden` (`KeyDisabled`, `KeyNotYetValid`, `KeyExpired`,
 *   `KeyOperationForbidden`) - the key may not sign now.
 * @throws {@link HsmError} 400 `BadParameter` - an algorithm that the key cannot do, or a digest that is not
 *   as long as the algorithm's hash; a context of more than 255 bytes, a µ of another length than 64, or both of them.
 * @see Key Vault REST API, Sign; RFC 7518 section 3; FIPS 204
 *
 * @example
 * ```ts
 * import { createHash } from 'node:crypto'
 * import { createHsm, createKey, sign, verify } from 'pocket-hsm'
 *
 * const hsm = createHsm()
 * createKey(hsm, 'orders', { kty: 'EC-HSM' })
 * const digest = createHash('sha256').update('one coffee').digest()
 * const { value } = sign(hsm, 'orders', { alg: 'ES256', value: digest })
 * value.length // 64
 * verify(hsm, 'orders', { alg: 'ES256', digest, value }) // true
 * ```
 */
export function sign<Alg extends string>(
  hsm: Hsm,
  key: string,
  parameters: SignParameters<Alg>,
): KeyOperationResult
export function sign(hsm: Hsm, key: string, parameters: SignParameters): KeyOperationResult {
  return runOperation(hsm, 'sign', (call) => {
    checkOptions('sign', parameters, OPTIONS)
    const { kid, alg, material, algorithm, random } = useKey(call, key, parameters.alg)
    const given = requireOption('sign', 'value', parameters.value)
    const signed = readSignedBytes('value', given, parameters, algorithm)
    const value = signDigest(material, algorithm, signed.bytes, random, signed.parameters)
    return { kid, alg, value }
  })
}

const { boolean, bytes, string } = OPTION_CHECKS
const OPTIONS = optionTable<SignParameters>({
  alg: string,
  value: bytes,
  context: bytes,
  externalMu: boolean,
})
