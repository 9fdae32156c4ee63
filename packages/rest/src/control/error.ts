/** Errors of control requests. */

import type { ControlledHsm } from './controlled.ts'
import type { JsonObject } from './route.ts'

/** An error with the status of its response. */
export interface ControlRefusal {
  readonly status: number
  readonly message: string
}

/** Makes an error. */
export function refuse(status: number, message: string): ControlRefusal & Error {
  return Object.assign(new Error(message), { status })
}

/** Throws for an HSM in a database: its state is not this process's alone. */
export function refuseStored({ store }: ControlledHsm, what: string): void {
  if (store === undefined) return
  throw refuse(501, `${what} not available for HSMs in PostgreSQL.`)
}

/** Throws for an unknown member: a misspelt one would be ignored. */
export function checkMembers(json: JsonObject, known: readonly string[]): void {
  const unknown = Object.keys(json).find((name) => !known.includes(name))
  if (unknown === undefined) return
  throw refuse(400, `Unknown member ${unknown}. The members are: ${known.join(', ') || 'none'}.`)
}
