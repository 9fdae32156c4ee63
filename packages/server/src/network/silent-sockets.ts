/** Sockets on which the server waits for the client: no more than a part of those that a server may have. */

import type { Socket } from 'node:net'

/** Keeps count of the sockets of a server by who waits for whom. */
export interface SilentSockets {
  /** A client has connected; nothing has come yet. */
  readonly connected: (socket: Socket) => void
  /** A whole request has come: the client waits for the server. */
  readonly busy: (socket: Socket) => void
  /** The response is on its way: the server waits for the client, to read it or to send the next request. */
  readonly silent: (socket: Socket) => void
}

/**
 * Makes room for new clients: when too many sockets are silent, the one that has been so for the longest is closed.
 *
 * A socket is known by the address and port of its other end, which the TCP socket and the TLS socket around it share.
 *
 * @param most - The silent sockets that may stay.
 */
export function createSilentSockets(most: number): SilentSockets {
  /** By the order in which they became silent. */
  const silent = new Map<string, Socket>()
  const all = new Map<string, Socket>()
  const add = (key: string, socket: Socket) => {
    silent.delete(key)
    silent.set(key, socket)
    if (silent.size <= most) return
    for (const [oldest, quiet] of silent) {
      silent.delete(oldest)
      quiet.destroy()
      return
    }
  }
  return {
    connected: (socket) => {
      const key = keyOf(socket)
      if (key === undefined) return
      all.set(key, socket)
      socket.once('close', () => {
        all.delete(key)
        silent.delete(key)
      })
      add(key, socket)
    },
    busy: (socket) => {
      silent.delete(keyOf(socket) ?? '')
    },
    silent: (socket) => {
      const key = keyOf(socket) ?? ''
      const connected = all.get(key)
      if (connected !== undefined) add(key, connected)
    },
  }
}

/** `undefined` once it is closed. */
function keyOf({ remoteAddress, remotePort }: Socket): string | undefined {
  return remotePort === undefined ? undefined : `${remoteAddress} ${remotePort}`
}
