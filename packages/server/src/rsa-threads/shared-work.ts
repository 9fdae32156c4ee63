/** Work that several callers may wait for: it is done once, and given up when the last of them has gone. */

/**
 * Does work, or joins the callers of the same work that is under way.
 *
 * @param key - Names the work; `undefined` for work that is never shared.
 * @param signal - That of the caller. The signal given to `work` aborts when the signals of all its callers have.
 */
export type ShareWork<Value> = (
  key: string | undefined,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<Value>,
) => Promise<Value>

interface Shared<Value> {
  readonly result: Promise<Value>
  readonly controller: AbortController
  callers: number
}

/** Makes the register of work that is under way. */
export function createSharedWork<Value>(): ShareWork<Value> {
  const underWay = new Map<string, Shared<Value>>()
  const begin = (key: string | undefined, work: (signal: AbortSignal) => Promise<Value>) => {
    const controller = new AbortController()
    const result = work(controller.signal).finally(() => {
      if (key !== undefined && underWay.get(key) === shared) underWay.delete(key)
    })
    const shared: Shared<Value> = { result, controller, callers: 0 }
    if (key !== undefined) underWay.set(key, shared)
    return shared
  }
  return (key, signal, work) => {
    const found = key === undefined ? undefined : underWay.get(key)
    const shared = found && !found.controller.signal.aborted ? found : begin(key, work)
    shared.callers += 1
    return new Promise((resolve, reject) => {
      const leave = () => {
        shared.callers -= 1
        if (shared.callers === 0) shared.controller.abort(signal.reason)
        reject(signal.reason)
      }
      if (signal.aborted) leave()
      signal.addEventListener('abort', leave, { once: true })
      shared.result.finally(() => signal.removeEventListener('abort', leave)).then(resolve, reject)
    })
  }
}
