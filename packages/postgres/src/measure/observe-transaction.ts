/** Measures a request on an HSM, from the first statement to the last. */

import { HsmError } from 'pocket-hsm'
import type { DatabaseErrorCode } from '../errors/database-error.ts'
import { type DatabaseObserver, startTimer, type TransactionResult } from './measurements.ts'

/** What is found out after the statements have ended; the others are measured where a statement fails. */
const OF_REQUESTS: ReadonlySet<string> = new Set<DatabaseErrorCode>([
  'Conflict',
  'DamagedRow',
  'HsmDeleted',
  'OutcomeUnknown',
  'TooManyKeys',
])

/** Measures how long work takes, and what becomes of it; it has failed if it rejects. */
export async function observeTransaction<Ended extends { readonly result: TransactionResult }>(
  observe: DatabaseObserver,
  work: () => Promise<Ended>,
): Promise<Ended> {
  const seconds = startTimer()
  let result: TransactionResult = 'failed'
  try {
    const ended = await work()
    result = ended.result
    return ended
  } catch (error) {
    const code = error instanceof HsmError ? error.innerCode : undefined
    if (OF_REQUESTS.has(String(code))) observe({ kind: 'error', code: code as DatabaseErrorCode })
    throw error
  } finally {
    observe({ kind: 'transaction', result, seconds: seconds() })
  }
}
