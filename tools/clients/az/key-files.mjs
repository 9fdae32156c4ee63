// Holds: the keys that are imported are made by OpenSSL's command, in the forms in which people have them.

import { createPublicKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { openssl } from '../lib/openssl.mjs'

const CURVES = {
  'P-256': 'prime256v1',
  'P-384': 'secp384r1',
  'P-521': 'secp521r1',
  'P-256K': 'secp256k1',
}

/**
 * Makes a private key and writes it as PEM: PKCS#8 unless told, under a password where there is one.
 *
 * @param {string} folder
 * @param {string} file
 * @param {{ type: 'rsa' | 'ec', bits?: number, curve?: string, password?: string, traditional?: boolean }} spec
 *   `traditional` is PKCS#1 or SEC 1.
 */
export function writeKeyFile(
  folder,
  file,
  { type, bits = 2048, curve = 'P-256', password, traditional },
) {
  const size = type === 'rsa' ? [`rsa_keygen_bits:${bits}`] : [`ec_paramgen_curve:${CURVES[curve]}`]
  openssl(
    ['genpkey', '-quiet', '-algorithm', type, '-pkeyopt', ...size, '-out', `${file}.plain`],
    folder,
  )
  openssl(
    [
      ...['pkey', '-in', `${file}.plain`, '-out', file],
      ...(traditional ? ['-traditional'] : []),
      ...(password ? ['-aes256', '-passout', `pass:${password}`] : []),
    ],
    folder,
  )
}

/** The member of the public key, in the base64 that az prints. */
export function publicMember(folder, file, member) {
  const jwk = createPublicKey(readFileSync(join(folder, `${file}.plain`))).export({ format: 'jwk' })
  return Buffer.from(jwk[member], 'base64url').toString('base64')
}
