// Calls that the HSM must refuse.

import { equal } from 'node:assert/strict'
import { HsmError } from 'pocket-hsm'

/** The error that a call is refused with. A call that is not refused is a failure. */
export function refused(call) {
  try {
    call()
  } catch (error) {
    if (error instanceof HsmError) return error
    throw error
  }
  throw new Error('The HSM should have refused, and did not.')
}

/** How a refusal is shown, and checked: status, code and the finer code where there is one. */
export const reason = ({ status, code, innerCode }) =>
  [status, code, innerCode].filter(Boolean).join(' ')

/** A check that the refusal is this one. */
export const isReason = (expected) => (error) => equal(reason(error), expected)
