/** The HSM that a command line asks. */

import { existsSync } from 'node:fs'
import type { Handler } from '@pocket-hsm/rest'
import { isLoopback } from '../../network/addresses.ts'
import { serverError } from '../../server-error.ts'
import { connectTo, readAuthority, serverUrl } from '../shared/connect.ts'
import { stateKeyOf } from '../shared/state-key.ts'
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

/** The variables that stand for options. */
type Environment = Readonly<Record<string, string | undefined>>

/**
 * Finds the HSM of a command line.
 *
 * @param canBegin - Whether a state that is not there is made.
 */
export async function openPlace(
  options: PlaceOptions,
  { origin }: Target,
  environment: Environment,
  canBegin: boolean,
): Promise<Place> {
  const { state } = options
  if (state !== undefined) return openState({ ...options, state }, origin, canBegin)
  const server = serverOf(options, origin, environment)
  const ca = await readAuthority(server, options.ca ?? environment['POCKET_HSM_CA'])
  return {
    send: connectTo(server, ca),
    origin: origin ?? server.origin,
    close: async () => {},
  }
}

/** The HSMs of a state answer in this process; no server may have it meanwhile. */
async function openState(
  options: PlaceOptions & { readonly state: string },
  origin: string | undefined,
  canBegin: boolean,
): Promise<Place> {
  const { state } = options
  if (!canBegin && !existsSync(state)) {
    throw serverError(
      'BadState',
      `There is no state in ${state}: the first key that is made makes it.`,
    )
  }
  const { openHsms } = await import('../../startup/open-hsms.ts')
  const { respond, hosts, close } = await openHsms({
    state,
    ...stateKeyOf(options),
    warn: (text) => process.stderr.write(`warning: ${text}\n`),
  })
  const [host = 'pocket.managedhsm.azure.net'] = hosts.all[0]?.hosts ?? []
  return {
    send: (request) => respond(request, '127.0.0.1'),
    origin: origin ?? `https://${host}`,
    close,
  }
}

/** An identifier on this machine says where its server is; any other host is one that a server here goes by. */
function serverOf(
  { server }: PlaceOptions,
  origin: string | undefined,
  environment: Environment,
): URL {
  const isHere = origin !== undefined && isLoopback(new URL(origin).hostname)
  return serverUrl(server ?? environment['POCKET_HSM_SERVER'] ?? (isHere ? origin : undefined))
}
