/** The order in which RSA keys are made: a few at a time, a bounded number waiting, none for a client that has gone. */

import { HsmError } from 'pocket-hsm'

/** How many jobs a queue has. */
export interface QueueLength {
  readonly waiting: number
  readonly running: number
}

/** Runs jobs in turn. */
export interface RsaQueue {
  readonly length: () => QueueLength
  /**
   * Runs a job when its turn has come.
   *
   * @param kind - Jobs of the two kinds start alternately, each kind in the order in which they came: neither keeps the
   *   other waiting. A connection has one request under way, so this order gives every connection its turn.
   * @param signal - If it aborts before the job has started, the job never runs.
   * @returns What the job returns. It rejects with an `HsmError` 429 if too many jobs of the kind wait, and with the
   *   signal's reason.
   */
  readonly run: <Value>(
    kind: RsaJobKind,
    signal: AbortSignal,
    job: () => Promise<Value>,
  ) => Promise<Value>
}

/** Whether a client asked for the key, or a rotation has fallen due. */
export type RsaJobKind = 'asked' | 'due'

/** Jobs of one kind that may wait. The last of them waits for as many keys: a minute or two at 4,096 bits. */
export const MOST_WAITING = 32

/** Makes a queue. */
export function createRsaQueue(mostRunning: number): RsaQueue {
  const waiting: Record<RsaJobKind, Set<() => void>> = { asked: new Set(), due: new Set() }
  let running = 0
  let nextKind: RsaJobKind = 'asked'

  const startNext = () => {
    const other: RsaJobKind = nextKind === 'asked' ? 'due' : 'asked'
    const kind = waiting[nextKind].size > 0 ? nextKind : other
    const [start] = waiting[kind]
    if (start === undefined) return
    nextKind = kind === 'asked' ? 'due' : 'asked'
    waiting[kind].delete(start)
    start()
  }
  const waitForTurn = (kind: RsaJobKind, signal: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      const abort = () => {
        waiting[kind].delete(start)
        reject(signal.reason)
      }
      const start = () => {
        signal.removeEventListener('abort', abort)
        running += 1
        resolve()
      }
      signal.addEventListener('abort', abort, { once: true })
      waiting[kind].add(start)
    })
  return {
    length: () => ({ waiting: waiting.asked.size + waiting.due.size, running }),
    run: async (kind, signal, job) => {
      signal.throwIfAborted()
      if (running < mostRunning) running += 1
      else if (waiting[kind].size >= MOST_WAITING) throw tooMany()
      else await waitForTurn(kind, signal)
      try {
        return await job()
      } finally {
        running -= 1
        startNext()
      }
    },
  }
}

function tooMany(): HsmError {
  const message = `Request was not processed because ${MOST_WAITING} RSA keys are waiting to be made.`
  return new HsmError({ status: 429, code: 'Throttled', message })
}
