/** The texts of the administration of a Managed HSM. docs/parity.md says which of them are recorded and which are inferred. */

import { badRequest, conflict, forbidden, type RefusalRow } from './refusal-row.ts'

/** The rules by name. */
export type AdministrationRule =
  | 'notAuthorized'
  | 'roleDefinitionNotFound'
  | 'roleAssignmentNotFound'
  | 'roleNameNotGuid'
  | 'roleIsBuiltIn'
  | 'roleAssignmentExists'
  | 'notActivated'
  | 'alreadyActivated'

/** The texts. */
export const ADMINISTRATION_REFUSALS: Readonly<Record<AdministrationRule, RefusalRow>> = {
  notAuthorized: {
    status: 403,
    code: 'AccessDenied',
    message: 'Not authorized to access {action} on {scope}',
  },
  roleDefinitionNotFound: {
    status: 404,
    code: 'RoleDefinitionNotFound',
    message: 'Requested role definition not found',
  },
  roleAssignmentNotFound: {
    status: 404,
    code: 'RoleAssignmentNotFound',
    message: 'Requested role assignment not found',
  },
  roleNameNotGuid: badRequest('Role {what} name must be a GUID'),
  roleIsBuiltIn: badRequest(
    'Cannot re-use the name/GUID matching that of a built-in role. Please use a unique role ID.',
  ),
  roleAssignmentExists: {
    status: 409,
    code: 'RoleAssignmentExists',
    message: 'The role assignment already exists.',
  },
  notActivated: forbidden(
    'The Managed HSM is not activated. Download the security domain to activate it.',
  ),
  alreadyActivated: conflict(
    'The Managed HSM is already activated. A security domain can only be uploaded to one that is not.',
  ),
}
