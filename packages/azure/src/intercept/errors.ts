/** The errors of requests that no handler answers. */

/** More addresses than this are not listed. */
const MOST_LISTED = 10

/**
 * Makes the error for a vault or Managed HSM that does not exist: with the code that Node.js gives a name that DNS does not
 * know, so that clients treat it as they would in production.
 */
export function unknownService(url: URL, addresses: readonly string[]): Error {
  const { hostname, origin } = url
  const listed = addresses.slice(0, MOST_LISTED).join(', ') || 'none'
  const more = addresses.length > MOST_LISTED ? `, and ${addresses.length - MOST_LISTED} more` : ''
  const message = `getaddrinfo ENOTFOUND ${hostname}: no HSM of interceptAzure has this address (there are: ${listed}${more}). Create one with createHsm({ baseUrl: '${origin}' }).`
  // As Node.js writes it; the number is that of Linux.
  return Object.assign(new Error(message), {
    code: 'ENOTFOUND',
    errno: -3008,
    syscall: 'getaddrinfo',
    hostname,
  })
}

/** Makes the error for a request that is none of Azure's, where such requests fail. */
export function otherRequest({ method, url }: Request): Error {
  const message = `${method} ${withoutSecrets(url)} was refused: it is none of the addresses that interceptAzure answers, and onUnhandledRequest lets no other request pass.`
  return Object.assign(new Error(message), { code: 'ERR_UNHANDLED_REQUEST' })
}

/** Makes the error for a request to Azure that was begun while it was intercepted, and arrives when it no longer is. */
export function endedInterception({ method, url }: Request): Error {
  const message = `${method} ${withoutSecrets(url)} was refused: interceptAzure was ended while the request was on its way. Wait for it before you end the interception.`
  return Object.assign(new Error(message), { code: 'ERR_INTERCEPTION_ENDED' })
}

/** A query, a password or a fragment may hold a secret. */
function withoutSecrets(text: string): string {
  const { origin, pathname } = new URL(text)
  return `${origin}${pathname}`
}
