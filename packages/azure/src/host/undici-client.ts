/** From a `Response` or an error to the calls that a handler of undici waits for. */

/** The calls of undici 6, which undici 7 makes and takes too. */
interface CallbackHandler {
  onConnect?(abort: (reason?: unknown) => void, context: unknown): void
  onHeaders?(status: number, headers: Buffer[], resume: () => void, text: string): unknown
  onData?(chunk: Buffer): unknown
  onComplete?(trailers: Buffer[]): void
  onError?(error: unknown): void
}

/** The calls that undici 7 has added. */
interface ControllerHandler {
  onRequestStart?(controller: Controller, context: unknown): void
  onResponseStart?(
    controller: Controller,
    status: number,
    headers: Record<string, string | string[]>,
    text: string,
  ): void
  onResponseData?(controller: Controller, chunk: Buffer): void
  onResponseEnd?(controller: Controller, trailers: Record<string, string>): void
  onResponseError?(controller: Controller, error: unknown): void
}

/** What undici gives its dispatcher to report to. */
export type UndiciHandler = CallbackHandler & ControllerHandler

interface Controller {
  readonly aborted: boolean
  readonly reason: unknown
  paused: boolean
  rawHeaders: Buffer[]
  abort: (reason?: unknown) => void
  pause(): void
  resume(): void
}

/** Who sent a request through undici. */
export interface UndiciClient {
  /** Aborted when the client aborts the request. */
  readonly signal: AbortSignal
  readonly isEnded: () => boolean
  /** Tells the client how to abort; only the first call has an effect. */
  readonly start: () => void
  readonly respond: (response: Response, method: string) => Promise<void>
  readonly fail: (error: unknown) => void
  /** Leaves the client to another dispatcher. */
  readonly send: (dispatch: () => boolean) => void
}

/** Makes the client of a handler. */
export function clientOf(handler: UndiciHandler): UndiciClient {
  const aborting = new AbortController()
  const callbacks = callbacksOf(handler, aborting.signal)
  let isStarted = false
  let isEnded = false
  const fail = (error: unknown): void => {
    if (isEnded) return
    isEnded = true
    callbacks.onError(error)
  }
  return {
    signal: aborting.signal,
    isEnded: () => isEnded,
    start: () => {
      if (isStarted) return
      isStarted = true
      callbacks.onConnect((reason) => {
        const error = reason ?? new DOMException('The request was aborted.', 'AbortError')
        aborting.abort(error)
        fail(error)
      })
    },
    respond: async (response, method) => {
      try {
        const body = Buffer.from(await response.arrayBuffer())
        if (isEnded) return
        callbacks.onHeaders(response)
        if (body.length > 0 && method !== 'HEAD') callbacks.onData(body)
        if (isEnded) return
        isEnded = true
        callbacks.onComplete()
      } catch (error) {
        fail(error)
      }
    },
    fail,
    send: (dispatch) => {
      try {
        dispatch()
      } catch (error) {
        fail(error)
      }
    },
  }
}

interface Callbacks {
  readonly onConnect: (abort: (reason?: unknown) => void) => void
  readonly onHeaders: (response: Response) => void
  readonly onData: (chunk: Buffer) => void
  readonly onComplete: () => void
  readonly onError: (error: unknown) => void
}

/** One interface for both: bodies are short, so that a handler that wants to pause gets them all the same. */
function callbacksOf(handler: UndiciHandler, signal: AbortSignal): Callbacks {
  if (handler.onRequestStart === undefined) {
    return {
      onConnect: (abort) => handler.onConnect?.(abort, null),
      onHeaders: (response) =>
        void handler.onHeaders?.(
          response.status,
          rawHeadersOf(response),
          () => undefined,
          response.statusText,
        ),
      onData: (chunk) => void handler.onData?.(chunk),
      onComplete: () => handler.onComplete?.([]),
      onError: (error) => handler.onError?.(error),
    }
  }
  const controller = controllerOf(signal)
  return {
    onConnect: (abort) => {
      controller.abort = abort
      handler.onRequestStart?.(controller, null)
    },
    onHeaders: (response) => {
      controller.rawHeaders = rawHeadersOf(response)
      const { status, statusText, headers } = response
      handler.onResponseStart?.(controller, status, Object.fromEntries(headers), statusText)
    },
    onData: (chunk) => handler.onResponseData?.(controller, chunk),
    onComplete: () => handler.onResponseEnd?.(controller, {}),
    onError: (error) => handler.onResponseError?.(controller, error),
  }
}

const controllerOf = (signal: AbortSignal): Controller => ({
  get aborted() {
    return signal.aborted
  },
  get reason() {
    return signal.reason
  },
  paused: false,
  rawHeaders: [],
  abort: () => undefined,
  pause() {
    this.paused = true
  },
  resume() {
    this.paused = false
  },
})

const rawHeadersOf = ({ headers }: Response): Buffer[] =>
  [...headers].flat().map((text) => Buffer.from(text, 'latin1'))
