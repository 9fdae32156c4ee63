/** `fetch` for code that calls the REST API directly. */

import { handlerOf, type Source } from './source.ts'
import { withAbort } from './with-abort.ts'

/**
 * Makes a `fetch` whose requests are handled in this process.
 *
 * As with the real one, an error of the service is a response, an abort rejects with the signal's reason, and a lost
 * connection of a fault script is a `TypeError`.
 *
 * @param source - An HSM or a handler.
 * @throws TypeError - a source that is neither.
 *
 * @example
 * ```ts
 * import { createFetch } from '@pocket-hsm/azure'
 * import { createHsm } from 'pocket-hsm'
 *
 * const fetch = createFetch(createHsm())
 * const headers = { authorization: 'Bearer any' }
 * const response = await fetch('https://hsm.test/keys?api-version=7.5', { headers })
 * const body = await response.text()
 * body // '{"value":[]}'
 * ```
 */
export function createFetch(source: Source): typeof fetch {
  const handler = handlerOf(source, 'createFetch')
  return async (input, init) => {
    const request = new Request(input, init)
    try {
      return await withAbort(handler(request), request.signal)
    } catch (error) {
      if (request.signal.aborted) throw request.signal.reason
      throw new TypeError('fetch failed', { cause: error })
    }
  }
}
