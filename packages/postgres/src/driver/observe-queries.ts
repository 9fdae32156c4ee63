/** Measures what goes to a database, and what comes back. */

import { failureKind } from '../errors/database-error.ts'
import { type DatabaseObserver, startTimer } from '../measure/measurements.ts'
import type { Queries } from './driver.ts'

/** Measures each statement. */
export function observeQueries({ query }: Queries, observe: DatabaseObserver): Queries {
  return {
    query: (text, values) => observed(() => query(text, values), 'statement', observe),
  }
}

/** Measures one round trip, or how long a connection takes. */
export async function observed<Result>(
  work: () => Promise<Result>,
  kind: 'statement' | 'connection',
  observe: DatabaseObserver,
): Promise<Result> {
  const seconds = startTimer()
  try {
    return await work()
  } catch (error) {
    const code = failureKind(error)
    // None of them is an error: they lead to another attempt, or to the result of an earlier one.
    if (code !== 'Conflict' && code !== 'NearLimit' && code !== 'Repeated') {
      observe({ kind: 'error', code })
    }
    throw error
  } finally {
    observe({ kind, seconds: seconds() })
  }
}
