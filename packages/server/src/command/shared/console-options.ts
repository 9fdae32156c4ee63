/** The option of `serve` for the console. */

import type { Command } from 'commander'
import type { ServerOptions } from '../../options.ts'

/** The option, as commander names it. */
export interface ConsoleOptions {
  readonly console?: boolean
}

/** Adds the option to `serve`. */
export function addConsoleOptions(command: Command): void {
  command.option(
    '--console',
    'console under /console/, a web page for callers on this machine; control API included (default: off)',
  )
}

/** Returns the option as that of a server. */
export function consoleOptions({ console }: ConsoleOptions): Pick<ServerOptions, 'console'> {
  return console === undefined ? {} : { console }
}
