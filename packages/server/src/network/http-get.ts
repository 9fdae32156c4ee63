/** GET over HTTP and HTTPS, from allowed addresses only. */

import { lookup as lookUp } from 'node:dns'
import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { LookupFunction } from 'node:net'
import { isAddress } from './addresses.ts'

/** What came back: redirections are not followed. */
export interface HttpAnswer {
  readonly status: number
  readonly body: AsyncIterable<Uint8Array>
}

/** Gets what is at a URL; rejects if nothing comes. */
export type HttpGet = (url: URL, signal: AbortSignal) => Promise<HttpAnswer>

/**
 * Makes a getter. Node decides which certificates are trusted: its own authorities and NODE_EXTRA_CA_CERTS.
 *
 * @param isAllowed - Whether an IP address may be connected to. A name is looked up once, and the connection goes to an
 *   address that was checked.
 */
export function createHttpGet(isAllowed: (address: string) => boolean = () => true): HttpGet {
  const lookup: LookupFunction = (hostname, options, callback) => {
    lookUp(hostname, { ...options, all: true }, (error, addresses) => {
      const allowed = (addresses ?? []).filter(({ address }) => isAllowed(address))
      const [first] = allowed
      if (first === undefined) callback(error ?? notAllowed(hostname), '', 0)
      else if (options.all) callback(null, allowed)
      else callback(null, first.address, first.family)
    })
  }
  return (url, signal) =>
    new Promise((resolve, reject) => {
      const { protocol, hostname } = url
      if (isAddress(hostname) && !isAllowed(hostname.replace(/^\[|\]$/g, ''))) {
        throw notAllowed(hostname)
      }
      const send = protocol === 'https:' ? httpsRequest : httpRequest
      const headers = { accept: 'application/json' }
      send(url, { signal, lookup, headers, agent: false }, (response) => {
        resolve({ status: response.statusCode ?? 0, body: response })
      })
        .on('error', reject)
        .end()
    })
}

const notAllowed = (hostname: string): Error =>
  new Error(`${hostname} has no public address: give its issuer with --attestation-issuer`)
