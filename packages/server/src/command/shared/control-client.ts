/** Sends requests to the control API of a running server. */

import type { Command } from 'commander'
import { escapeControls } from '../../network/escape-controls.ts'
import { serverError } from '../../server-error.ts'
import { connectTo, readAuthority, serverUrl } from './connect.ts'
import { CONTROL_TOKEN, CONTROL_TOKEN_FILE, readTokenFile } from './control-token.ts'

/** The address of a server, the CA certificate to trust, and the token to send. */
export interface ServerAddress {
  readonly server?: string
  readonly ca?: string
  readonly token?: string
  readonly controlToken?: string
  readonly controlTokenFile?: string
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
    .option(
      '--control-token <token>',
      `control token, for a server on another machine; process lists show it (env: ${CONTROL_TOKEN}; default: none)`,
    )
    .option(
      '--control-token-file <file>',
      `file with the control token (env: ${CONTROL_TOKEN_FILE}; default: none)`,
    )
}

/** Returns the token to send: the command line comes before the environment, and the control token before the other. */
async function tokenOf(
  { token, controlToken, controlTokenFile }: ServerAddress,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<string | undefined> {
  if (controlToken !== undefined) return controlToken
  if (controlTokenFile !== undefined) return readTokenFile(controlTokenFile)
  if (token !== undefined) return token
  const { [CONTROL_TOKEN]: controlled, [CONTROL_TOKEN_FILE]: file } = environment
  if (controlled) return controlled
  if (file) return readTokenFile(file)
  return environment['POCKET_HSM_TOKEN']
}

/** Sends a request; an error response is thrown with the server's text. */
export async function requestControl(
  address: ServerAddress,
  method: string,
  path: string,
  json?: object,
): Promise<Readonly<Record<string, unknown>>> {
  const { server, ca } = address
  const token = await tokenOf(address, process.env)
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
