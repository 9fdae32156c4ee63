/** The options of a server, read once. */

import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { isLoopback, isServedName } from '../network/addresses.ts'
import type { ServerLimits, ServerOptions, ServerSettings } from '../options.ts'
import { serverError } from '../server-error.ts'

const LIMITS: Required<ServerLimits> = {
  maxBodyLength: 4 * 1024 * 1024,
  maxHeaderLength: 16 * 1024,
  maxConnections: 1000,
  requestSeconds: 30,
  answerSeconds: 120,
}

const AUTHS: readonly unknown[] = ['any', 'none', 'jwt']

/** Reads the options; throws `BadOption` or `RefusedBinding` for those that are none. */
export function parseSettings(options: ServerOptions): ServerSettings {
  const settings: ServerSettings = {
    host: '127.0.0.1',
    port: 8443,
    names: [],
    profile: 'managed-hsm',
    softDeleteRetentionDays: 90,
    purgeProtection: false,
    http: false,
    auth: 'any',
    attestationKeys: {},
    control: false,
    force: false,
    warn: () => {},
    ...options,
    certificateFolder: resolve(options.certificateFolder ?? join(homedir(), '.pocket-hsm')),
    limits: { ...LIMITS, ...options.limits },
  }
  checkAddress(settings)
  checkAuth(settings)
  for (const [name, value] of Object.entries(settings.limits)) {
    if (Number.isSafeInteger(value) && value > 0) continue
    throw serverError('BadOption', `limits.${name} must be a whole number above 0, not ${value}.`)
  }
  checkBinding(settings)
  return settings
}

function checkAddress({ port, names, http, certificate }: ServerSettings): void {
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw serverError('BadOption', `The port must be a whole number from 0 to 65535, not ${port}.`)
  }
  for (const name of names) {
    if (isServedName(name)) continue
    throw serverError('BadOption', `A name must be a host name without a port, not ${name}.`)
  }
  const lowered = names.map((name) => name.toLowerCase())
  if (new Set(lowered).size < names.length) {
    throw serverError('BadOption', `A name is given twice: ${names.join(', ')}.`)
  }
  if (http && certificate !== undefined) {
    throw serverError('BadOption', 'Plain HTTP has no use for a certificate.')
  }
}

function checkAuth({ auth, authority, audiences }: ServerSettings): void {
  if (!AUTHS.includes(auth)) {
    throw serverError('BadOption', `auth must be any, none or jwt, not ${auth}.`)
  }
  if (auth === 'jwt' && authority === undefined) {
    throw serverError('BadOption', 'auth jwt needs an authority, whose keys verify the tokens.')
  }
  if (auth !== 'jwt' && audiences !== undefined) {
    throw serverError('BadOption', 'Audiences are looked at with auth jwt alone.')
  }
  if (authority === undefined) return
  const url = URL.canParse(authority) ? new URL(authority) : undefined
  const isSafe =
    url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname))
  if (
    url === undefined ||
    !isSafe ||
    url.search ||
    url.hash ||
    url.username ||
    /["\s,=]/.test(authority)
  ) {
    throw serverError(
      'BadOption',
      `The authority must be an https URL without a query, not ${authority}.`,
    )
  }
}

/** Whoever reaches an open server reads and uses every key in it. */
function checkBinding({ host, http, auth, force, warn }: ServerSettings): void {
  if (isLoopback(host) || (!http && auth === 'jwt')) return
  const missing = [
    ...(http ? ['everybody on the way reads tokens and plaintexts, as there is no TLS'] : []),
    ...(auth === 'jwt' ? [] : ['everybody who reaches it may use and delete every key']),
  ].join('; ')
  if (!force) {
    throw serverError(
      'RefusedBinding',
      `Not listening at ${host}, which other machines can reach: ${missing}. Use TLS and auth jwt, or force it.`,
    )
  }
  warn(`Listening at ${host}, which other machines can reach: ${missing}.`)
}
