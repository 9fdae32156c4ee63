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

/** What `import` takes. */
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
  summary: 'bring a key of your own, from PEM or a transfer blob (BYOK)',
  about: 'key',
  canBegin: true,
  options: [
    option('--pem-file <file>', 'a private key in PEM', SOURCE),
    option('--pem-string <text>', 'the same as a text', SOURCE),
    option('--byok-file <file>', 'a transfer blob, see pocket-hsm byok', SOURCE),
    option('--byok-string <text>', 'the same as a text', SOURCE),
    option(
      '--pem-password <text>',
      'of an encrypted PEM (env: POCKET_HSM_PEM_PASSWORD); asked for where a terminal is',
    ),
    option('--kty <type>', 'of a transfer blob: EC, RSA, oct (default: RSA)').argParser(
      oneOf(['EC', 'RSA', 'oct']),
    ),
    ...NEW_KEY_OPTIONS,
  ],
  examples: [
    'pocket-hsm key import --hsm-name contoso --name orders --pem-file orders.pem --pem-password "$PASSWORD"',
    'pocket-hsm key import --hsm-name contoso --name receipts --pem-file receipts.pem --ops sign verify',
    'pocket-hsm key import --hsm-name contoso --name content --byok-file content.byok --kty oct',
  ],
  columns: KEY_COLUMNS,
  run: async ({ ask, target }, options) => {
    const { ops, protection } = options
    checkSources(options)
    const key = { ...(await keyFrom(options)), key_ops: ops }
    const body = { key, Hsm: protection === 'hsm', ...newKeyMembers(options) }
    return keyOutput(await ask<WireKey>('PUT', pathOf('keys', target), body))
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
    throw serverError('BadOption', '--curve is given where --kty is EC, and nowhere else.')
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
