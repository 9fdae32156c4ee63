/** Status of the upload of a security domain: GET /securitydomain/upload/pending. */

import type { Hsm } from '../engine/hsm.ts'
import { runOperation } from '../engine/run-operation.ts'
import { ACTIVATION } from '../state/activation.ts'
import { readMember } from '../state/administration.ts'
import { requireManagedHsm, type SecurityDomainStatus, statusOf } from './domain-status.ts'

/**
 * Returns how far the upload of a security domain is.
 *
 * It is complete at once, or after the `settlingSeconds` of the HSM.
 *
 * @returns `Failed` where nothing was uploaded.
 * @throws {@link HsmError} 400 `BadParameter` - a vault, which has no security domain.
 * @see Managed HSM REST API, Security Domain Upload Pending
 *
 * @example
 * ```ts
 * import { createHsm, getSecurityDomainUpload } from 'pocket-hsm'
 *
 * getSecurityDomainUpload(createHsm()).status // 'Failed'
 * ```
 */
export function getSecurityDomainUpload(hsm: Hsm): SecurityDomainStatus {
  return runOperation(hsm, 'getSecurityDomainUpload', (call) => {
    requireManagedHsm(call.engine)
    const { uploadedAt } = readMember(call.engine.state, ACTIVATION)
    return statusOf(call, uploadedAt, {
      none: { status: 'Failed', statusDetails: 'No Security Domain has been uploaded.' },
      inProgress: 'The Security Domain is being restored.',
    })
  })
}
