/**
 * Interception in Node.js, Bun and Deno, with the library under MSW and the dispatcher of undici. With its parts in `undici-*.ts`,
 * the only file of the package, besides the entry point for node:test, that uses Node.js: `imports` in package.json replaces
 * it by `none.ts` elsewhere.
 */

import { createRequire, syncBuiltinESMExports } from 'node:module'
import type { RequestController } from '@mswjs/interceptors'
import type { ClientRequestInterceptor } from '@mswjs/interceptors/ClientRequest'
import type { FetchInterceptor } from '@mswjs/interceptors/fetch'
import type { InterceptionHost, RequestListener } from './interception-host.ts'
import { startDispatcher, withoutAsking } from './undici-dispatcher.ts'

export const host: InterceptionHost = {
  startInterception(listener, isAnswered) {
    const interceptors = createInterceptors().map((applied) => ({
      interceptor: applied.interceptor,
      onRequest: requestListener(listener, applied),
    }))
    for (const { interceptor, onRequest } of interceptors) {
      // Applied first: if MSW has done so already, listeners that were there before would not be called.
      interceptor.apply()
      interceptor.on('request', onRequest)
    }
    const stopDispatcher = startDispatcher(listener, isAnswered)
    // Modules that import `request` of node:https by its name get the replaced function too.
    syncBuiltinESMExports()
    return () => {
      for (const { interceptor, onRequest } of interceptors) {
        interceptor.dispose()
        listenOn(interceptor, onRequest)
      }
      stopDispatcher()
      syncBuiltinESMExports()
    }
  },
  environmentVariable: (name) => process.env[name],
}

/** The library's event for a request. */
interface RequestEvent {
  readonly request: Request
  readonly controller: RequestController
}

function requestListener(listener: RequestListener, { toClientError }: Applied) {
  return ({ request, controller }: RequestEvent): Promise<void> => {
    const { passthrough } = controller
    controller.passthrough = () => withoutAsking(() => passthrough.call(controller))
    return listener({
      request,
      isSettled: () => controller.readyState !== PENDING,
      respond: (response) => {
        controller.respondWith(response)
        settle(controller)
      },
      fail: (error) => {
        controller.errorWith(toClientError(error))
        settle(controller)
      },
    })
  }
}

/**
 * Goes on to listen for the requests that were begun before the end: node:http reports them once they have connected. New
 * ones are none of this interceptor's. `once`, as the library's `on` does nothing after the end.
 */
function listenOn(
  interceptor: Applied['interceptor'],
  onRequest: (event: RequestEvent) => Promise<void>,
): void {
  interceptor.once('request', (event) => {
    listenOn(interceptor, onRequest)
    return onRequest(event)
  })
}

/**
 * Lets an abort come too late. In the few turns of the microtask queue between an answer and its delivery, the library would
 * fail an aborted request a second time, and the client would get the library's error about that.
 */
function settle(controller: RequestController): void {
  controller.errorWith = () => undefined
}

/** `RequestController.PENDING` of the library. */
const PENDING = 0

interface Applied {
  readonly interceptor: ClientRequestInterceptor | FetchInterceptor
  /** Makes the error that the client reports. */
  readonly toClientError: (error: Error) => Error
}

/** Loads the library when it is first needed: it takes longer to load than the rest of this package. */
function createInterceptors(): readonly Applied[] {
  const load = createRequire(import.meta.url)
  const http = load('@mswjs/interceptors/ClientRequest') as {
    ClientRequestInterceptor: new () => ClientRequestInterceptor
  }
  const web = load('@mswjs/interceptors/fetch') as { FetchInterceptor: new () => FetchInterceptor }
  return [
    { interceptor: new http.ClientRequestInterceptor(), toClientError: (error) => error },
    {
      interceptor: new web.FetchInterceptor(),
      toClientError: (error) => new TypeError('fetch failed', { cause: error }),
    },
  ]
}
