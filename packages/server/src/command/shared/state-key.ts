/** The key of a state, from the command line or the environment. */

import type { ServerOptions } from '../../options.ts'
import { serverError } from '../../server-error.ts'

/** The environment variable for the key of the state. */
export const STATE_KEY = 'POCKET_HSM_STATE_KEY'

/** The key of the state: the option's file, or the bytes in the environment, which are on no disk. */
export function stateKeyOf({
  state,
  stateKey,
}: Pick<ServerOptions, 'state' | 'stateKey'>): Pick<ServerOptions, 'stateKey'> {
  if (stateKey !== undefined) return { stateKey }
  return state === undefined ? {} : stateKeyFromEnvironment()
}

/** The key of a state in the environment, if it is there. */
export function stateKeyFromEnvironment(): Pick<ServerOptions, 'stateKey'> {
  const digits = process.env[STATE_KEY]
  if (digits === undefined) return {}
  if (/^[0-9a-f]{64}$/i.test(digits)) return { stateKey: Buffer.from(digits, 'hex') }
  throw serverError('BadOption', `${STATE_KEY} must have 64 hexadecimal digits.`)
}
