/** HSMs with access control, and callers of them. */

import {
  createHsm,
  createRoleAssignment,
  type Hsm,
  HsmError,
  type HsmOptions,
  viewHsm,
} from '../../src/index.ts'

export const ADMIN = '64ec0ae0-93a8-4e1b-a4dc-2bb4e07b4d2a'
export const ALICE = '2d9a5a39-0f3c-4d3f-8a44-5b0f4f6a7c11'
export const BOB = '7b1c0a52-5d0e-4f0b-9c37-3c2d1e0f9a88'

/** The GUIDs of the built-in roles, by the last words of their names. */
export const ROLE = {
  administrator: 'a290e904-7015-4bba-90c8-60543313cdb4',
  cryptoOfficer: '515eb02d-2335-4d2d-92f2-b1cbdf9c3778',
  cryptoUser: '21dbd100-6940-42c2-9190-5d6cb909625b',
  policyAdministrator: '4bd23610-cdcf-4971-bdee-bdc562cc28e4',
  auditor: '2c18b078-7c48-4d3a-af88-5a3a1b3f82b3',
  encryptionUser: '33413926-3206-4cdd-b39a-83574fe37a17',
} as const

export const DEFINITION_ID = 'Microsoft.KeyVault/providers/Microsoft.Authorization/roleDefinitions/'

/** A GUID for each number. */
export const guid = (number: number): string =>
  `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`

/** An HSM with access control, whose handle is the host's. */
export function guardedHsm(options: HsmOptions = {}): Hsm {
  return createHsm({ seed: 'roles', accessControl: { administrators: [ADMIN] }, ...options })
}

/** The HSM as a caller has it. */
export const as = (hsm: Hsm, ...principals: readonly string[]): Hsm => viewHsm(hsm, { principals })

/** Gives a role to a principal, as the host. */
export function grant(hsm: Hsm, principalId: string, roleDefinitionId: string, scope = '/'): void {
  createRoleAssignment(hsm, { principalId, roleDefinitionId, scope })
}

/** The error of a call that must be refused. */
export function refusal(call: () => unknown): HsmError {
  try {
    call()
  } catch (error) {
    if (error instanceof HsmError) return error
    throw error
  }
  throw new Error('The call was not refused.')
}
