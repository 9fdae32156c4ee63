/** The address that a client used, as it spelled it. */

/**
 * Returns scheme and host of a request. A URL has its host in lower case; the client's own spelling is in the header, and
 * clients that compare addresses letter by letter need it in the URLs that they are given.
 */
export function originOf({ headers }: Request, { origin, protocol, host }: URL): string {
  const spelled = headers.get('host')
  return spelled?.toLowerCase() === host ? `${protocol}//${spelled}` : origin
}
