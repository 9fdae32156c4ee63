/** A private key from PEM to the JWK that an import takes. */

import { createPrivateKey } from 'node:crypto'
import { serverError } from '../../server-error.ts'
import { readPassword } from './read-password.ts'

const CURVES: Readonly<Record<string, string>> = { secp256k1: 'P-256K' }

/** Where to take the password of an encrypted PEM from: the command line, the environment or a terminal. */
export interface PemPassword {
  readonly given: string | undefined
  readonly prompt: (() => Promise<string>) | undefined
}

/**
 * Reads PKCS #8, PKCS #1 or SEC 1, encrypted or not.
 *
 * @throws `BadFile` - not a private key, not an RSA or EC key, a wrong or missing password. The text quotes nothing of
 *   the file.
 */
export async function readPem(pem: string, password: PemPassword): Promise<object> {
  const jwk = jwkOf(
    pem,
    password.given ?? (isEncrypted(pem) ? await passwordOfTerminal(password) : undefined),
  )
  const { kty, crv = '' } = jwk
  if (kty !== 'RSA' && kty !== 'EC') throw failed('Unsupported key type')
  return kty === 'RSA' ? jwk : { ...jwk, crv: CURVES[crv] ?? crv }
}

/** The password of the command line or the environment, or else of a terminal. */
export function passwordFrom(given: string | undefined): PemPassword {
  const isTerminal = process.stdin.isTTY === true
  return {
    given: given ?? process.env['POCKET_HSM_PEM_PASSWORD'],
    prompt: isTerminal ? () => readPassword(process.stdin, process.stderr) : undefined,
  }
}

/** RFC 7468 section 11; RFC 1421 section 4.6.1.1, which OpenSSL still writes. */
const isEncrypted = (pem: string): boolean =>
  /-----BEGIN ENCRYPTED PRIVATE KEY-----|Proc-Type: 4,ENCRYPTED/.test(pem)

async function passwordOfTerminal({ prompt }: PemPassword): Promise<string> {
  if (prompt !== undefined) return prompt()
  throw failed('the key is encrypted: give --pem-password, or set POCKET_HSM_PEM_PASSWORD')
}

function jwkOf(pem: string, passphrase: string | undefined): JsonWebKey {
  try {
    const key = createPrivateKey({ key: pem, ...(passphrase !== undefined && { passphrase }) })
    return key.export({ format: 'jwk' }) as JsonWebKey
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException
    if (/JWK_UNSUPPORTED/.test(code)) throw failed('Unsupported key type')
    if (isEncrypted(pem)) throw failed('Bad decrypt. Incorrect password?')
    throw failed('it holds no private key in PEM')
  }
}

function failed(why: string): Error {
  return serverError('BadFile', `Import failed: ${why}`)
}
