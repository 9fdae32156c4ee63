/** `pocket-hsm key download`. */

import { createPublicKey, type JsonWebKey } from 'node:crypto'
import { serverError } from '../../server-error.ts'
import type { WireKey } from './bundles.ts'
import { checkFree, writeNew } from './files.ts'
import { type KeyCommand, keyCommand } from './key-command.ts'
import { file, option } from './options.ts'
import { pathOf } from './target.ts'
import { oneOf } from './values.ts'

/** The options of `download`. */
interface DownloadOptions {
  readonly file: string
  readonly encoding: string
}

export const download: KeyCommand = keyCommand<DownloadOptions>({
  name: 'download',
  summary: 'write the public part of a key to a file',
  about: 'version',
  options: [
    file('new file to write to'),
    option('-e, --encoding <form>', 'encoding of the SubjectPublicKeyInfo: PEM, DER')
      .argParser(oneOf(['PEM', 'DER']))
      .default('PEM'),
  ],
  examples: [
    'pocket-hsm key download --hsm-name contoso --name orders --file orders-public.pem',
    'pocket-hsm key download --hsm-name contoso -n receipts -e DER -f receipts-public.der',
  ],
  columns: [],
  run: async ({ request, target }, options) => {
    checkFree(options.file)
    const { key = {} } = await request<WireKey>('GET', pathOf('keys', target))
    await writeNew(options.file, publicKeyOf(key, options.encoding))
  },
})

const CURVES: Readonly<Record<string, string>> = { 'P-256K': 'secp256k1' }

/** RFC 5280 section 4.1.2.7. */
function publicKeyOf(
  { kty, n, e, crv, x, y }: Readonly<Record<string, unknown>>,
  encoding: string,
): string | Uint8Array {
  const type = String(kty).replace(/-HSM$/, '')
  if (type !== 'RSA' && type !== 'EC') {
    throw serverError(
      'BadFile',
      `Unsupported key type: ${kty}. (Supported key types: RSA, RSA-HSM, EC, EC-HSM)`,
    )
  }
  const jwk =
    type === 'RSA' ? { kty: type, n, e } : { kty: type, crv: CURVES[String(crv)] ?? crv, x, y }
  const key = createPublicKey({ format: 'jwk', key: jwk as JsonWebKey })
  return encoding === 'PEM'
    ? key.export({ type: 'spki', format: 'pem' })
    : new Uint8Array(key.export({ type: 'spki', format: 'der' }))
}
