/** The key of a state, from the command line or the environment. */

import type { ServerOptions } from '../../options.ts'
import { serverError } from '../../server-error.ts'

/** The variable that may hold the key of the state. */
export const STATE_KEY = 'POCKET_HSM_STATE_KEY'

/** A key in the environment is never on a disk of this machine. */
export function stateKeyOf({
  state,
  stateKey,
}: Pick<ServerOptions, 'state' | 'stateKey'>): Pick<ServerOptions, 'stateKey'> {
  if (stateKey !== undefined) return { stateKey }
  const digits = process.env[STATE_KEY]
  if (state === undefined || digits === undefined) return {}
  if (/^[0-9a-f]{64}$/i.test(digits)) return { stateKey: Buffer.from(digits, 'hex') }
  throw serverError('BadOption', `${STATE_KEY} must be 64 hexadecimal digits.`)
}
