/** One request at a time for each socket: what a client pipelines waits its turn, and no other client waits for it. */

import type { Socket } from 'node:net'
import { setImmediate } from 'node:timers/promises'

/** Runs requests, in order for each socket. */
export type SocketTurns = (socket: Socket, run: () => Promise<void>) => void

/**
 * Requests that may wait on one socket. Node parses up to 64 KiB before anything can be said about it, which is some
 * hundreds of small requests; clients that pipeline have fewer under way.
 */
export const MOST_WAITING = 100

/**
 * Makes the turns of a server. A socket with too many requests waiting is closed; what waits on a closed socket never
 * runs.
 */
export function createSocketTurns(): SocketTurns {
  const queues = new WeakMap<Socket, (() => Promise<void>)[]>()
  const runAll = async (socket: Socket, queue: (() => Promise<void>)[]) => {
    for (let run = queue[0]; run !== undefined; run = queue[0]) {
      if (!socket.destroyed) await run()
      queue.shift()
      // The next request of this socket comes after what the others have sent meanwhile.
      if (queue.length > 0) await setImmediate()
    }
    queues.delete(socket)
  }
  return (socket, run) => {
    const queue = queues.get(socket)
    if (queue === undefined) {
      const first = [run]
      queues.set(socket, first)
      void runAll(socket, first)
    } else if (queue.length > MOST_WAITING) {
      socket.destroy()
    } else {
      queue.push(run)
    }
  }
}
