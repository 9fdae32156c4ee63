/** The order of a change and its record: the change is on disk first. */

import type { AuditEntry } from '@pocket-hsm/rest'

/**
 * Records each request once what it has changed is on disk, and so before its response: nobody finds a record of a change
 * that a crash has undone. If the change cannot be written, the record is that of the response which the client gets.
 *
 * @param record - Records a request.
 * @param flush - Resolves once everything that requests have changed is on disk; `undefined` if nothing is kept there.
 */
export function recordOnceStored(
  record: (entry: AuditEntry) => void,
  flush: () => Promise<void> | undefined,
): (entry: AuditEntry) => void {
  return (entry) => {
    const stored = flush()
    if (stored === undefined) return record(entry)
    stored.then(
      () => record(entry),
      () => record({ ...entry, status: 500, code: 'InternalServerError' }),
    )
  }
}
