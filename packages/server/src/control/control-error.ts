/** What is wrong with a request for control. */

import type { JsonObject } from './control-route.ts'

/** A status and a text, to be thrown. */
export interface ControlRefusal {
  readonly status: number
  readonly message: string
}

/** Makes a refusal. */
export function refuse(status: number, message: string): ControlRefusal & Error {
  return Object.assign(new Error(message), { status })
}

/** Refuses members that nobody knows: a misspelt one would do nothing. */
export function checkMembers(json: JsonObject, known: readonly string[]): void {
  const unknown = Object.keys(json).find((name) => !known.includes(name))
  if (unknown === undefined) return
  throw refuse(400, `There is no member ${unknown}; there are ${known.join(', ')}.`)
}
