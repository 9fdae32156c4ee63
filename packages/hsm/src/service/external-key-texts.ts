/** The texts of external keys and of the connection to their manager: all inferred, as docs/parity.md says. */

import { badRequest, conflict, type RefusalRow } from './refusal-row.ts'

/** The rules by name. */
export type ExternalKeyRule =
  | 'externalKeyUnsupported'
  | 'externalKeyFixed'
  | 'externalKeyInUse'
  | 'keyIsExternal'
  | 'keyIsNotExternal'
  | 'ekmConnectionMissing'
  | 'ekmConnectionNotFound'
  | 'ekmConnectionExists'
  | 'privateEndpointNotFound'
  | 'privateEndpointExists'
  | 'privateEndpointInUse'
  | 'privateEndpointLimitReached'
  | 'privateEndpointOperationNotFound'

const notFound = (code: string, message: string): RefusalRow => ({ status: 404, code, message })

/** The texts. */
export const EXTERNAL_KEY_REFUSALS: Readonly<Record<ExternalKeyRule, RefusalRow>> = {
  externalKeyUnsupported: badRequest('Operation {operation} is not supported for external keys.'),
  externalKeyFixed: badRequest(
    'The external key of a key version cannot be changed. Create a new version.',
  ),
  externalKeyInUse: conflict('The external key {reference} belongs to another key version.'),
  keyIsExternal: badRequest(
    'Key {name} is an external key: its new versions must be external too.',
  ),
  keyIsNotExternal: badRequest(
    'Key {name} is not an external key: no version of it can be external.',
  ),
  ekmConnectionMissing: badRequest('The Managed HSM has no EKM connection.'),
  ekmConnectionNotFound: notFound('EkmConnectionNotFound', 'The EKM connection was not found.'),
  ekmConnectionExists: conflict('The EKM connection already exists.', 'EkmConnectionExists'),
  privateEndpointNotFound: notFound(
    'EkmPrivateEndpointNotFound',
    'EKM private endpoint not found: {reference}',
  ),
  privateEndpointExists: conflict(
    'The EKM private endpoint {reference} already exists.',
    'EkmPrivateEndpointExists',
  ),
  privateEndpointInUse: conflict(
    'The EKM private endpoint {reference} is used by the EKM connection.',
    'EkmPrivateEndpointInUse',
  ),
  privateEndpointLimitReached: conflict('A Managed HSM has at most {limit} EKM private endpoints.'),
  privateEndpointOperationNotFound: notFound(
    'EkmPrivateEndpointOperationNotFound',
    'EKM private endpoint operation not found: {reference}',
  ),
}
