/** The source of a page that a server has sent: that server. */

import type { Source } from './source.ts'

/** Makes the source of a page at an address. */
export function createServerSource(origin: string): Source {
  return { origin, isInPage: false, fetch: (request) => fetch(request) }
}
