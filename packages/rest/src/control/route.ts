/** The types of the routes of the control API. */

import type { ControlClock, ControlledHsm } from './controlled.ts'

/** The body of a request or a response. */
export type JsonObject = Readonly<Record<string, unknown>>

/** A control request. */
export interface ControlCall {
  readonly clock: ControlClock
  readonly json: JsonObject
  /** The query, without `hsm`. */
  readonly query: Readonly<Record<string, string>>
  /** Returns the HSM of `?hsm=`, or the only one; throws if there is none. */
  readonly served: () => ControlledHsm
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
  /** The most bytes of its body. Defaults to 64 KiB. */
  readonly maxBodyLength?: number
  readonly run: (call: ControlCall) => JsonObject | Response | Promise<JsonObject>
}
