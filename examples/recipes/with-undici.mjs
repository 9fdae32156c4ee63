// pocket-hsm as an interceptor of undici. A MockAgent has to know the status before it calls its callback, so that it
// cannot wait for a handler; but it can be what handles all other requests.

/**
 * Makes an interceptor, for `compose` of any dispatcher of undici.
 *
 * @param {string} origin The address that the handler answers for.
 * @param {(request: Request) => Promise<Response>} handler
 */
export function answerWith(origin, handler) {
  return (dispatch) => (options, callbacks) => {
    if (String(options.origin) !== origin) return dispatch(options, callbacks)
    respond(options, callbacks, handler).catch((error) => {
      callbacks.onResponseError?.(controllerOf(), error)
    })
    return true
  }
}

async function respond({ origin, path, query, method, headers, body }, callbacks, handler) {
  const controller = controllerOf()
  callbacks.onRequestStart?.(controller, {})
  const url = new URL(path, origin)
  for (const [name, value] of Object.entries(query ?? {})) url.searchParams.set(name, value)
  const request = new Request(url, { method, headers: pairsOf(headers), body, duplex: 'half' })
  const response = await handler(request)
  const bytes = Buffer.from(await response.arrayBuffer())
  const received = Object.fromEntries(response.headers)
  callbacks.onResponseStart?.(controller, response.status, received, response.statusText)
  callbacks.onResponseData?.(controller, bytes)
  callbacks.onResponseEnd?.(controller, {})
}

/** undici passes headers as an object, or as a list in which names and values alternate. */
function pairsOf(headers = {}) {
  if (!Array.isArray(headers)) return headers
  const names = headers.filter((_, i) => i % 2 === 0)
  return names.map((name, i) => [String(name), String(headers[2 * i + 1])])
}

const controllerOf = () => ({
  paused: false,
  aborted: false,
  reason: null,
  pause() {},
  resume() {},
  abort() {},
})
