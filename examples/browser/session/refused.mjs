// Calls that the HSM must refuse.

import { HsmError } from 'pocket-hsm'

/** How a call is refused: status, code and the finer code where there is one. A call that is not refused fails. */
export function refused(call) {
  try {
    call()
  } catch (error) {
    if (!(error instanceof HsmError)) throw error
    return [error.status, error.code, error.innerCode].filter(Boolean).join(' ')
  }
  throw new Error('The HSM should have refused, and did not.')
}
