/** `fetch` for code that talks REST itself. */

import { handlerOf, type Source } from './source.ts'
import { withAbort } from './with-abort.ts'

/**
 * Makes a `fetch` that is answered in this process.
 *
 * As with the real one, a refusal is a response, an abort rejects with the signal's reason, and a lost connection of a
 * script of faults is a `TypeError`.
 *
 * @param source - The HSM, or a handler.
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
  const handler = handlerOf(source)
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
