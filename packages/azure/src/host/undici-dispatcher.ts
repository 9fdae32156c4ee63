/**
 * Interception of the `undici` package. All copies of undici 6 and 7, the one behind Node's own `fetch` included, send
 * their requests through one global dispatcher, which this file replaces; undici's own `compose` works the same way.
 *
 * @see https://undici.nodejs.org/#/docs/api/Dispatcher
 */

import { AsyncLocalStorage } from 'node:async_hooks'
import { runInThisContext } from 'node:vm'
import type { RequestListener } from './interception-host.ts'
import { clientOf, type UndiciClient, type UndiciHandler } from './undici-client.ts'
import { requestOf, type UndiciOptions, urlOf } from './undici-request.ts'

/** Where undici keeps its global dispatcher; the number is that of the dispatcher's interface. */
const GLOBAL = Symbol.for('undici.globalDispatcher.1')

interface Dispatcher {
  dispatch(options: UndiciOptions, handler: UndiciHandler): boolean
}

type DispatcherPlace = { [GLOBAL]?: Dispatcher }

/** What runs in here was let pass by the interception of `fetch`, and is not asked about a second time. */
const passed = new AsyncLocalStorage<true>()

/** Runs what sends a request that was let pass already. */
export const withoutAsking = <Result>(send: () => Result): Result => passed.run(true, send)

/**
 * Passes the requests of undici's global dispatcher to a listener.
 *
 * @param isAnswered - Whether the listener answers or fails what goes to a URL, whatever the request is.
 * @returns Stops it, and restores the dispatcher, unless someone else has replaced it since.
 */
export function startDispatcher(
  listener: RequestListener,
  isAnswered: (url: URL) => boolean,
): () => void {
  const place = globalThis as DispatcherPlace
  const next = currentDispatcher(place)
  // A platform whose fetch is not undici's.
  if (next === undefined) return () => undefined
  let isStopped = false
  const dispatch = (options: UndiciOptions, handler: UndiciHandler): boolean => {
    const url = isStopped ? undefined : urlOf(options)
    const isOurs = url !== undefined && isAnswered(url)
    if (url === undefined || (!isOurs && passed.getStore())) return next.dispatch(options, handler)
    const client = clientOf(handler)
    if (isOurs) client.start()
    void ask(listener, client, { options, url, isOurs }).then((isTaken) => {
      if (!isTaken) client.send(() => next.dispatch(options, handler))
    })
    return true
  }
  const ours = new Proxy(next, {
    get: (target, member) => (member === 'dispatch' ? dispatch : Reflect.get(target, member)),
  })
  setDispatcher(place, ours)
  return () => {
    isStopped = true
    if (place[GLOBAL] === ours) setDispatcher(place, next)
  }
}

/** Asks the listener; returns whether it has answered or failed the request. */
async function ask(
  listener: RequestListener,
  client: UndiciClient,
  { options, url, isOurs }: { options: UndiciOptions; url: URL; isOurs: boolean },
): Promise<boolean> {
  let isTaken = isOurs
  const take = (end: () => void): void => {
    isTaken = true
    client.start()
    end()
  }
  try {
    // The body of a request that may go to the network is left for the network.
    const request = requestOf(url, options, { hasBody: isOurs, signal: client.signal })
    await listener({
      request,
      isSettled: () => client.isEnded(),
      respond: (response) => take(() => void client.respond(response, request.method)),
      fail: (error) => take(() => client.fail(error)),
    })
  } catch (error) {
    take(() => client.fail(error as Error))
  }
  return isTaken
}

/**
 * The dispatcher in use. Node's undici sets it when it is loaded, which the first mention of `Request` does. In the realm
 * of a test runner, such as jest's, there is none before the `undici` package is loaded: it is then that of the process.
 */
function currentDispatcher(place: DispatcherPlace): Dispatcher | undefined {
  if (typeof Request !== 'function') return undefined
  return place[GLOBAL] ?? (runInThisContext('globalThis') as DispatcherPlace)[GLOBAL]
}

/** As `setGlobalDispatcher` of undici does. */
function setDispatcher(place: DispatcherPlace, value: Dispatcher): void {
  Object.defineProperty(place, GLOBAL, {
    value,
    writable: true,
    enumerable: false,
    configurable: false,
  })
}
