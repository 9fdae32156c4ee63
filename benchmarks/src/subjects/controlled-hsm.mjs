// An HSM whose access control has work to do: as many role assignments as a scope may have.

import {
  createHsm,
  createRoleAssignment,
  deleteRoleAssignment,
  importKey,
  listRoleAssignments,
  viewHsm,
} from 'pocket-hsm'

const MOST = 50
const CRYPTO_USER = '21dbd100-6940-42c2-9190-5d6cb909625b'
const guid = (number) => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`
const NEXT = guid(9999)

/**
 * Makes an HSM with one key, `key`, and 50 role assignments at `/`.
 *
 * @param {object} jwk
 * @returns {{ host: import('pocket-hsm').Hsm, caller: import('pocket-hsm').Hsm }} The handle that is not checked, and that of
 * the last caller with a role.
 */
export function controlledHsm(jwk) {
  const host = createHsm({ accessControl: { administrators: [guid(0)] } })
  importKey(host, 'key', jwk, { keyOps: ['sign'] })
  const roleDefinitionId = CRYPTO_USER
  for (let number = 1; number < MOST; number++) {
    createRoleAssignment(host, { principalId: guid(number), roleDefinitionId })
  }
  const { length } = listRoleAssignments(host)
  if (length !== MOST) throw new Error(`There are ${length} assignments.`)
  return { host, caller: viewHsm(host, { principals: [guid(MOST - 1)] }) }
}

/** Assigns a role at the key and takes it away: nothing that was decided before is known any more. */
export function changeRoles(host) {
  const assignment = { principalId: NEXT, roleDefinitionId: CRYPTO_USER, scope: '/keys/key' }
  createRoleAssignment(host, { ...assignment, name: NEXT })
  deleteRoleAssignment(host, NEXT, '/keys/key')
}
