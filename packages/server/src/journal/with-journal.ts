/** What is answered is on the disk: the journal around everything that answers. */

import { type Answer, errorResponse } from '../network/respond.ts'
import type { Journal } from './journal.ts'

/**
 * Lets an answer go when everything that it may tell of is on the disk.
 *
 * That goes for reading too: what another request has changed and was not written yet may be in the answer. Where nothing
 * is waiting to be written, nothing is waited for. Once a write has failed every request is answered with 500.
 */
export function withJournal(
  answer: Answer,
  journal: Journal,
  warn: (text: string) => void,
): Answer {
  let isTold = false
  return async (request, peer) => {
    const response = await answer(request, peer)
    try {
      await journal.flush()
      return response
    } catch (error) {
      if (!isTold) warn((error as Error).message)
      isTold = true
      return errorResponse(500, 'InternalServerError', 'The state of the HSM cannot be written.')
    }
  }
}
