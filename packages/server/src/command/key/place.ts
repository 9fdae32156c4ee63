/** The HSM that a command line asks. */

import type { Handler } from '@pocket-hsm/rest'
import { isLoopback } from '../../addresses.ts'
import { serverError } from '../../server-error.ts'
import { readAuthority } from '../control-client.ts'
import { connectTo } from './connect.ts'
import type { PlaceOptions } from './options.ts'
import type { Target } from './target.ts'

/** An HSM that answers. */
export interface Place {
  readonly send: Handler
  /** Scheme and host that requests are for. */
  readonly origin: string
  /** Lets go of it. */
  readonly close: () => Promise<void>
}

const DEFAULT_SERVER = 'https://127.0.0.1:8443'

/** The variables that stand for options. */
type Environment = Readonly<Record<string, string | undefined>>

/** Finds the HSM of a command line. */
export async function openPlace(
  options: PlaceOptions,
  { origin }: Target,
  environment: Environment,
): Promise<Place> {
  const server = serverOf(options, origin, environment)
  const ca =
    server.protocol === 'https:'
      ? await readAuthority(options.ca ?? environment['POCKET_HSM_CA'])
      : undefined
  return {
    send: connectTo(server, ca),
    origin: origin ?? server.origin,
    close: async () => {},
  }
}

/** An identifier on this machine says where its server is; any other host is one that a server here goes by. */
function serverOf(
  { server }: PlaceOptions,
  origin: string | undefined,
  environment: Environment,
): URL {
  const isHere = origin !== undefined && isLoopback(new URL(origin).hostname)
  const text = server ?? environment['POCKET_HSM_SERVER'] ?? (isHere ? origin : DEFAULT_SERVER)
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url !== undefined && /^https?:$/.test(url.protocol)) return url
  throw serverError('BadOption', `--server must be an https or http URL, not ${text}`)
}
