/** Status of the download of the security domain: GET /securitydomain/download/pending. */

import type { Hsm } from '../engine/hsm.ts'
import { runOperation } from '../engine/run-operation.ts'
import { ACTIVATION } from '../state/activation.ts'
import { readMember } from '../state/administration.ts'
import { DONE, requireManagedHsm, type SecurityDomainStatus, statusOf } from './domain-status.ts'

/**
 * Returns how far the latest download of the security domain is.
 *
 * It is complete at once, or after the `settlingSeconds` of the HSM.
 *
 * @returns `Success` once the HSM is active; `Failed` while it is not activated and nothing was downloaded.
 * @throws {@link HsmError} 400 `BadParameter` - a vault, which has no security domain.
 * @see Managed HSM REST API, Security Domain Download Pending
 *
 * @example
 * ```ts
 * import { createHsm, getSecurityDomainDownload } from 'pocket-hsm'
 *
 * getSecurityDomainDownload(createHsm()).status // 'Success'
 * getSecurityDomainDownload(createHsm({ activated: false })).status // 'Failed'
 * ```
 */
export function getSecurityDomainDownload(hsm: Hsm): SecurityDomainStatus {
  return runOperation(hsm, 'getSecurityDomainDownload', (call) => {
    requireManagedHsm(call.engine)
    const { isActivated, downloadedAt } = readMember(call.engine.state, ACTIVATION)
    return statusOf(call, downloadedAt, {
      none: isActivated ? DONE : NONE,
      inProgress: 'The resource is being activated.',
    })
  })
}

const NONE: SecurityDomainStatus = {
  status: 'Failed',
  statusDetails: 'The Security Domain has not been downloaded.',
}
