/** Certificates of a file, as the service takes them. */

import { serverError } from '../../server-error.ts'
import { readBytes } from './files.ts'

const BLOCK = /-----BEGIN CERTIFICATE-----([\sA-Za-z0-9+/=]+)-----END CERTIFICATE-----/g

/** Returns the certificates of a file, DER in base64: one of DER, or all of PEM. */
export async function certificatesOf(path: string): Promise<readonly string[]> {
  const bytes = Buffer.from(await readBytes(path))
  const text = bytes.toString('latin1')
  // A certificate in DER is a SEQUENCE.
  if (bytes[0] === 0x30) return [bytes.toString('base64')]
  const blocks = [...text.matchAll(BLOCK)].map(([, block = '']) => block.replace(/\s/g, ''))
  if (blocks.length > 0) return blocks
  throw serverError('BadFile', `'${path}' has no certificate in PEM or DER.`)
}
