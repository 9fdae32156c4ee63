/** The status of a download or an upload of the security domain. */

import type { CallContext } from '../engine/audit-context.ts'
import { readInstant } from '../engine/audit-context.ts'
import type { Engine } from '../engine/hsm.ts'
import { badParameter } from '../hsm-error.ts'
import { ACTIVATION, type Activation, isActivated } from '../state/activation.ts'
import { readMember, withMember } from '../state/administration.ts'

/** How far a download or an upload is. */
export interface SecurityDomainStatus {
  /** `Failed` means that there was none: one that is refused throws instead. */
  readonly status: 'Success' | 'InProgress' | 'Failed'
  /** A sentence for people. */
  readonly statusDetails: string
}

/** Throws for a vault, which has no security domain. */
export function requireManagedHsm({ profile }: Engine): void {
  if (profile.family !== 'managed-hsm') throw badParameter('A vault has no security domain.')
}

/** Stores what a download or an upload changes; the HSM is activated when it is complete. */
export function storeActivation(
  call: CallContext,
  kind: 'downloadedAt' | 'uploadedAt',
  changes: Partial<Activation>,
): void {
  const { engine } = call
  const before = readMember(engine.state, ACTIVATION)
  const now = readInstant(call)
  const { settlingSeconds } = engine.container
  const after: Activation = {
    ...before,
    ...changes,
    isActivated: settlingSeconds === 0 || isActivated(before, () => now),
    [kind]: now + 1000 * settlingSeconds,
  }
  engine.state = withMember(engine.state, ACTIVATION, after)
}

/** The status of the latest download or upload. */
export function statusOf(
  call: CallContext,
  completedAt: number | undefined,
  texts: { readonly none: SecurityDomainStatus; readonly inProgress: string },
): SecurityDomainStatus {
  if (completedAt === undefined) return texts.none
  if (readInstant(call) >= completedAt) return DONE
  return { status: 'InProgress', statusDetails: texts.inProgress }
}

/** The status of what is complete. */
export const DONE: SecurityDomainStatus = {
  status: 'Success',
  statusDetails: 'The resource is active.',
}
