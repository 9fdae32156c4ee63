/** The audit trail of an HSM. */

import { type AuditFilter, readAudit } from 'pocket-hsm'
import { refuse } from './control-error.ts'
import type { ControlCall, ControlRoute, JsonObject } from './control-route.ts'

/** Returns the trail, oldest entry first; the query filters it. */
export const AUDIT_ROUTES: readonly ControlRoute[] = [
  { method: 'GET', path: '/audit', query: ['key', 'operation', 'caller', 'outcome'], run: read },
]

const OUTCOMES: readonly unknown[] = [undefined, 'success', 'refused']

function read({ query, served }: ControlCall): JsonObject {
  if (!OUTCOMES.includes(query['outcome'])) {
    throw refuse(400, 'outcome must be success or refused.')
  }
  return { ...readAudit(served().hsm(), query as AuditFilter) }
}
