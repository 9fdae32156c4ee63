/** The options of `serve` for operators: log, audit log, pages, control token. */

import { type Command, Option } from 'commander'
import { LOG_FORMATS, LOG_LEVELS } from '../../log/log-levels.ts'
import type { LogFormat, LogLevel, ServerOptions } from '../../options.ts'
import { serverError } from '../../server-error.ts'
import { addConsoleOptions, type ConsoleOptions, consoleOptions } from './console-options.ts'
import { CONTROL_TOKEN, readTokenFile } from './control-token.ts'
import { wholeNumber } from './parse-option.ts'

/** The options, as commander names them. */
export interface OperationOptions extends ConsoleOptions {
  readonly log?: LogFormat | 'off'
  readonly logLevel?: LogLevel
  readonly auditLog?: string
  readonly opsPort?: number
  readonly opsHost?: string
  readonly control?: boolean
  readonly controlToken?: string
  readonly controlTokenFile?: string
}

/** Adds the options to `serve`. */
export function addOperationOptions(command: Command): void {
  addConsoleOptions(command)
  command
    .addOption(
      new Option('--log <format>', 'log on stderr, one line a request (default: off)').choices([
        'off',
        ...LOG_FORMATS,
      ]),
    )
    .addOption(
      new Option('--log-level <level>', 'least level that is logged (default: info)').choices([
        ...LOG_LEVELS,
      ]),
    )
    .option(
      '--audit-log <file>',
      'file for a record of each request, as Azure Monitor delivers it, JSON Lines (default: none)',
    )
    .option(
      '--ops-port <number>',
      'port for /healthz, /readyz and /metrics, plain HTTP; 0 for any free one (default: none)',
      wholeNumber(0, 65_535),
    )
    .option('--ops-host <address>', 'address for those pages (default: 127.0.0.1)')
    .option(
      '--control-token <token>',
      `token with which callers elsewhere may use the control API; process lists show it: rather give the file, or ${CONTROL_TOKEN} (default: none)`,
    )
    .option('--control-token-file <file>', 'file with that token')
}

/**
 * Returns the options as those of a server.
 *
 * @param isFromEnvironment - Whether an option has the value of its variable. Client commands read the variable of the
 *   token too, so that it says nothing about control.
 */
export async function operationOptions(
  options: OperationOptions,
  isFromEnvironment: (name: keyof OperationOptions) => boolean,
): Promise<
  Pick<ServerOptions, 'log' | 'auditLog' | 'opsPort' | 'opsHost' | 'controlToken' | 'console'>
> {
  const { log, logLevel, auditLog, opsPort, opsHost } = options
  if (logLevel !== undefined && log === undefined) {
    throw serverError('BadOption', '--log-level can be used only with --log.')
  }
  const controlToken = await controlTokenOf(options, isFromEnvironment)
  return {
    ...consoleOptions(options),
    ...(log !== undefined &&
      log !== 'off' && {
        log: { format: log, ...(logLevel !== undefined && { level: logLevel }) },
      }),
    ...(auditLog !== undefined && { auditLog }),
    ...(opsPort !== undefined && { opsPort }),
    ...(opsHost !== undefined && { opsHost }),
    ...(controlToken !== undefined && { controlToken }),
  }
}

async function controlTokenOf(
  { control, console, controlToken, controlTokenFile }: OperationOptions,
  isFromEnvironment: (name: keyof OperationOptions) => boolean,
): Promise<string | undefined> {
  const token = control || console || !isFromEnvironment('controlToken') ? controlToken : undefined
  if (token === undefined || controlTokenFile === undefined) {
    return controlTokenFile === undefined ? token : readTokenFile(controlTokenFile)
  }
  if (isFromEnvironment('controlToken')) return readTokenFile(controlTokenFile)
  if (isFromEnvironment('controlTokenFile')) return token
  throw serverError('BadOption', 'Give either --control-token or --control-token-file.')
}
