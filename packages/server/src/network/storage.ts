/** Blob storage for full backups: the hosts that a caller may name, and the requests to them. */

import type { ServerSettings } from '../options.ts'
import { isLoopback } from './addresses.ts'

/** Below these the clouds have their storage accounts. */
const CLOUD_ENDINGS: readonly string[] = [
  '.blob.core.windows.net',
  '.blob.core.chinacloudapi.cn',
  '.blob.core.usgovcloudapi.net',
]

/**
 * Makes the storage of a server: `fetch`, for the hosts that are allowed.
 *
 * A caller names the address of the storage. Without this limit, a caller could make the server send requests to any
 * machine that it can reach.
 */
export function createStorage({
  host,
  storageHosts,
}: Pick<ServerSettings, 'host' | 'storageHosts'>): (request: Request) => Promise<Response> {
  const allowed = new Set(storageHosts.map((each) => each.toLowerCase()))
  const isAllowed = ({ hostname, host: withPort }: URL): boolean =>
    allowed.has(hostname) ||
    allowed.has(withPort) ||
    CLOUD_ENDINGS.some((ending) => hostname.endsWith(ending)) ||
    (isLoopback(host) && isLoopback(hostname))
  return async (request) => {
    if (isAllowed(new URL(request.url))) return fetch(request)
    const headers = { 'x-ms-error-code': 'StorageHostNotAllowed' }
    return new Response(null, { status: 403, headers })
  }
}
