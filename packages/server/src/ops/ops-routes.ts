/** The pages for operators: liveness, readiness, metrics. They are not among the routes of the service. */

import { isLoopback } from '../network/addresses.ts'
import { refusePage, withGuard } from '../network/guard.ts'
import { errorResponse, type Respond } from '../network/respond.ts'
import type { Metrics } from './metrics.ts'
import type { Readiness } from './readiness.ts'

/** What the pages show. */
export interface OpsSources {
  readonly readiness: Readiness
  readonly metrics: Pick<Metrics, 'page' | 'contentType'>
}

type Page = (sources: OpsSources) => Response | Promise<Response>

const PAGES: Readonly<Record<string, Page>> = {
  '/healthz': () => Response.json({ status: 'ok' }, { headers: UNCACHED }),
  '/readyz': async ({ readiness }) => {
    const { isReady, checks } = await readiness.report()
    const status = isReady ? 'ready' : 'not ready'
    return Response.json({ status, checks }, { status: isReady ? 200 : 503, headers: UNCACHED })
  },
  '/metrics': async ({ metrics }) =>
    new Response(await metrics.page(), {
      headers: { ...UNCACHED, 'content-type': metrics.contentType },
    }),
}

const UNCACHED = { 'cache-control': 'no-store' }

const METHODS: readonly string[] = ['GET', 'HEAD']

/**
 * Responds with the pages of an operator.
 *
 * @param host - Where it listens. On loopback, only requests for loopback hosts are answered: a page in a browser could
 *   rebind another name. Elsewhere probes use whatever name or address the server has.
 */
export function respondToOperator(sources: OpsSources, host: string): Respond {
  const respond: Respond = async ({ url, method }) => {
    const { pathname } = new URL(url)
    const page = Object.hasOwn(PAGES, pathname) ? PAGES[pathname] : undefined
    if (page === undefined) {
      const there = Object.keys(PAGES).join(', ')
      return errorResponse(404, 'ResourceNotFound', `There are only ${there} here.`)
    }
    if (METHODS.includes(method)) return page(sources)
    const text = `The method ${method} is not allowed here.`
    return errorResponse(405, 'MethodNotAllowed', text, { allow: METHODS.join(', ') })
  }
  if (isLoopback(host)) return withGuard(respond, { address: host, names: [] })
  return async (request, peer) => refusePage(request) ?? (await respond(request, peer))
}
