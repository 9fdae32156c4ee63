/** The types of a server's options. */

import {
  checkOptions,
  OPTION_CHECKS,
  type OptionCheck,
  type OptionTable,
  optionTable,
} from 'pocket-hsm'
import { LOG_FORMATS, LOG_LEVELS } from '../log/log-levels.ts'
import type { LogOptions, ServerLimits, ServerOptions } from '../options.ts'
import { serverError } from '../server-error.ts'

const { string, boolean, integer, object, stringOrBytes, listOf, members, oneOf, custom } =
  OPTION_CHECKS

const positive = custom(
  'a whole number above 0',
  (value) => Number.isSafeInteger(value) && Number(value) > 0,
)

const LIMITS: OptionTable<ServerLimits> = optionTable<ServerLimits>({
  maxBodyLength: positive,
  maxHeaderLength: positive,
  maxConnections: positive,
  requestSeconds: positive,
  answerSeconds: positive,
})

const port = custom(
  'a whole number from 0 to 65535',
  (value) => Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 65_535,
)

const LOG_CHECK = members(
  optionTable<LogOptions>({
    format: oneOf([...LOG_FORMATS]),
    level: oneOf([...LOG_LEVELS]),
    write: OPTION_CHECKS.function,
  }),
)
const FORMAT_CHECK = oneOf([...LOG_FORMATS])
const LISTENER_CHECK = custom(
  "'text', 'json', a function or an object of options",
  (value) => typeof value === 'function',
)

const LOG_CHECKS: Readonly<Record<string, OptionCheck>> = {
  string: FORMAT_CHECK,
  object: LOG_CHECK,
}

const OPTIONS: OptionTable<ServerOptions> = optionTable<ServerOptions>({
  host: string,
  port,
  names: listOf(string),
  profile: oneOf(['managed-hsm', 'vault-premium', 'vault-standard']),
  softDeleteRetentionDays: integer,
  purgeProtection: boolean,
  activated: boolean,
  seed: string,
  state: string,
  stateKey: stringOrBytes,
  postgres: custom(
    'true, false or an address',
    (value) => typeof value === 'boolean' || typeof value === 'string',
  ),
  http: boolean,
  certificate: members(optionTable<{ cert: string; key: string }>({ cert: string, key: string })),
  certificateFolder: string,
  identity: custom(
    'true, false or an object of options',
    (value) => typeof value === 'boolean' || (typeof value === 'object' && !Array.isArray(value)),
  ),
  auth: oneOf(['any', 'none', 'jwt']),
  authority: string,
  audiences: listOf(string),
  attestationKeys: object,
  attestationIssuers: listOf(string),
  externalKeyManager: OPTION_CHECKS.function,
  ekmProxy: string,
  control: boolean,
  controlToken: string,
  console: boolean,
  log: (value, path, owner) => (LOG_CHECKS[typeof value] ?? LISTENER_CHECK)(value, path, owner),
  auditLog: string,
  opsPort: port,
  opsHost: string,
  rbac: boolean,
  administrators: listOf(string),
  management: boolean,
  storageHosts: listOf(string),
  force: boolean,
  limits: members(LIMITS),
  warn: OPTION_CHECKS.function,
})

/**
 * Checks that every option is known and has the right type.
 *
 * @throws `BadOption` - one that is unknown, with the nearest right name, or has another type.
 */
export function checkServerOptions(options: ServerOptions): void {
  try {
    checkOptions('startServer', options, OPTIONS)
  } catch (error) {
    throw serverError('BadOption', (error as Error).message, error)
  }
}
