/** An HSM that has a domain in use takes no other. */

import { type CallContext, readInstant } from '../engine/audit-context.ts'
import { serviceError } from '../service/error-texts.ts'
import { ACTIVATION, isActivated } from '../state/activation.ts'
import { readMember } from '../state/administration.ts'

/** Throws for an HSM that is activated, or is being activated. */
export function refuseActive(call: CallContext): void {
  const { state, profile } = call.engine
  const activation = readMember(state, ACTIVATION)
  const { downloadedAt, uploadedAt } = activation
  const isBegun = downloadedAt !== undefined || uploadedAt !== undefined
  if (isBegun || isActivated(activation, () => readInstant(call))) {
    throw serviceError('alreadyActivated', profile.family, {})
  }
}
