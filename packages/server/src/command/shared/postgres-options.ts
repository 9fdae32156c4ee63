/** The options of `serve` for HSMs in PostgreSQL. */

import { type Command, Option } from 'commander'
import type { ServerOptions } from '../../options.ts'
import { stateKeyFromEnvironment } from './state-key.ts'

/** The options, as commander names them. */
export interface PostgresOptions extends Pick<ServerOptions, 'postgres' | 'stateKey'> {}

/** Adds the options to `serve`. */
export function addPostgresOptions(command: Command): void {
  command.addOption(
    new Option(
      '--postgres [url]',
      'PostgreSQL database to store keys, settings and the clock in, for any number of servers: postgres://user@host/database; without an address, PGHOST, PGUSER, … name it; needs --state-key (default: none)',
    ).conflicts(['state', 'management']),
  )
}

/** From the environment a switch is a text too. */
const SWITCHES: Readonly<Record<string, boolean>> = { true: true, false: false }

/** Returns the options as those of a server. */
export function postgresOptions({
  postgres,
  stateKey,
}: PostgresOptions): Pick<ServerOptions, 'postgres' | 'stateKey'> {
  if (postgres === undefined) return {}
  const value = typeof postgres === 'string' ? (SWITCHES[postgres] ?? postgres) : postgres
  if (value === false) return {}
  return { postgres: value, ...(stateKey ? { stateKey } : stateKeyFromEnvironment()) }
}
