/** Asks the control API of a running server. */

import { readFile } from 'node:fs/promises'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { Command } from 'commander'
import { serverError } from '../server-error.ts'

/** Where a server is, and whom to trust about it. */
export interface ServerAddress {
  readonly url: string
  readonly ca?: string
}

const MOST_MS = 10_000

/** The options of every subcommand that asks a server. */
export function addAddressOptions(command: Command): Command {
  return command
    .option('--url <url>', 'where the server is', 'https://127.0.0.1:8443')
    .option('--ca <file>', 'the authority to trust, PEM (default: ~/.pocket-hsm/ca.pem)')
}

/** Asks; what is refused is thrown with the server's text. */
export async function askControl(
  { url, ca }: ServerAddress,
  method: string,
  path: string,
  json?: object,
): Promise<Readonly<Record<string, unknown>>> {
  if (!URL.canParse(url) || !/^https?:/.test(url)) {
    throw serverError('BadOption', `--url must be an http or https URL, not ${url}.`)
  }
  const target = new URL(`/control${path}`, url)
  const trusted = target.protocol === 'https:' ? await readAuthority(ca) : undefined
  const { status, text } = await exchange(target, method, trusted, json)
  const body = parsed(text)
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

/** The certificates to trust: those of the file, or of the folder where made ones are kept. */
export async function readAuthority(file: string | undefined): Promise<string | undefined> {
  const path = file ?? join(homedir(), '.pocket-hsm', 'ca.pem')
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (file === undefined) return undefined
    throw serverError('BadOption', `--ca: ${path} cannot be read: ${String(error)}`, error)
  }
}

function exchange(
  target: URL,
  method: string,
  ca: string | undefined,
  json: object | undefined,
): Promise<{ readonly status: number; readonly text: string }> {
  const body = json === undefined ? undefined : JSON.stringify(json)
  const options = {
    method,
    timeout: MOST_MS,
    ...(ca !== undefined && { ca }),
    ...(body !== undefined && {
      headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
    }),
  }
  const request = target.protocol === 'https:' ? httpsRequest : httpRequest
  return new Promise((resolve, reject) => {
    const fail = (error: Error) =>
      reject(serverError('NotReached', `${target.origin} was not reached: ${error.message}`, error))
    const outgoing = request(target, options, (response) => {
      readText(response).then((text) => resolve({ status: response.statusCode ?? 0, text }), fail)
    })
    outgoing.on('timeout', () => outgoing.destroy(new Error('it did not answer in time')))
    outgoing.on('error', fail).end(body)
  })
}

async function readText(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return Object(JSON.parse(text))
  } catch {
    return undefined
  }
}
