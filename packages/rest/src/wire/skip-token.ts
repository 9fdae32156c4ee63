/** The `$skiptoken` of a link to a page: where the page begins, and the api-version that the link itself does not name. */

/** A parsed token. */
export interface SkipToken {
  /** What a page of the engine returned as `nextMarker`. */
  readonly marker: string
  readonly apiVersion?: string
}

/** Prints a token that carries the api-version, for links without one. */
export function printSkipToken(marker: string, apiVersion: string): string {
  return `${marker}.${apiVersion}`
}

/** Parses a token, with or without an api-version; markers are base64url, which has no dot. */
export function parseSkipToken(token: string): SkipToken {
  const dot = token.indexOf('.')
  return dot < 0
    ? { marker: token }
    : { marker: token.slice(0, dot), apiVersion: token.slice(dot + 1) }
}
