/** What a server logs. */

/** How much is logged: a level includes those after it. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

/** The levels, most first. */
export const LOG_LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error']

/** How a line is written: as text for people, or as JSON. */
export type LogFormat = 'text' | 'json'

/** The formats. */
export const LOG_FORMATS: readonly LogFormat[] = ['text', 'json']

/**
 * One request in the log. Nothing in it is a token, a body or a query, and every text is cut to some hundreds of
 * characters. Texts from the client are as they came: escape control characters before you print them.
 */
export interface RequestLogEntry {
  /** When the request arrived: milliseconds since 1970, on the machine's clock. */
  readonly time: number
  /**
   * `error` for a status from 500 on and a connection that was closed without a response, `warn` for one from 400 on,
   * `info` for the others and for a request without a token, with which every client begins. Requests to the
   * operator's listener are `debug`.
   */
  readonly level: LogLevel
  readonly method: string
  /** The path without the query, at most 256 characters, percent-encoded as it came. */
  readonly path: string
  /** The host that the client used, with its port. */
  readonly host?: string
  /** The address of the socket's other end. */
  readonly peer?: string
  /** Absent if the connection was closed without a response. */
  readonly status?: number
  /** Milliseconds until the response was ready, the write to the state included. */
  readonly ms: number
  /** As in `x-ms-request-id`. */
  readonly requestId?: string
  /** The operation, such as `sign`; `control`, `identity` for requests to those. */
  readonly operation?: string
  /** The name of the key, as in the path. */
  readonly key?: string
  /** The caller that the token names. */
  readonly caller?: string
  /** `error.code` of an error. */
  readonly code?: string
  /** Why a request was refused, such as what is wrong with its token. */
  readonly reason?: string
}

/** Receives each request. What it throws is reported once as a warning, and changes no response. */
export type LogListener = (entry: RequestLogEntry) => void

/** Where and how much to log. */
export interface LogOptions {
  /** Defaults to `text`. */
  readonly format?: LogFormat
  /** The least level that is logged. Defaults to `info`: every request but those to the operator's listener. */
  readonly level?: LogLevel
  /** Receives each line, with its line break. Defaults to stderr. */
  readonly write?: (line: string) => void
}
