/** The errors of the management plane, as Resource Manager words them. */

import { HsmError } from 'pocket-hsm'

/** Makes an error. */
export function managementError(status: number, code: string, message: string): HsmError {
  return new HsmError({ status, code, message })
}

/** The most characters of what a client sent that an error repeats. */
const LONGEST = 128

const shown = (text: string): string => text.slice(0, LONGEST)

/** A 404 for a Managed HSM. */
export const hsmNotFound = (name: string, group: string): HsmError =>
  managementError(
    404,
    'ResourceNotFound',
    `The Resource 'Microsoft.KeyVault/managedHSMs/${shown(name)}' under resource group '${shown(group)}' was not found.`,
  )

/** A 404 for a deleted Managed HSM. */
export const deletedHsmNotFound = (name: string): HsmError =>
  managementError(
    404,
    'ResourceNotFound',
    `The deleted Managed HSM '${shown(name)}' was not found.`,
  )

/** A 404 for a resource group. */
export const groupNotFound = (name: string): HsmError =>
  managementError(
    404,
    'ResourceGroupNotFound',
    `Resource group '${shown(name)}' could not be found.`,
  )

/** A 404 for a subscription. */
export const subscriptionNotFound = (id: string): HsmError =>
  managementError(
    404,
    'SubscriptionNotFound',
    `The subscription '${shown(id)}' could not be found.`,
  )

/** A 400 for a body that is not valid. */
export const badManagementRequest = (message: string): HsmError =>
  managementError(400, 'BadRequest', message)

/** A 409. */
export const managementConflict = (message: string): HsmError =>
  managementError(409, 'Conflict', message)
