/** What the routes of the control API are made of. */

import type { Hosts, ServedHsm } from '../hsms/hosts.ts'
import type { ServerClock } from '../hsms/server-clock.ts'

/** A body, or an answer. */
export type JsonObject = Readonly<Record<string, unknown>>

/** What is controlled. */
export interface Controlled {
  readonly hosts: Hosts
  readonly clock: ServerClock
}

/** A request for control. */
export interface ControlCall extends Controlled {
  readonly json: JsonObject
  /** What the path has behind it, without `hsm`. */
  readonly query: JsonObject
  /** The HSM that was named by `?hsm=`, or the only one; refuses where that is none. */
  readonly served: () => ServedHsm
}

/** One row of the routes. */
export interface ControlRoute {
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** Behind `/control`. */
  readonly path: string
  /** The members that a body may have. */
  readonly members?: readonly string[]
  /** The names that a query may have beside `hsm`. */
  readonly query?: readonly string[]
  readonly run: (call: ControlCall) => JsonObject
}
