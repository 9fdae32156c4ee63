/** The options of access control. */

import { enableAccessControl, type Hsm } from 'pocket-hsm'
import type { ServerSettings } from '../options.ts'
import { serverError } from '../server-error.ts'
import type { ServedHsm } from './hosts.ts'

/** Throws `BadOption` for options of access control that make no sense together. */
export function checkAccessOptions({ rbac, administrators, profile, auth }: ServerSettings): void {
  if (!rbac && administrators.length > 0) {
    throw badOption('administrators can be used only with rbac.')
  }
  if (!rbac) return
  if (administrators.length === 0) {
    throw badOption('rbac needs administrators: the object ids that can assign roles.')
  }
  if (profile !== 'managed-hsm') {
    throw badOption(
      `rbac is for a managed-hsm: a ${profile} has no local role-based access control.`,
    )
  }
  if (auth === 'none') {
    throw badOption(
      'rbac needs tokens, which auth none does not require: it is their callers that have roles.',
    )
  }
}

/** Turns access control on. HSMs of a state in which it is on already keep the roles that they have. */
export async function enableRoles(
  all: readonly ServedHsm[],
  { rbac, administrators }: ServerSettings,
): Promise<void> {
  if (!rbac) return
  const enable = (hsm: Hsm) => enableAccessControl(hsm, { administrators })
  try {
    for (const { hsm, store } of all) await (store ? store.run(enable) : enable(hsm()))
  } catch (error) {
    throw serverError('BadOption', (error as Error).message, error)
  }
}

const badOption = (message: string): Error => serverError('BadOption', message)
