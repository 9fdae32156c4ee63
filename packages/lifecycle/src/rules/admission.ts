/**
 * The admission table, circumstance × operation → allowed: whether a version may be used now.
 *
 * @see Azure Key Vault "about keys details", key attributes: date-time controlled operations
 */

import type { KeyOperation, KeyVersion } from '../record/key-record.ts'

/** The uses of a key version. `import` is a use of the KEK under which another key is imported. */
export type UseOperation = Exclude<KeyOperation, 'deriveKey' | 'export'> | 'release'

/** The circumstances that can forbid a use. */
export type Circumstance = 'keyDisabled' | 'keyNotYetValid' | 'keyExpired' | 'operationNotPermitted'

const always = {
  encrypt: true,
  decrypt: true,
  sign: true,
  verify: true,
  wrapKey: true,
  unwrapKey: true,
  secureWrapKey: true,
  secureUnwrapKey: true,
  import: true,
  release: true,
}

const never = {
  encrypt: false,
  decrypt: false,
  sign: false,
  verify: false,
  wrapKey: false,
  unwrapKey: false,
  secureWrapKey: false,
  secureUnwrapKey: false,
  import: false,
  release: false,
}

/** Outside its validity period a key still decrypts, verifies and unwraps what it protected before. */
const processOnly = {
  ...always,
  encrypt: false,
  sign: false,
  wrapKey: false,
  secureWrapKey: false,
  import: false,
}

/**
 * The operations that each circumstance allows.
 *
 * | circumstance | encrypt, sign, wrapKey, secureWrapKey, import | decrypt, verify, unwrapKey, secureUnwrapKey | release |
 * | --- | --- | --- | --- |
 * | keyDisabled | – | – | – |
 * | keyNotYetValid | – | allowed | allowed |
 * | keyExpired | – | allowed | allowed |
 * | operationNotPermitted | – | – | allowed |
 *
 * @example
 * ```ts
 * import { ADMISSION } from '@pocket-hsm/lifecycle'
 *
 * ADMISSION.keyExpired.verify // true
 * ADMISSION.keyDisabled.verify // false
 * ```
 */
export const ADMISSION: Readonly<Record<Circumstance, Readonly<Record<UseOperation, boolean>>>> = {
  keyDisabled: never,
  keyNotYetValid: processOnly,
  keyExpired: processOnly,
  // Release is governed by `exportable` and the release policy; key_ops has no entry for it.
  operationNotPermitted: { ...never, release: true },
}

/** In the order in which they are checked: enabled, validity period, key_ops. */
const CIRCUMSTANCES: readonly (readonly [
  Circumstance,
  (version: KeyVersion<unknown>, operation: UseOperation, now: number) => boolean,
])[] = [
  ['keyDisabled', (version) => !version.attributes.enabled],
  ['keyNotYetValid', ({ attributes: { nbf } }, _, now) => nbf !== undefined && now < nbf],
  ['keyExpired', ({ attributes: { exp } }, _, now) => exp !== undefined && now >= exp],
  ['operationNotPermitted', ({ keyOps }, operation) => !permits(keyOps, operation)],
]

/** The api-versions before 2026-05-01-preview secure-wrap, but have no word for it in key_ops: wrapKey and unwrapKey imply it. */
const IMPLIED_BY: Readonly<Partial<Record<UseOperation, KeyOperation>>> = {
  secureWrapKey: 'wrapKey',
  secureUnwrapKey: 'unwrapKey',
}

function permits(keyOps: readonly KeyOperation[], operation: UseOperation): boolean {
  const implying = IMPLIED_BY[operation]
  return keyOps.some((permitted) => permitted === operation || permitted === implying)
}

/**
 * Decides whether a version may be used for an operation at an instant.
 *
 * @param version - The version to use.
 * @param operation - The use.
 * @param now - The instant, in Unix seconds: `nbf` is inclusive, `exp` exclusive, no leeway.
 * @returns The first circumstance that forbids the use, or `undefined` if it is allowed.
 *
 * @example
 * ```ts
 * import { admit, type KeyVersion } from '@pocket-hsm/lifecycle'
 *
 * const version: KeyVersion<string> = {
 *   version: '0'.repeat(32),
 *   material: 'opaque',
 *   keyOps: ['sign', 'verify'],
 *   attributes: { enabled: true, exp: 200, created: 100, updated: 100, exportable: false },
 * }
 * admit(version, 'sign', 199) // undefined
 * admit(version, 'sign', 200) // 'keyExpired'
 * admit(version, 'verify', 200) // undefined
 * admit(version, 'wrapKey', 150) // 'operationNotPermitted'
 * ```
 */
export function admit(
  version: KeyVersion<unknown>,
  operation: UseOperation,
  now: number,
): Circumstance | undefined {
  const forbidding = CIRCUMSTANCES.find(
    ([circumstance, holds]) =>
      !ADMISSION[circumstance][operation] && holds(version, operation, now),
  )
  return forbidding?.[0]
}
