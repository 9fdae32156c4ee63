/** Errors for the client, and their responses in the form of Entra ID. */

import { type EntraErrorName, ERROR_ROWS, type ErrorRow } from './error-rows.ts'

/** An error that is sent to the client. */
export interface EntraError extends Error {
  readonly row: ErrorRow
}

/** The longest value that an error repeats. */
const LONGEST = 200

/** Makes an error. No secret is among the values that a text repeats. */
export function entraError(
  name: EntraErrorName,
  values: Readonly<Record<string, string>> = {},
): EntraError {
  const row: ErrorRow = ERROR_ROWS[name]
  const text = row.text.replace(/\{(\w+)\}/g, (_, key) => String(values[key]).slice(0, LONGEST))
  return Object.assign(new Error(`AADSTS${row.code}: ${text}`), { row })
}

/** Whether a value that was thrown is an error for the client. */
export const isEntraError = (error: unknown): error is EntraError =>
  error instanceof Error && 'row' in error

/** What an error response says about its request. */
export interface ErrorContext {
  /** Milliseconds since 1970. */
  readonly now: number
  readonly traceId: string
  readonly correlationId: string
  /** Where the error is explained: scheme and host. */
  readonly origin: string
}

/** Writes the response of an error. */
export function errorResponse({ row, message }: EntraError, context: ErrorContext): Response {
  const { now, traceId, correlationId, origin } = context
  const timestamp = printTime(now)
  const body = {
    error: row.error,
    error_description: `${message} Trace ID: ${traceId} Correlation ID: ${correlationId} Timestamp: ${timestamp}`,
    error_codes: [row.code],
    timestamp,
    trace_id: traceId,
    correlation_id: correlationId,
    error_uri: `${origin}/error?code=${row.code}`,
  }
  return Response.json(body, {
    status: row.status ?? 400,
    headers: {
      'cache-control': 'no-store, no-cache',
      pragma: 'no-cache',
      'x-ms-request-id': traceId,
      'client-request-id': correlationId,
    },
  })
}

/** The last instant that can be printed: ECMA-262 section 21.4.1.1. */
const LAST_TIME = 8.64e15

/** Prints `2026-11-28 18:40:00Z`. */
function printTime(now: number): string {
  // biome-ignore lint/style/noRestrictedGlobals: the instant is an argument; this only prints it
  const text = new Date(Math.min(Math.max(now, 0), LAST_TIME)).toISOString()
  return text.replace('T', ' ').replace(/\.\d+Z$/, 'Z')
}
