/** Sockets: from Node's HTTP to a `Request` and back, within limits. */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { createRequest } from '@remix-run/node-fetch-server'
import type { ServerSettings } from '../options.ts'
import { serverError } from '../server-error.ts'
import { refuseMessage } from './check-message.ts'
import type { RequestObserver, Respond } from './respond.ts'
import { hasBody, sendResponse } from './send-response.ts'
import { createSilentSockets, type SilentSockets } from './silent-sockets.ts'
import { createSocketTurns } from './socket-turns.ts'

/** A certificate with its chain, and its key: PEM. */
export interface KeyPair {
  readonly cert: string
  readonly key: string
}

/** A server that listens. */
export interface Listener {
  readonly address: string
  readonly port: number
  /** Uses another certificate for the connections to come. Does nothing over plain HTTP. */
  readonly setCertificate: (certificate: KeyPair) => void
  readonly close: () => Promise<void>
}

/** Clients keep sockets for a minute and get an ECONNRESET if a server does not (Node's own default is 5 s). */
const KEEP_ALIVE_MS = 75_000

/** The time in which the headers of a request must have come. */
const HEADERS_MS = 20_000

/** After so many requests a socket is closed, with `Connection: close` in the last response. */
const MOST_REQUESTS = 10_000

/** The time that requests under way have when a server closes. */
const GRACE_MS = 5000

/** Listens, and responds to each request with `respond`; `observe` sees each one. */
export async function listen(
  respond: Respond,
  settings: Pick<ServerSettings, 'host' | 'port' | 'limits'>,
  certificate: KeyPair | undefined,
  observe: RequestObserver = (_, next) => next(),
): Promise<Listener> {
  const { host, port, limits } = settings
  const requestTimeout = limits.requestSeconds * 1000
  const options = {
    maxHeaderSize: limits.maxHeaderLength,
    requestTimeout,
    headersTimeout: Math.min(requestTimeout, HEADERS_MS),
    keepAliveTimeout: KEEP_ALIVE_MS,
    connectionsCheckingInterval: Math.min(requestTimeout, 5000),
    requireHostHeader: true,
    insecureHTTPParser: false,
  }
  const runInTurn = createSocketTurns()
  const sockets = createSilentSockets(Math.ceil(limits.maxConnections * 0.75))
  const onRequest = (message: IncomingMessage, response: ServerResponse) => {
    const answer = () => observe(message, () => answerOf(respond, message, response))
    runInTurn(message.socket, () =>
      respondTo(answer, message, response, sockets, requestTimeout).catch(() => {
        message.socket.destroy()
      }),
    )
  }
  const server =
    certificate === undefined
      ? createServer(options, onRequest)
      : createTlsServer(
          { ...options, ...certificate, minVersion: 'TLSv1.2', handshakeTimeout: 10_000 },
          onRequest,
        )
  server.maxConnections = limits.maxConnections
  server.maxRequestsPerSocket = MOST_REQUESTS
  server.on('connection', sockets.connected)
  await begin(server, host, port)
  const address = server.address() as AddressInfo
  return {
    address: address.address,
    port: address.port,
    setCertificate: (next) => {
      if ('setSecureContext' in server) server.setSecureContext(next)
    },
    close: () => close(server),
  }
}

async function answerOf(
  respond: Respond,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<Response> {
  return (
    refuseMessage(message) ??
    (await respond(createRequest(message, response), message.socket.remoteAddress ?? ''))
  )
}

async function respondTo(
  answerOnce: () => Promise<Response>,
  message: IncomingMessage,
  response: ServerResponse,
  sockets: SilentSockets,
  writeMs: number,
): Promise<void> {
  const { socket } = message
  if (!hasBody(message)) sockets.busy(socket)
  else message.once('end', () => sockets.busy(socket))
  const answer = await answerOnce()
  sockets.silent(socket)
  await sendResponse(message, response, answer, writeMs)
  sockets.silent(socket)
}

function begin(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    // The listener stays for errors that come later, such as a socket that could not be accepted: they end nothing.
    server.on('error', (error: NodeJS.ErrnoException) => {
      const text = `Cannot listen at ${host}, port ${port}: ${error.message}.`
      reject(serverError('NotListening', text, error))
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
