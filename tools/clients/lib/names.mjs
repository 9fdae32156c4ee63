// Holds: a client reaches every HSM by its real name, though no name server knows it: a proxy for HTTPS that takes
// every name to a server on loopback. TLS goes through it unread.

import { createServer } from 'node:http'
import { connect } from 'node:net'
import { listenOnLoopback } from './listen.mjs'

/**
 * Starts the proxy.
 *
 * @param {(host: string) => number} portOf Where a name goes, on loopback.
 * @returns {Promise<{ url: string, close: () => Promise<void> }>} The value of `HTTPS_PROXY`.
 */
export async function startNames(portOf) {
  const server = createServer((_request, response) => response.writeHead(405).end())
  server.on('connect', ({ url = '' }, client, head) => {
    const host = url.replace(/:\d+$/, '').toLowerCase()
    const upstream = connect(portOf(host), '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n')
      upstream.write(head)
      upstream.pipe(client).pipe(upstream)
    })
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ]) {
      one.on('error', () => other.destroy())
      one.on('close', () => other.destroy())
    }
  })
  const { port: own, close } = await listenOnLoopback(server)
  return { url: `http://127.0.0.1:${own}`, close }
}
