/** The log of a server: requests, warnings, and its start and end. */

import { escapeControls } from '../network/escape-controls.ts'
import type { LogFormat, LogLevel, LogListener, LogOptions, RequestLogEntry } from '../options.ts'
import { formatMessage, formatRequest } from './format-text.ts'
import { LOG_LEVELS } from './log-levels.ts'
import { createStderrWriter } from './write-stderr.ts'

/** A log. */
export interface Log {
  readonly request: LogListener
  /** Logs a text about the server. */
  readonly message: (level: LogLevel, text: string) => void
}

/** Makes the functions that write one format. */
type MakeLog = (write: (line: string) => void) => Log | Promise<Log>

const FORMATS: Readonly<Record<LogFormat, MakeLog>> = {
  text: (write) => ({
    request: (entry) => write(`${formatRequest(entry)}\n`),
    message: (level, text) => write(`${formatMessage(Date.now(), level, text)}\n`),
  }),
  json: createJsonLog,
}

/**
 * Makes the log of the option.
 *
 * @param option - A format, options or a function; `undefined` for no log.
 * @param warn - Receives what a function has thrown, once.
 */
export async function createLog(
  option: LogFormat | LogOptions | LogListener | undefined,
  warn: (text: string) => void,
): Promise<Log | undefined> {
  if (option === undefined) return undefined
  if (typeof option === 'function') return { request: guarded(option, warn), message: () => {} }
  const { format, level, write } = typeof option === 'string' ? { format: option } : option
  const log = await FORMATS[format ?? 'text'](write ?? createStderrWriter())
  return aboveLevel(log, level ?? 'info')
}

function aboveLevel(log: Log, least: LogLevel): Log {
  const logged = new Set(LOG_LEVELS.slice(LOG_LEVELS.indexOf(least)))
  return {
    request: (entry) => {
      if (logged.has(entry.level)) log.request(entry)
    },
    message: (level, text) => {
      if (logged.has(level)) log.message(level, text)
    },
  }
}

/** Lines as pino writes them. Characters that JSON leaves as they are, and that control a terminal, are escaped too. */
async function createJsonLog(write: (line: string) => void): Promise<Log> {
  const { pino } = await import('pino')
  const logger = pino(
    {
      level: 'debug',
      base: null,
      timestamp: false,
      formatters: { level: (level) => ({ level }) },
    },
    { write: (line: string) => write(`${escapeControls(line.trimEnd())}\n`) },
  )
  return {
    request: ({ level, time, ...entry }: RequestLogEntry) =>
      logger[level]({ time: new Date(time).toISOString(), ...entry }, 'request'),
    message: (level, text) => logger[level]({ time: new Date().toISOString() }, text),
  }
}

/** A listener that throws changes no response. */
function guarded(listener: LogListener, warn: (text: string) => void): LogListener {
  let hasWarned = false
  return (entry) => {
    try {
      listener(entry)
    } catch (error) {
      if (!hasWarned) warn(`The function of the option log has thrown: ${String(error)}`)
      hasWarned = true
    }
  }
}
