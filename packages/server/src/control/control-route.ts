/** The types of the routes of the control API. */

import type { Hosts, ServedHsm } from '../hsms/hosts.ts'
import type { ServerClock } from '../hsms/server-clock.ts'

/** The body of a request or a response. */
export type JsonObject = Readonly<Record<string, unknown>>

/** What is controlled. */
export interface Controlled {
  readonly hosts: Hosts
  readonly clock: ServerClock
}

/** A control request. */
export interface ControlCall extends Controlled {
  readonly json: JsonObject
  /** The query, without `hsm`. */
  readonly query: JsonObject
  /** Returns the HSM of `?hsm=`, or the only one; throws if there is none. */
  readonly served: () => ServedHsm
}

/** One row of the routes. */
export interface ControlRoute {
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** The path after `/control`. */
  readonly path: string
  /** The members that a body may have. */
  readonly members?: readonly string[]
  /** The names that a query may have, besides `hsm`. */
  readonly query?: readonly string[]
  readonly run: (call: ControlCall) => JsonObject | Promise<JsonObject>
}
