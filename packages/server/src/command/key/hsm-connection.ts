/** Connects to the HSM of a command line: in a running server, or in a state. */

import { existsSync } from 'node:fs'
import type { Handler } from '@pocket-hsm/rest'
import { isLoopback } from '../../network/addresses.ts'
import { escapeControls } from '../../network/escape-controls.ts'
import { serverError } from '../../server-error.ts'
import { connectTo, readAuthority, serverUrl } from '../shared/connect.ts'
import { stateKeyOf } from '../shared/state-key.ts'
import type { ConnectionOptions } from './options.ts'
import type { Target } from './target.ts'

/** A connection to an HSM. */
export interface HsmConnection {
  readonly send: Handler
  /** Scheme and host for the URLs of requests. */
  readonly origin: string
  /** Closes the state, if it is one. */
  readonly close: () => Promise<void>
}

/** The environment: some variables replace options. */
type Environment = Readonly<Record<string, string | undefined>>

/**
 * Connects to the HSM of a command line.
 *
 * @param canCreateState - Whether a missing state is created.
 */
export async function connectToHsm(
  options: ConnectionOptions,
  { origin }: Target,
  environment: Environment,
  canCreateState: boolean,
): Promise<HsmConnection> {
  const { state } = options
  if (state !== undefined) return openState({ ...options, state }, origin, canCreateState)
  const server = serverOf(options, origin, environment)
  const ca = await readAuthority(server, options.ca ?? environment['POCKET_HSM_CA'])
  return {
    send: connectTo(server, ca),
    origin: origin ?? server.origin,
    close: async () => {},
  }
}

/** Opens the HSMs of a state in this process; no server can use the state meanwhile. */
async function openState(
  options: ConnectionOptions & { readonly state: string },
  origin: string | undefined,
  canCreateState: boolean,
): Promise<HsmConnection> {
  const { state } = options
  if (!canCreateState && !existsSync(state)) {
    throw serverError(
      'BadState',
      `There is no state in ${state}. The commands create, import and restore create one.`,
    )
  }
  const { openHsms } = await import('../../startup/open-hsms.ts')
  const { respond, hosts, close } = await openHsms({
    state,
    ...stateKeyOf(options),
    warn: (text) => process.stderr.write(`warning: ${escapeControls(text)}\n`),
  })
  const [host = 'pocket.managedhsm.azure.net'] = hosts.all[0]?.hosts ?? []
  return {
    send: (request) => respond(request, '127.0.0.1'),
    origin: origin ?? `https://${host}`,
    close,
  }
}

/** An identifier with a loopback host is at that server; any other host is that of an HSM in the local server. */
function serverOf(
  { server }: ConnectionOptions,
  origin: string | undefined,
  environment: Environment,
): URL {
  const isLocal = origin !== undefined && isLoopback(new URL(origin).hostname)
  return serverUrl(server ?? environment['POCKET_HSM_SERVER'] ?? (isLocal ? origin : undefined))
}
