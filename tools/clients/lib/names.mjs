// Holds: a client reaches an HSM by its real name, though no name server knows it: a proxy for HTTPS that takes every
// name to loopback. TLS goes through it unread.

import { createServer } from 'node:http'
import { connect } from 'node:net'
import { listenOnLoopback } from './listen.mjs'

const HTTPS = 443

/**
 * Starts the proxy.
 *
 * @param {number} port Where a name goes that comes without a port; one with a port keeps it.
 * @returns {Promise<{ url: string, close: () => Promise<void> }>} The value of `HTTPS_PROXY`.
 */
export async function startNames(port) {
  const server = createServer((_request, response) => response.writeHead(405).end())
  server.on('connect', ({ url = '' }, client, head) => {
    const asked = Number(/:(\d+)$/.exec(url)?.[1] ?? HTTPS)
    const upstream = connect(asked === HTTPS ? port : asked, '127.0.0.1', () => {
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

/**
 * The variables that lead a client through the proxy, over whatever the machine has set. Programs read them in either
 * case.
 *
 * @param {string} [url] The proxy's; none unless told.
 * @returns {Readonly<Record<string, string>>}
 */
export function proxyVariables(url = '') {
  const direct = '127.0.0.1'
  return { HTTPS_PROXY: url, https_proxy: url, NO_PROXY: direct, no_proxy: direct }
}
