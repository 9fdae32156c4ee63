/** The audit trail of an HSM. */

import { type AuditFilter, readAudit } from 'pocket-hsm'
import { refuse } from './control-error.ts'
import type { ControlCall, ControlRoute, JsonObject } from './control-route.ts'

/** Returns the trail, oldest entry first; the query filters it. */
export const AUDIT_ROUTES: readonly ControlRoute[] = [
  { method: 'GET', path: '/audit', query: ['key', 'operation', 'caller', 'outcome'], run: read },
]

/** Of a trail in a database, which may have any number. */
const MOST_ENTRIES = 10_000

const OUTCOMES: readonly unknown[] = [undefined, 'success', 'refused']

async function read({ query, served }: ControlCall): Promise<JsonObject> {
  if (!OUTCOMES.includes(query['outcome'])) {
    throw refuse(400, 'outcome must be success or refused.')
  }
  const { store, hsm } = served()
  if (store === undefined) return { ...readAudit(hsm(), query as AuditFilter) }
  return { ...(await store.readAudit({ ...(query as AuditFilter), count: MOST_ENTRIES })) }
}
