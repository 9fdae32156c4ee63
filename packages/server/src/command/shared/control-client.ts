/** Sends requests to the control API of a running server. */

import type { Command } from 'commander'
import { escapeControls } from '../../network/escape-controls.ts'
import { serverError } from '../../server-error.ts'
import { connectTo, readAuthority, serverUrl } from './connect.ts'

/** The address of a server, the CA certificate to trust, and the token to send. */
export interface ServerAddress {
  readonly server?: string
  readonly ca?: string
  readonly token?: string
}

/** Adds the options of every subcommand that uses the control API. */
export function addAddressOptions(command: Command): Command {
  return command
    .option(
      '--server <url>',
      'address of a running server (env: POCKET_HSM_SERVER; default: https://127.0.0.1:8443)',
    )
    .option(
      '--ca <file>',
      'CA certificate to trust, PEM (env: POCKET_HSM_CA; default: ~/.pocket-hsm/ca.pem)',
    )
    .option(
      '--token <token>',
      'bearer token, for a server that verifies tokens (env: POCKET_HSM_TOKEN; default: none)',
    )
}

/** Sends a request; an error response is thrown with the server's text. */
export async function requestControl(
  { server, ca, token = process.env['POCKET_HSM_TOKEN'] }: ServerAddress,
  method: string,
  path: string,
  json?: object,
): Promise<Readonly<Record<string, unknown>>> {
  const target = serverUrl(server ?? process.env['POCKET_HSM_SERVER'])
  const send = connectTo(target, await readAuthority(target, ca ?? process.env['POCKET_HSM_CA']))
  const response = await send(
    new Request(new URL(`/control${path}`, target), {
      method,
      headers: {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(json !== undefined && { 'content-type': 'application/json' }),
      },
      ...(json !== undefined && { body: JSON.stringify(json) }),
    }),
  )
  const { status } = response
  const body = parsed(await response.text())
  if (status === 200 && body !== undefined) return body
  const { message } = Object(body?.['error'])
  const isUnknown =
    status === 200 ||
    (status === 404 && !path.startsWith('/reset')) ||
    (status === 401 && !String(message).startsWith('Control '))
  const reason = isUnknown ? 'Was the server started with --control?' : ''
  throw serverError(
    'NotReached',
    escapeControls(
      [`${target.origin} responded with status ${status}.`, message, reason]
        .filter(Boolean)
        .join(' '),
    ),
  )
}

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return Object(JSON.parse(text))
  } catch {
    return undefined
  }
}
