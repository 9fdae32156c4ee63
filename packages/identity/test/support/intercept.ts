/** Answers the identity requests of this process with a handler; no request leaves it. */

import { BatchInterceptor } from '@mswjs/interceptors'
import { ClientRequestInterceptor } from '@mswjs/interceptors/ClientRequest'
import { FetchInterceptor } from '@mswjs/interceptors/fetch'
import type { IdentityHandler } from '../../src/index.ts'

/** What was asked, and how to stop. */
export interface Interception {
  /** The method and URL of every request, without its query. */
  readonly requests: readonly string[]
  readonly stop: () => void
}

/** Starts the interception. */
export function intercept(identity: IdentityHandler): Interception {
  const requests: string[] = []
  const interceptor = new BatchInterceptor({
    name: 'identity',
    interceptors: [new ClientRequestInterceptor(), new FetchInterceptor()],
  })
  interceptor.apply()
  interceptor.on('request', async ({ request, controller }) => {
    const url = new URL(request.url)
    requests.push(`${request.method} ${url.origin}${url.pathname}`)
    controller.respondWith(await identity(request))
  })
  return { requests, stop: () => interceptor.dispose() }
}
