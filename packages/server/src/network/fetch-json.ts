/** JSON from another server: within a time and a size. */

import { isLoopback } from './addresses.ts'
import { createHttpGet, type HttpGet } from './http-get.ts'

/** Fetches JSON. It rejects if what comes is not one whole JSON object. */
export type FetchJson = (url: string) => Promise<Readonly<Record<string, unknown>>>

const MOST_MS = 5000

/** Key sets of attestation services, with their certificate chains, have some tens of thousands of bytes. */
const MOST_BYTES = 512 * 1024

/**
 * Makes a fetcher. Plain HTTP is for loopback addresses only; redirections are not followed.
 *
 * @param get - Defaults to a GET from any address.
 */
export function createJsonFetcher(get: HttpGet = createHttpGet()): FetchJson {
  return async (text) => {
    const url = new URL(text)
    const { protocol, hostname } = url
    const isSafe = protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname))
    if (!isSafe) throw new Error(`${text} is not an https URL`)
    const { status, body } = await get(url, AbortSignal.timeout(MOST_MS))
    const bytes = await readWithin(body, text)
    if (status !== 200) throw new Error(`${text} responded with status ${status}`)
    const json: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    if (typeof json === 'object' && json !== null) return { ...json }
    throw new Error(`${text} has no JSON object`)
  }
}

async function readWithin(body: AsyncIterable<Uint8Array>, url: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of body) {
    length += chunk.length
    // Leaving the loop cancels the rest.
    if (length > MOST_BYTES) throw new Error(`${url} has over ${MOST_BYTES} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
