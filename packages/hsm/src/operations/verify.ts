/** Verify: POST /keys/{name}/{version}/verify. */

import {
  type AlgorithmNameFor,
  type KnownLiteral,
  verify as verifySignature,
} from '@pocket-hsm/crypto'
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

/** What to verify, and how. */
export interface VerifyParameters<Alg extends string = string> extends MlDsaInput {
  /** Ignored: so that a result that has one can be given as it is. */
  readonly kid?: string | undefined
  /** The algorithm that signed. */
  readonly alg: KnownLiteral<AlgorithmNameFor<'verify'>, Alg>
  /** The digest that was signed, as long as the hash of `alg`. For HMAC and ML-DSA, the message itself. */
  readonly digest: Uint8Array
  /** The signature. */
  readonly value: Uint8Array
}

/**
 * Verifies a signature with a key, also with one that has expired or is not yet valid.
 *
 * @param key - `name` (the current version), `name/version` or the key identifier.
 * @returns `false` for a signature that is wrong in any way, its length included; throws only where the
 *   question is wrong.
 * @throws {@link HsmError} 404 `KeyNotFound` - no such key or version, or a deleted key.
 * @throws {@link HsmError} 403 `Forbidden` (`KeyDisabled`, `KeyOperationForbidden`) - the key may not verify.
 * @throws {@link HsmError} 400 `BadParameter` - an algorithm that the key cannot do, or a digest that is not
 *   as long as the algorithm's hash.
 * @see Key Vault REST API, Verify; RFC 7518 section 3
 *
 * @example
 * ```ts
 * import { createHsm, createKey, verify } from 'pocket-hsm'
 *
 * const hsm = createHsm()
 * createKey(hsm, 'orders', { kty: 'EC-HSM' })
 * const digest = new Uint8Array(32)
 * verify(hsm, 'orders', { alg: 'ES256', digest, value: new Uint8Array(64) }) // false
 * ```
 */
export function verify<Alg extends string>(
  hsm: Hsm,
  key: string,
  parameters: VerifyParameters<Alg>,
): boolean
export function verify(hsm: Hsm, key: string, parameters: VerifyParameters): boolean {
  return runOperation(hsm, 'verify', (call) => {
    checkOptions('verify', parameters, OPTIONS)
    const { material, algorithm } = useKey(call, key, parameters.alg)
    const given = requireOption('verify', 'digest', parameters.digest)
    const signature = requireOption('verify', 'value', parameters.value)
    const signed = readSignedBytes('digest', given, parameters, algorithm)
    return verifySignature(material, algorithm, signed.bytes, signature, signed.parameters)
  })
}

const { boolean, bytes, string } = OPTION_CHECKS
const OPTIONS = optionTable<VerifyParameters>({
  kid: string,
  alg: string,
  digest: bytes,
  value: bytes,
  context: bytes,
  externalMu: boolean,
})
