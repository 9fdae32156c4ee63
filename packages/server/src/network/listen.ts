/** Sockets: from Node's HTTP to requests and back, within limits. */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { createRequest } from '@remix-run/node-fetch-server'
import type { ServerSettings } from '../options.ts'
import { serverError } from '../server-error.ts'
import { type Answer, refuseHost } from './respond.ts'

/** A certificate with its chain, and its key: PEM. */
export interface KeyPair {
  readonly cert: string
  readonly key: string
}

/** A server that listens. */
export interface Listener {
  readonly address: string
  readonly port: number
  readonly close: () => Promise<void>
}

/** Clients keep sockets for a minute and are surprised when a server does not (Node's own default is 5 s). */
const KEEP_ALIVE_MS = 75_000

/** How long those who are being answered may stay when a server closes. */
const GRACE_MS = 5000

/** Listens; answers each request by `answer`. */
export async function listen(
  answer: Answer,
  settings: Pick<ServerSettings, 'host' | 'port' | 'limits'>,
  certificate: KeyPair | undefined,
): Promise<Listener> {
  const { host, port, limits } = settings
  const requestTimeout = limits.requestSeconds * 1000
  const options = {
    maxHeaderSize: limits.maxHeaderLength,
    requestTimeout,
    headersTimeout: Math.min(requestTimeout, 20_000),
    keepAliveTimeout: KEEP_ALIVE_MS,
    connectionsCheckingInterval: Math.min(requestTimeout, 5000),
  }
  const onRequest = (message: IncomingMessage, response: ServerResponse) => {
    respond(answer, message, response).catch(() => message.socket.destroy())
  }
  const server =
    certificate === undefined
      ? createServer(options, onRequest)
      : createTlsServer(
          { ...options, ...certificate, minVersion: 'TLSv1.2', handshakeTimeout: 10_000 },
          onRequest,
        )
  server.maxConnections = limits.maxConnections
  await begin(server, host, port)
  const address = server.address() as AddressInfo
  return { address: address.address, port: address.port, close: () => close(server) }
}

async function respond(
  answer: Answer,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const refused = refuseHost(message.headers.host)
  const answered =
    refused ?? (await answer(createRequest(message, response), message.socket.remoteAddress ?? ''))
  const body = Buffer.from(await answered.arrayBuffer())
  const headers: Record<string, string | number> = Object.fromEntries(answered.headers)
  if (answered.status !== 204) headers['content-length'] = body.length
  // What is still on its way of a body that is too long is not waited for.
  if (answered.status === 413) headers['connection'] = 'close'
  response.writeHead(answered.status, headers).end(message.method === 'HEAD' ? undefined : body)
}

function begin(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    // Stays for what goes wrong later, which is no reason to end: a socket that could not be taken.
    server.on('error', (error: NodeJS.ErrnoException) => {
      reject(
        serverError(
          'NotListening',
          `Cannot listen at ${host}, port ${port}: ${error.message}.`,
          error,
        ),
      )
    })
    server.listen(port, host, resolve)
  })
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const last = setTimeout(() => server.closeAllConnections(), GRACE_MS)
    server.close(() => {
      clearTimeout(last)
      resolve()
    })
    server.closeIdleConnections()
  })
}
