/** The errors that the wire itself returns; all others are the engine's. */

import { HsmError } from 'pocket-hsm'

/** More characters than any text has that does not quote what a client sent. */
const LONGEST_TEXT = 2048

/** Makes a 400 `BadParameter`. */
export function badRequest(message: string): HsmError {
  return requestError(400, 'BadParameter', message)
}

/** Makes an error with a status of its own. */
export function requestError(
  status: number,
  code: string,
  message: string,
  innerCode?: string,
): HsmError {
  const text = message.length <= LONGEST_TEXT ? message : `${message.slice(0, LONGEST_TEXT)}…`
  return new HsmError({
    status,
    code,
    message: text,
    ...(innerCode !== undefined && { innerCode }),
  })
}

/** Makes the service's error for an illegal name. */
export function invalidName(name: string): HsmError {
  return badRequest(`The request URI contains an invalid name: ${name}`)
}

/** Makes the service's error for a path whose last segment is not an operation of the method. */
export function operationNotAllowed(method: string, operation: string): HsmError {
  return badRequest(`Method ${method} does not allow operation '${operation}'`)
}
