/** A load balancer: HTTPS on one address, each request to the next server, whatever its connection. */

import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { Agent, createServer, request } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'

/** A load balancer that runs. */
export interface RoundRobin {
  readonly url: string
  /** How many requests each server got. */
  readonly counts: readonly number[]
  readonly close: () => Promise<void>
}

/**
 * Starts one with the certificate of the servers.
 *
 * @param urls - Where the servers are. They are told the address that the client used, as `Host` says it.
 * @param certificates - Their folder.
 */
export async function startRoundRobin(
  urls: readonly string[],
  certificates: string,
): Promise<RoundRobin> {
  const pem = readFileSync(join(certificates, 'server.pem'))
  const agent = new Agent({ keepAlive: true, ca: readFileSync(join(certificates, 'ca.pem')) })
  const counts = urls.map(() => 0)
  let next = 0
  const server = createServer({ key: pem, cert: pem }, (incoming, response) => {
    const index = next
    next = (next + 1) % urls.length
    counts[index] = (counts[index] ?? 0) + 1
    const { hostname, port } = new URL(urls[index] ?? '')
    const { method, url: path, headers } = incoming
    const outgoing = request({ hostname, port, method, path, headers, agent }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    outgoing.on('error', () => response.destroy())
    incoming.pipe(outgoing)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `https://localhost:${port}`,
    counts,
    close: async () => {
      server.closeAllConnections()
      agent.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
