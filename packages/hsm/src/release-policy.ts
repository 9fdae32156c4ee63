/** Whether a key may be released at all. */

import { badParameter, type HsmError } from './hsm-error.ts'
import type { Profile, ServiceFamily } from './profiles.ts'

/** An exportable key needs a release policy, and a policy an exportable key (AKV.SKR.1004). */
const POLICY_MISSING: Readonly<Record<ServiceFamily, string>> = {
  'managed-hsm': 'Exportable keys must have release policy',
  vault: 'AKV.SKR.1004: Exportable keys must have release policy.',
}

/** Refuses what only makes sense together with secure key release. */
export function checkExportable(
  { family }: Profile,
  exportable: boolean | undefined,
  parameters: object,
): void {
  const policy = (parameters as { readonly releasePolicy?: unknown }).releasePolicy
  const hasPolicy = policy !== undefined && policy !== null
  if (exportable && !hasPolicy) throw badParameter(POLICY_MISSING[family])
  if (hasPolicy) throw releasePolicyRefusal(exportable)
}

function releasePolicyRefusal(exportable: boolean | undefined): HsmError {
  return exportable
    ? badParameter('Secure key release is not offered: make the key without a release policy.')
    : badParameter('AKV.SKR.1005: Non-exportable keys must not have release policy.')
}
