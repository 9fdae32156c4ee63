/** A private key from PEM to the JWK that an import takes. */

import { createPrivateKey } from 'node:crypto'
import { serverError } from '../../server-error.ts'
import { readPassword } from './read-password.ts'

const CURVES: Readonly<Record<string, string>> = { secp256k1: 'P-256K' }

/** The password of a PEM that has one: of the command line, of the environment, or asked for. */
export interface PemPassword {
  readonly given: string | undefined
  readonly ask: (() => Promise<string>) | undefined
}

/**
 * Reads PKCS #8, PKCS #1 or SEC 1, encrypted or not.
 *
 * @throws `BadFile` - no private key, no RSA or EC key, a wrong password or none; never a word of what was read.
 */
export async function readPem(pem: string, password: PemPassword): Promise<object> {
  const jwk = jwkOf(pem, password.given ?? (isEncrypted(pem) ? await asked(password) : undefined))
  const { kty, crv = '' } = jwk
  if (kty !== 'RSA' && kty !== 'EC') throw failed('Unsupported key type')
  return kty === 'RSA' ? jwk : { ...jwk, crv: CURVES[crv] ?? crv }
}

/** From the terminal, where there is one. */
export function passwordFrom(given: string | undefined): PemPassword {
  const isTerminal = process.stdin.isTTY === true
  return {
    given: given ?? process.env['POCKET_HSM_PEM_PASSWORD'],
    ask: isTerminal ? () => readPassword(process.stdin, process.stderr) : undefined,
  }
}

/** RFC 7468 section 11; RFC 1421 section 4.6.1.1, which OpenSSL still writes. */
const isEncrypted = (pem: string): boolean =>
  /-----BEGIN ENCRYPTED PRIVATE KEY-----|Proc-Type: 4,ENCRYPTED/.test(pem)

async function asked({ ask }: PemPassword): Promise<string> {
  if (ask !== undefined) return ask()
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
