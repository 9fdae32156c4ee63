/** JSON from elsewhere: from one address, within a time and a size. */

import { isLoopback } from './addresses.ts'

/** Fetches JSON. It rejects for whatever is not a JSON object that arrived whole. */
export type FetchJson = (url: string) => Promise<Readonly<Record<string, unknown>>>

const MOST_MS = 5000

/** Key sets of attestation services, with their chains of certificates, have some tens of thousands of bytes. */
const MOST_BYTES = 512 * 1024

/**
 * Makes a fetcher. Whom it trusts over HTTPS is for Node to say: its own authorities and NODE_EXTRA_CA_CERTS.
 *
 * Plain HTTP is for this machine alone. A redirection is not followed: it could lead where nobody was meant to ask.
 */
export function createJsonFetcher(fetch: typeof globalThis.fetch = globalThis.fetch): FetchJson {
  return async (url) => {
    const { protocol, hostname } = new URL(url)
    const isSafe = protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname))
    if (!isSafe) throw new Error(`${url} is not an https URL`)
    const response = await fetch(url, {
      redirect: 'error',
      signal: AbortSignal.timeout(MOST_MS),
      headers: { accept: 'application/json' },
    })
    const bytes = await readWithin(response, MOST_BYTES)
    if (response.status !== 200) throw new Error(`${url} answered ${response.status}`)
    const json: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    if (typeof json === 'object' && json !== null) return { ...json }
    throw new Error(`${url} has no JSON object`)
  }
}

async function readWithin(response: Response, most: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    length += chunk.length
    // Leaving the loop cancels what is still to come.
    if (length > most) throw new Error(`${response.url} has over ${most} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
