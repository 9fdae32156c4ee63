/** What a refusal says, in full, and that it left everything as it was. */

import { expect, it } from 'vitest'
import { type Hsm, HsmError, type HsmOptions, type ProfileName } from '../src/index.ts'
import { snapshot } from './snapshot.ts'
import { PROFILES, type TestClock, testHsm } from './test-hsm.ts'

const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

/** What is checked of a refusal. */
export interface Refusal {
  readonly status: number
  readonly code: string
  readonly innerCode?: string
  /** Without the ending of a Managed HSM. */
  readonly message: string
  /** The Managed HSM's text where it is another one. */
  readonly managedHsm?: string
}

/** A 400 `BadParameter` with this text. */
export const badParameter = (message: string): Refusal => ({
  status: 400,
  code: 'BadParameter',
  message,
})

/** A 404 for an active key, under the name or `name/version` asked for. */
export const keyNotFound = (reference: string): Refusal => ({
  status: 404,
  code: 'KeyNotFound',
  message: `A key with (name/id) ${reference} was not found in this key vault. If you recently deleted this key you may be able to recover it using the correct recovery command. For help resolving this issue, please see https://go.microsoft.com/fwlink/?linkid=2125182`,
  managedHsm: `Key not found: https://pocket.test/keys/${reference}`,
})

/** A 404 for a deleted key. */
export const deletedKeyNotFound = (name: string): Refusal => ({
  status: 404,
  code: 'KeyNotFound',
  message: `Deleted Key not found: ${name}`,
  managedHsm: `Key not found: https://pocket.test/deletedkeys/${name}`,
})

/** A 409 for a name that a deleted key holds. */
export const nameIsDeleted = (name: string): Refusal => ({
  status: 409,
  code: 'Conflict',
  innerCode: 'ObjectIsDeletedButRecoverable',
  message: `Key ${name} is currently in a deleted but recoverable state, and its name cannot be reused; in this state, the key can only be recovered or purged.`,
})

/** A 403 with this inner code and text. */
export const forbidden = (message: string, innerCode?: string): Refusal => ({
  status: 403,
  code: 'Forbidden',
  ...(innerCode !== undefined && { innerCode }),
  message,
})

/** A 400 for a key type that the profile does not have. */
export const keyTypeNotSupported = (kty: string): Refusal => ({
  status: 400,
  code: 'BadParameter',
  innerCode: 'KeyTypeNotSupported',
  message: `Invalid kty value: ${kty}`,
})

/** A 403 for a hardware key in a standard vault. */
export const HARDWARE_KEY: Refusal = forbidden(
  'Hardware key operation not allowed on standard vault',
)

/** A 400 for operations that a type of key does not have. */
export const unsupportedOperations = (
  operations: readonly string[],
  supported: readonly string[],
): Refusal => {
  const quoted = (names: readonly string[]) => names.map((name) => `"${name}"`).join(', ')
  return badParameter(
    `Unsupported key operation(s): ${quoted(operations)}. Supported values are ${quoted(supported)}.`,
  )
}

/** The one text of every failure of OAEP. */
export const OAEP_FAILURE: Refusal = badParameter('Error occurred while decoding OAEP padding.')

/** The one text of every other cryptographic refusal. */
export const INCORRECT: Refusal = badParameter('The parameter is incorrect.')

/** The text of a missing `alg` or `kty`, and of too many or too long tags; the two blanks are the service's. */
export const MISSING: Refusal = badParameter('Property  has invalid value\r\n')

/** The error of a call; anything but a refusal fails the test. */
export function errorOf(call: () => unknown): HsmError {
  try {
    call()
  } catch (error) {
    if (error instanceof HsmError) return error
    throw error
  }
  throw new Error('The call was expected to refuse.')
}

/** What a call refuses with; a Managed HSM's activity reads `GUID` once it is seen to be one. */
export function refusalOf(call: () => unknown): Refusal {
  const { status, code, innerCode, message, activityId } = errorOf(call)
  if (activityId !== undefined) expect(activityId).toMatch(GUID)
  return {
    status,
    code,
    ...(innerCode !== undefined && { innerCode }),
    message: activityId === undefined ? message : message.replace(activityId, 'GUID'),
  }
}

/** The refusal as a profile words it. */
export function worded(refusal: Refusal, profile: ProfileName): Refusal {
  const { managedHsm, ...vault } = refusal
  if (profile !== 'managed-hsm') return vault
  return { ...vault, message: `${managedHsm ?? vault.message} (Activity ID: GUID)` }
}

/** Where a refusal is tried. */
export interface Trial extends Omit<HsmOptions, 'profile' | 'clock'> {
  /** Defaults to all of them. */
  readonly profiles?: readonly ProfileName[]
}

/**
 * One test for each profile: the call refuses so, and changes nothing.
 *
 * @param given - Makes what is there before, and answers the call to refuse.
 */
export function itRefuses(
  title: string,
  given: (hsm: Hsm, clock: TestClock) => () => unknown,
  refusal: Refusal,
  { profiles = PROFILES, ...options }: Trial = {},
): void {
  it.each(profiles)(`refuses ${title} (%s)`, (profile) => {
    const { hsm, clock } = testHsm({ ...options, profile })
    const call = given(hsm, clock)
    const before = snapshot(hsm)
    expect(refusalOf(call)).toEqual(worded(refusal, profile))
    expect(snapshot(hsm)).toEqual(before)
  })
}
