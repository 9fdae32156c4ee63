/** Which options go together with `postgres`. */

import type { ServerOptions, ServerSettings } from '../options.ts'
import { serverError } from '../server-error.ts'

/** Options that cannot be used with `postgres`, and why. */
const REFUSED: readonly (readonly [keyof ServerOptions, string])[] = [
  ['state', 'the keys are stored in the database; pocket-hsm state copy moves a state there'],
  ['management', 'the management plane is of one server only'],
]

/**
 * Checks the options of a server whose HSMs are in PostgreSQL.
 *
 * @throws `BadOption` - an option that cannot be used with it, or no key of the state.
 */
export function checkPostgresOptions(settings: ServerSettings): void {
  if (settings.postgres === false) return
  const { postgres, stateKey } = settings
  for (const [name, reason] of REFUSED) {
    const value = settings[name]
    if (value !== undefined && value !== false) {
      throw serverError('BadOption', `${name} cannot be used with postgres: ${reason}.`)
    }
  }
  if (stateKey === undefined) {
    throw serverError(
      'BadOption',
      'postgres needs stateKey, the same for every server: 32 bytes, or the file with their 64 hexadecimal digits. openssl rand -hex 32 makes one.',
    )
  }
  // Never with its text: it may hold a password.
  if (typeof postgres === 'string' && !/^postgres(ql)?:\/\//.test(postgres)) {
    throw serverError(
      'BadOption',
      'postgres must be true, or an address that begins with postgres://.',
    )
  }
}
