/** What handles the requests of a client: an HSM, or a handler with options of its own. */

import { createHandler, type Handler, type Hsm } from '@pocket-hsm/rest'

/** An HSM, or a handler from `createHandler` if you need faults, limits, several hosts or an authorizer. */
export type Source = Hsm | Handler

/**
 * Returns the handler of a source.
 *
 * @param owner - The function that was called with the source, for the error.
 */
export function handlerOf(source: Source, owner: string): Handler {
  if (typeof source === 'function') return source
  if (typeof (source as Partial<Hsm> | null)?.baseUrl === 'string') return createHandler(source)
  throw new TypeError(
    `${owner} needs an HSM from createHsm or a handler from createHandler, not ${kindOf(source)}.`,
  )
}

/** Names the type of a value, for an error text. */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value)
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}
