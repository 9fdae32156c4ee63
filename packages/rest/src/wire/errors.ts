/** What the wire itself refuses; every other refusal is the engine's. */

import { HsmError } from 'pocket-hsm'

/** A 400 `BadParameter`. */
export function badRequest(message: string): HsmError {
  return refusal(400, 'BadParameter', message)
}

/** A refusal with a status of its own. */
export function refusal(
  status: number,
  code: string,
  message: string,
  innerCode?: string,
): HsmError {
  return new HsmError({ status, code, message, ...(innerCode !== undefined && { innerCode }) })
}

/** The service's text for a name that is none. */
export function invalidName(name: string): HsmError {
  return badRequest(`The request URI contains an invalid name: ${name}`)
}
