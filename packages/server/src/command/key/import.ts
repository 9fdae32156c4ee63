/** `pocket-hsm key import`. */

import { serverError } from '../../server-error.ts'
import { KEY_COLUMNS, keyOutput, type WireKey } from './bundles.ts'
import { bytesToWire } from './bytes.ts'
import { readBytes } from './files.ts'
import { type KeyCommand, keyCommand } from './key-command.ts'
import { type NewKeyOptions, newKeyMembers } from './new-key.ts'
import { NEW_KEY_OPTIONS, option } from './options.ts'
import { passwordFrom, readPem } from './read-pem.ts'
import { pathOf } from './target.ts'
import { oneOf } from './values.ts'

/** The options of `import`. */
interface ImportOptions extends NewKeyOptions {
  readonly kty?: string
  readonly curve?: string
  readonly pemFile?: string
  readonly pemString?: string
  readonly pemPassword?: string
  readonly byokFile?: string
  readonly byokString?: string
}

const SOURCE = 'One of:'

export const importKey: KeyCommand = keyCommand<ImportOptions>({
  name: 'import',
  summary: 'import a key from PEM or a transfer blob (BYOK)',
  about: 'key',
  canCreateState: true,
  options: [
    option('--pem-file <file>', 'file with a private key in PEM', SOURCE),
    option('--pem-string <text>', 'private key in PEM', SOURCE),
    option('--byok-file <file>', 'file with a transfer blob: see pocket-hsm byok', SOURCE),
    option('--byok-string <text>', 'transfer blob', SOURCE),
    option(
      '--pem-password <text>',
      'password of an encrypted PEM (env: POCKET_HSM_PEM_PASSWORD; default: prompt on a terminal)',
    ),
    option(
      '--kty <type>',
      'type of the key in a transfer blob: EC, RSA, oct (default: RSA)',
    ).argParser(oneOf(['EC', 'RSA', 'oct'])),
    ...NEW_KEY_OPTIONS,
  ],
  examples: [
    'pocket-hsm key import --hsm-name contoso --name orders --pem-file orders.pem --pem-password "$PASSWORD"',
    'pocket-hsm key import --hsm-name contoso --name receipts --pem-file receipts.pem --ops sign verify',
    'pocket-hsm key import --hsm-name contoso --name content --byok-file content.byok --kty oct',
  ],
  columns: KEY_COLUMNS,
  run: async ({ request, target }, options) => {
    const { ops, protection } = options
    checkSources(options)
    const key = { ...(await keyFrom(options)), key_ops: ops }
    const body = { key, Hsm: protection === 'hsm', ...newKeyMembers(options) }
    return keyOutput(await request<WireKey>('PUT', pathOf('keys', target), body))
  },
})

function checkSources(options: ImportOptions): void {
  const { pemFile, pemString, byokFile, byokString, pemPassword, kty, curve } = options
  const given = [pemFile, pemString, byokFile, byokString].filter((source) => source !== undefined)
  if (given.length !== 1) {
    throw serverError(
      'BadOption',
      'supply exactly one: --byok-file, --byok-string, --pem-file, --pem-string',
    )
  }
  const isByok = byokFile !== undefined || byokString !== undefined
  if (isByok && pemPassword !== undefined) {
    throw serverError(
      'BadOption',
      '--byok-file or --byok-string cannot be used with --pem-password',
    )
  }
  if (isByok && options.protection === 'software') {
    throw serverError('BadOption', 'BYOK keys are hardware protected. Omit --protection')
  }
  if ((kty === 'EC') !== (curve !== undefined)) {
    throw serverError('BadOption', '--curve must be given with --kty EC, and only then.')
  }
}

async function keyFrom({
  pemFile,
  pemString,
  pemPassword,
  byokFile,
  byokString = '',
  kty = 'RSA',
  curve,
}: ImportOptions): Promise<object> {
  const pem =
    pemFile === undefined ? pemString : Buffer.from(await readBytes(pemFile)).toString('latin1')
  if (pem !== undefined) return readPem(pem, passwordFrom(pemPassword))
  const blob = byokFile === undefined ? Buffer.from(byokString) : await readBytes(byokFile)
  return { kty: `${kty}-HSM`, crv: curve, key_hsm: bytesToWire(blob) }
}
