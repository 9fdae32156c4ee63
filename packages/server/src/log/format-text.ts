/** Log lines for people. */

import { escapeControls } from '../network/escape-controls.ts'
import type { LogLevel, RequestLogEntry } from '../options.ts'

/** The members that follow the time, level, method, path, status and duration, with their names in the line. */
const NAMED: readonly (readonly [keyof RequestLogEntry, string])[] = [
  ['operation', 'operation'],
  ['key', 'key'],
  ['caller', 'caller'],
  ['code', 'code'],
  ['reason', 'reason'],
  ['host', 'host'],
  ['peer', 'peer'],
  ['requestId', 'id'],
]

/** Without quotes: nothing in it can look like another member of the line. */
const PLAIN = /^[\w./:[\]@~%+-]+$/

/**
 * Formats a request as one line, without its line break: time, level, method, path, status, milliseconds, and then
 * `name=value`. A value with any other character than those of names and paths is in quotes, as JSON has them.
 */
export function formatRequest(entry: RequestLogEntry): string {
  const { time, level, method, path, status, ms } = entry
  const named = NAMED.flatMap(([member, name]) => {
    const value = entry[member]
    return value === undefined ? [] : [`${name}=${quoted(String(value))}`]
  })
  return [start(time, level), method, quoted(path), status ?? '-', `${ms}ms`, ...named].join(' ')
}

/** Formats a text as one line, without its line break. */
export function formatMessage(time: number, level: LogLevel, text: string): string {
  return `${start(time, level)} ${escapeControls(text)}`
}

const start = (time: number, level: LogLevel): string =>
  `${new Date(time).toISOString()} ${level.padEnd(5)}`

/** JSON leaves DEL, C1 and the characters that reorder a line as they are: they are escaped after it. */
function quoted(text: string): string {
  return PLAIN.test(text) ? text : escapeControls(JSON.stringify(text))
}
