/** The options of `pocket-hsm key`, as `az keyvault key` names them. */

import { Option } from 'commander'
import { several } from '../shared/parse-option.ts'
import { SECURE_OPERATIONS } from './api-versions.ts'
import { OUTPUTS } from './format-result.ts'
import { instant, oneOf, someOf, switched } from './values.ts'

/** The options that identify a key or an HSM. */
export interface IdOptions {
  readonly name?: string
  readonly version?: string
  readonly hsmName?: string
  readonly vaultName?: string
  readonly id?: string
}

/** The options of the connection to an HSM. */
export interface ConnectionOptions {
  readonly server?: string
  readonly ca?: string
  readonly token?: string
  readonly state?: string
  readonly stateKey?: string
}

const ID = 'Which key:'
const CONNECTION = 'Where:'

const HSM_NAME = option('--hsm-name <name>', 'name or host of the HSM', ID)
const VAULT_NAME = option('--vault-name <name>', 'name or host of the vault', ID).conflicts(
  'hsmName',
)
const NAME = option('-n, --name <name>', 'name of the key', ID)
const VERSION = option('-v, --version <version>', 'version of the key (default: the latest)', ID)

function id(what: string): Option {
  return option('--id <url>', `${what}, instead of the names`, ID).conflicts([
    'hsmName',
    'vaultName',
    'name',
    'version',
  ])
}

/** The options by what they identify. */
export const ID_OPTIONS: Readonly<Record<string, readonly Option[]>> = {
  version: [NAME, VERSION, HSM_NAME, VAULT_NAME, id('identifier of the key')],
  key: [NAME, HSM_NAME, VAULT_NAME, id('identifier of the key')],
  hsm: [HSM_NAME, VAULT_NAME, id('address of the HSM')],
  nothing: [],
}

/** The options of the connection to an HSM. */
export const CONNECTION_OPTIONS: readonly Option[] = [
  option(
    '--server <url>',
    'address of a running server (env: POCKET_HSM_SERVER; default: https://127.0.0.1:8443)',
    CONNECTION,
  ),
  option(
    '--ca <file>',
    'CA certificate to trust, PEM (env: POCKET_HSM_CA; default: ~/.pocket-hsm/ca.pem)',
    CONNECTION,
  ),
  option(
    '--token <token>',
    'bearer token, for a server that verifies tokens (env: POCKET_HSM_TOKEN; default: any)',
    CONNECTION,
  ),
  option(
    '--state <file>',
    'state file to open instead of a server; no server may be using it',
    CONNECTION,
  ).conflicts('server'),
  option(
    '--state-key <file>',
    'file with the key of the state (env: POCKET_HSM_STATE_KEY, 64 hexadecimal digits; default: FILE.key)',
    CONNECTION,
  ),
]

/** The format of the output. */
export const OUTPUT: Option = option(
  '-o, --output <form>',
  `format: ${OUTPUTS.join(', ')}`,
  'Output:',
)
  .argParser(oneOf(OUTPUTS))
  .default('json')

const OPERATIONS = [
  'encrypt',
  'decrypt',
  'sign',
  'verify',
  'wrapKey',
  'unwrapKey',
  'import',
  'export',
  ...SECURE_OPERATIONS,
]

/** The operations that a key permits. */
export const OPS: Option = option(
  '--ops <operation...>',
  `permitted operations: ${OPERATIONS.join(', ')}`,
).argParser(someOf(OPERATIONS))

/** The tags of a key. */
export const TAGS: Option = option(
  '--tags [name=value...]',
  "tags, separated by blanks; '' for none",
).argParser(several)

const DISABLED: Option = flag('--disabled [true|false]', 'key disabled')
export const ENABLED: Option = flag('--enabled [true|false]', 'key enabled')

/** When a key may be used. */
export const EXPIRES: Option = option(
  '--expires <instant>',
  'end of the time of use, in UTC: 2030-12-31T12:59:59Z',
).argParser(instant)
export const NOT_BEFORE: Option = option(
  '--not-before <instant>',
  'start of the time of use, in UTC',
).argParser(instant)

const PROTECTION: Option = option(
  '-p, --protection <kind>',
  'protection of the key: software, hsm',
).argParser(oneOf(['software', 'hsm']))

const CURVE: Option = option(
  '--curve <name>',
  'curve of an EC key: P-256, P-256K, P-384, P-521',
).argParser(oneOf(['P-256', 'P-256K', 'P-384', 'P-521']))

/** Key release. */
const EXPORTABLE: Option = flag('--exportable [true|false]', 'key can be released')
export const IMMUTABLE: Option = flag(
  '--immutable [true|false]',
  'release policy cannot be changed',
)
export const POLICY: Option = option(
  '--policy <json or file>',
  'release policy: see get-policy-template',
)
const DEFAULT_CVM_POLICY: Option = option(
  '--default-cvm-policy',
  'default release policy for confidential virtual machines',
).conflicts('policy')

/** The options of a new key, for `create` and `import`. */
export const NEW_KEY_OPTIONS: readonly Option[] = [
  CURVE,
  OPS,
  TAGS,
  DISABLED,
  EXPIRES,
  NOT_BEFORE,
  PROTECTION,
  EXPORTABLE,
  POLICY,
  DEFAULT_CVM_POLICY,
  IMMUTABLE,
]

/** A file to read or to write. */
export function file(description: string): Option {
  return option('-f, --file <file>', description).makeOptionMandatory()
}

/** The algorithm of an operation. */
export function algorithm(names: readonly string[]): Option {
  return option('-a, --algorithm <name>', names.join(', '))
    .argParser(oneOf(names))
    .makeOptionMandatory()
}

/** Makes an option. */
export function option(flags: string, description: string, group?: string): Option {
  const made = new Option(flags, description)
  return group === undefined ? made : made.helpGroup(group)
}

/** Makes a required option. */
export function required(flags: string, description: string): Option {
  return option(flags, description).makeOptionMandatory()
}

/** Makes an option that is given as `--flag`, `--flag true` or `--flag false`. */
export function flag(flags: string, description: string): Option {
  return option(flags, description).argParser(switched)
}
