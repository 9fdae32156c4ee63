/** A socket to a server, for requests that no client library sends. */

import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** A connected socket, and what it has received. */
export interface RawClient {
  readonly socket: Socket
  /** All that was received so far. */
  readonly text: () => string
  /** Resolves when so many responses have begun, or the socket is closed. */
  readonly responses: (count: number) => Promise<readonly number[]>
  /** Resolves when the server has closed the socket. */
  readonly closed: Promise<void>
}

/** Connects to a server with plain HTTP. */
export async function openRaw(url: string): Promise<RawClient> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname).on('error', () => {})
  let text = ''
  socket.on('data', (chunk) => {
    text += chunk
  })
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  await once(socket, 'connect')
  const statuses = () => [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, code]) => Number(code))
  return {
    socket,
    text: () => text,
    closed,
    responses: async (count) => {
      while (statuses().length < count && !socket.destroyed) {
        await Promise.race([once(socket, 'data').catch(() => {}), closed])
      }
      return statuses()
    },
  }
}

/** A request with a token, for a server at `localhost`. */
export function rawRequest(target: string, headers: readonly string[] = [], body = ''): string {
  const all = ['Host: localhost', 'Authorization: Bearer any', ...headers]
  return `${target} HTTP/1.1\r\n${all.join('\r\n')}\r\n\r\n${body}`
}
