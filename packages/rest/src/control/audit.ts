/** The audit trail of an HSM, and the roles that are enough for what is in it. */

import { type Audit, type AuditFilter, type Hsm, readAudit, suggestRoles } from 'pocket-hsm'
import { refuse, refuseStored } from './error.ts'
import type { ControlCall, ControlRoute, JsonObject } from './route.ts'

const FILTER: readonly string[] = ['key', 'operation', 'caller', 'outcome']

/** Returns the trail, oldest entry first, or the roles with which its calls could have been made; the query filters it. */
export const AUDIT_ROUTES: readonly ControlRoute[] = [
  { method: 'GET', path: '/audit', query: [...FILTER, 'after', 'last'], run: read },
  { method: 'GET', path: '/suggested-roles', query: FILTER, run: suggested },
]

/** Of a trail in a database, which may have any number. */
const MOST_ENTRIES = 10_000

const OUTCOMES: readonly unknown[] = [undefined, 'success', 'refused']

/** `last` leaves the latest of the entries that match; with it, `total` is what `after` of a stream can go on from. */
async function read(call: ControlCall): Promise<JsonObject> {
  const { last } = call.query
  const { store } = call.served()
  if (store !== undefined) {
    return { ...(await store.readAudit({ ...filterOf(call), count: MOST_ENTRIES })) }
  }
  if (last === undefined) return { ...readTrail(call) }
  const { entries, lost } = readTrail(call)
  const total = totalEntries(call.served().hsm())
  return { entries: entries.slice(-countOf('last', last) || entries.length), lost, total }
}

/** How many entries the trail of an HSM ever had. */
export function totalEntries(hsm: Hsm): number {
  const { entries, lost } = readAudit(hsm)
  return lost + entries.length
}

function suggested(call: ControlCall): JsonObject {
  refuseStored(call.served(), 'Suggested roles are')
  const { entries } = readTrail(call)
  return { calls: entries.length, suggestions: suggestRoles({ entries }) }
}

function readTrail(call: ControlCall): Audit {
  return readAudit(call.served().hsm(), { ...filterOf(call), ...cursorOf(call.query['after']) })
}

function filterOf({ query }: ControlCall): Omit<AuditFilter, 'after'> {
  const { after: _, last: __, ...filter } = query
  if (!OUTCOMES.includes(filter['outcome'])) {
    throw refuse(400, 'outcome must be success or refused.')
  }
  return filter as Omit<AuditFilter, 'after'>
}

/** Reads the number of entries that a client has seen. */
export function cursorOf(after: string | undefined): Pick<AuditFilter, 'after'> {
  return after === undefined ? {} : { after: countOf('after', after) }
}

function countOf(name: string, text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text)
  throw refuse(400, `${name} must be a number of entries.`)
}
