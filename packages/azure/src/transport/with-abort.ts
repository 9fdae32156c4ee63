/** Rejecting a promise when a signal aborts. */

/**
 * Settles as the promise does, or rejects with the signal's reason as soon as it aborts; the promise is ignored from
 * then on.
 */
export function withAbort<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason)
    if (signal.aborted) abort()
    signal.addEventListener('abort', abort, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}
