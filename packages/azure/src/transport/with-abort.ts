/** Giving up on an answer when a signal says so. */

/**
 * Settles as the promise does, or rejects with the signal's reason as soon as it aborts; whatever the promise does
 * after that is not looked at.
 */
export function withAbort<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    const giveUp = () => reject(signal.reason)
    if (signal.aborted) giveUp()
    signal.addEventListener('abort', giveUp, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp))
  })
}
