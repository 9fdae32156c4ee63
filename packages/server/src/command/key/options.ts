/** The options of `pocket-hsm key`, as `az keyvault key` names them. */

import { Option } from 'commander'
import { several } from '../shared/parse-option.ts'
import { OUTPUTS } from './print.ts'
import { instant, oneOf, someOf, switched } from './values.ts'

/** What stands for a key or an HSM. */
export interface IdOptions {
  readonly name?: string
  readonly version?: string
  readonly hsmName?: string
  readonly vaultName?: string
  readonly id?: string
}

/** Which HSM is asked, and how. */
export interface PlaceOptions {
  readonly server?: string
  readonly ca?: string
  readonly token?: string
  readonly state?: string
  readonly stateKey?: string
}

const ID = 'Which key:'
const PLACE = 'Where:'

const HSM_NAME = option('--hsm-name <name>', 'the HSM', ID)
const VAULT_NAME = option('--vault-name <name>', 'the vault', ID).conflicts('hsmName')
const NAME = option('-n, --name <name>', 'the key', ID)
const VERSION = option('-v, --version <version>', 'its version; the latest unless told', ID)

function id(what: string): Option {
  return option('--id <url>', `${what}, in place of the others`, ID).conflicts([
    'hsmName',
    'vaultName',
    'name',
    'version',
  ])
}

/** By what `--name` and `--id` are about. */
export const ID_OPTIONS: Readonly<Record<string, readonly Option[]>> = {
  version: [NAME, VERSION, HSM_NAME, VAULT_NAME, id('the identifier of the key')],
  key: [NAME, HSM_NAME, VAULT_NAME, id('the identifier of the key')],
  hsm: [HSM_NAME, VAULT_NAME, id('the address of the HSM')],
  nothing: [],
}

/** Which HSM is asked, and how. */
export const PLACE_OPTIONS: readonly Option[] = [
  option(
    '--server <url>',
    'a running server (env: POCKET_HSM_SERVER; default: https://127.0.0.1:8443)',
    PLACE,
  ),
  option(
    '--ca <file>',
    'whose certificates are trusted, PEM (env: POCKET_HSM_CA; default: ~/.pocket-hsm/ca.pem)',
    PLACE,
  ),
  option(
    '--token <token>',
    'a bearer token, for a server that looks at it (env: POCKET_HSM_TOKEN)',
    PLACE,
  ),
  option(
    '--state <file>',
    'the state that a server kept, in place of the server; it must not run',
    PLACE,
  ).conflicts('server'),
  option(
    '--state-key <file>',
    'the key of the state (env: POCKET_HSM_STATE_KEY; default: FILE.key)',
    PLACE,
  ),
]

/** How to print. */
export const OUTPUT: Option = option('-o, --output <form>', `${OUTPUTS.join(', ')}`, 'Output:')
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
]

/** The operations that a key is for. */
export const OPS: Option = option(
  '--ops <operation...>',
  `what it may be used for: ${OPERATIONS.join(', ')}`,
).argParser(someOf(OPERATIONS))

/** Text beside a key. */
export const TAGS: Option = option(
  '--tags [name=value...]',
  "tags, with blanks between; '' for none",
).argParser(several)

const DISABLED: Option = flag('--disabled [true|false]', 'nobody may use it yet')
export const ENABLED: Option = flag('--enabled [true|false]', 'whether it may be used')

/** When a key may be used. */
export const EXPIRES: Option = option(
  '--expires <instant>',
  'not used from then on, in UTC: 2030-12-31T12:59:59Z',
).argParser(instant)
export const NOT_BEFORE: Option = option(
  '--not-before <instant>',
  'not used before, in UTC',
).argParser(instant)

const PROTECTION: Option = option(
  '-p, --protection <kind>',
  'software, hsm: which form of the type',
).argParser(oneOf(['software', 'hsm']))

const CURVE: Option = option(
  '--curve <name>',
  'of an EC key: P-256, P-256K, P-384, P-521',
).argParser(oneOf(['P-256', 'P-256K', 'P-384', 'P-521']))

/** What becomes of a key that may leave the HSM. */
const EXPORTABLE: Option = flag('--exportable [true|false]', 'it may be released')
export const IMMUTABLE: Option = flag('--immutable [true|false]', 'its policy stays as it is')
export const POLICY: Option = option(
  '--policy <json or file>',
  'under which it is released: see get-policy-template',
)
const DEFAULT_CVM_POLICY: Option = option(
  '--default-cvm-policy',
  'the policy for confidential virtual machines in its place',
).conflicts('policy')

/** What a key is given when it comes to be, by `create` and by `import`. */
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

/** Any other option. */
export function option(flags: string, description: string, group?: string): Option {
  const made = new Option(flags, description)
  return group === undefined ? made : made.helpGroup(group)
}

/** An option that a command cannot do without. */
export function required(flags: string, description: string): Option {
  return option(flags, description).makeOptionMandatory()
}

/** `--flag`, `--flag true` or `--flag false`. */
export function flag(flags: string, description: string): Option {
  return option(flags, description).argParser(switched)
}
