/** What can stand behind a client: an HSM, or a handler with its own set-up. */

import { createHandler, type Handler, type Hsm } from '@pocket-hsm/rest'

/** An HSM, or a handler from `createHandler` for faults, limits, several hosts or an authoriser. */
export type Source = Hsm | Handler

/** The handler of a source. */
export function handlerOf(source: Source): Handler {
  return typeof source === 'function' ? source : createHandler(source)
}
