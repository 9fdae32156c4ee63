/** The levels and the formats of a log. */

import type { LogFormat, LogLevel } from '../options.ts'

/** The levels, most first. */
export const LOG_LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error']

/** The formats. */
export const LOG_FORMATS: readonly LogFormat[] = ['text', 'json']
