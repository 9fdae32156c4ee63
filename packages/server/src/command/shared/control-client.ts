/** Asks the control API of a running server. */

import type { Command } from 'commander'
import { serverError } from '../../server-error.ts'
import { connectTo, readAuthority, serverUrl } from './connect.ts'

/** Where a server is, and whom to trust about it. */
export interface ServerAddress {
  readonly server?: string
  readonly ca?: string
}

/** The options of every subcommand that asks a server. */
export function addAddressOptions(command: Command): Command {
  return command
    .option(
      '--server <url>',
      'a running server (env: POCKET_HSM_SERVER; default: https://127.0.0.1:8443)',
    )
    .option(
      '--ca <file>',
      'whose certificates are trusted, PEM (env: POCKET_HSM_CA; default: ~/.pocket-hsm/ca.pem)',
    )
}

/** Asks; what is refused is thrown with the server's text. */
export async function askControl(
  { server, ca }: ServerAddress,
  method: string,
  path: string,
  json?: object,
): Promise<Readonly<Record<string, unknown>>> {
  const target = serverUrl(server ?? process.env['POCKET_HSM_SERVER'])
  const send = connectTo(target, await readAuthority(target, ca ?? process.env['POCKET_HSM_CA']))
  const response = await send(
    new Request(new URL(`/control${path}`, target), {
      method,
      ...(json !== undefined && {
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(json),
      }),
    }),
  )
  const { status } = response
  const body = parsed(await response.text())
  if (status === 200 && body !== undefined) return body
  const { message } = Object(body?.['error'])
  const reason =
    status === 200 || (status === 404 && !path.startsWith('/reset')) || status === 401
      ? 'Is it a pocket-hsm that was started with --control?'
      : ''
  throw serverError(
    'NotReached',
    [`${target.origin} answered ${status}.`, message, reason].filter(Boolean).join(' '),
  )
}

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return Object(JSON.parse(text))
  } catch {
    return undefined
  }
}
