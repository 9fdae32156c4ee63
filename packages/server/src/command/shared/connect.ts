/** Sends requests to a server, whatever host they are for. */

import { readFile } from 'node:fs/promises'
import { request as httpRequest } from 'node:http'
import { request as httpsRequest, type RequestOptions } from 'node:https'
import { isIP } from 'node:net'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { checkServerIdentity } from 'node:tls'
import type { Handler } from '@pocket-hsm/rest'
import { serverError } from '../../server-error.ts'

/** Longer than a server takes to respond with 503. */
const PATIENCE_MS = 180_000

/**
 * Connects to a server. The host of a request chooses the HSM there, and is not resolved.
 *
 * @param server - Scheme, address and port.
 * @param ca - The CA certificate to trust, PEM. Defaults to Node's own authorities.
 */
export function connectTo(server: URL, ca?: string): Handler {
  const address = server.hostname.replace(/^\[|\]$/g, '')
  const places: RequestOptions = {
    hostname: address.endsWith('.localhost') ? 'localhost' : address,
    port: server.port,
    agent: false,
    timeout: PATIENCE_MS,
    ...(ca !== undefined && { ca }),
    // The certificate is checked for the server, not for the HSM behind it. RFC 6066 section 3: an address is no server
    // name.
    servername: isIP(address) === 0 ? address : '',
    checkServerIdentity: (_, certificate) => checkServerIdentity(address, certificate),
  }
  const send = server.protocol === 'https:' ? httpsRequest : httpRequest
  return async (request) => {
    const { host, pathname, search } = new URL(request.url)
    const body = Buffer.from(await request.arrayBuffer())
    const headers = { ...Object.fromEntries(request.headers), host, 'content-length': body.length }
    const path = `${pathname}${search}`
    return new Promise((resolve, reject) => {
      const fail = (error: Error) => reject(notReached(server, error))
      const outgoing = send({ ...places, method: request.method, path, headers }, (incoming) => {
        const chunks: Buffer[] = []
        incoming
          .on('data', (chunk: Buffer) => chunks.push(chunk))
          .on('error', fail)
          .on('end', () => {
            const status = incoming.statusCode ?? 0
            resolve(new Response(status === 204 ? null : Buffer.concat(chunks), { status }))
          })
      })
      outgoing.on('timeout', () => outgoing.destroy(new Error('it did not respond')))
      outgoing.on('error', fail).end(body)
    })
  }
}

/** The address of a server by default. */
const DEFAULT_SERVER = 'https://127.0.0.1:8443'

/** Parses the address of a server. */
export function serverUrl(text: string = DEFAULT_SERVER): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url !== undefined && /^https?:$/.test(url.protocol)) return url
  throw serverError('BadOption', `--server must be an https or http URL, not ${text}.`)
}

/** Reads the CA certificate to trust: that of the file, or of the default certificate folder. */
export async function readAuthority(
  server: URL,
  file: string | undefined,
): Promise<string | undefined> {
  if (server.protocol !== 'https:') return undefined
  const path = file ?? join(homedir(), '.pocket-hsm', 'ca.pem')
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (file === undefined) return undefined
    throw serverError('BadOption', `--ca: ${path} cannot be read: ${String(error)}`, error)
  }
}

const UNTRUSTED = /^(UNABLE_TO|SELF_SIGNED|DEPTH_ZERO|CERT_|ERR_TLS_CERT)/

function notReached(server: URL, error: NodeJS.ErrnoException): Error {
  const why = error.message || (error.code ?? 'it cannot be reached')
  const advice = UNTRUSTED.test(error.code ?? '')
    ? 'Give its CA certificate with --ca: `pocket-hsm serve --print-ca` prints it.'
    : 'Start one with `pocket-hsm serve`, or give its address with --server.'
  return serverError('NotReached', `No server at ${server.origin}: ${why}. ${advice}`, error)
}
