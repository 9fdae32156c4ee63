/** Holds each response back until what it may show is on disk. */

import { errorResponse, type Respond } from '../network/respond.ts'
import type { Journal } from './journal.ts'

/**
 * Sends a response only after everything that it may show is on disk.
 *
 * Reads are held back too: they may show what another request has changed and nobody has written yet. If no write is
 * pending, nothing waits. After a write has failed, every request gets a 500.
 */
export function withJournal(
  respond: Respond,
  journal: Journal,
  warn: (text: string) => void,
): Respond {
  let hasWarned = false
  return async (request, peer) => {
    const response = await respond(request, peer)
    try {
      await journal.flush()
      return response
    } catch (error) {
      if (!hasWarned) warn((error as Error).message)
      hasWarned = true
      return errorResponse(500, 'InternalServerError', 'The state of the HSM cannot be written.')
    }
  }
}
