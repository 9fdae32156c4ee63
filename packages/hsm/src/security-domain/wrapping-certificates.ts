/** The certificates that the shares of a security domain are encrypted to. */

import {
  bytesToBigInt,
  bytesToHex,
  digest,
  fromBase64,
  fromBase64url,
  importCertificateKey,
  isCryptoError,
  type JsonWebKey,
  type RsaKey,
  readCertificatePem,
  toBase64url,
} from '@pocket-hsm/crypto'
import { badParameter, type HsmError } from '../hsm-error.ts'
import { LIMITS } from './domain-json.ts'
import { thumbprintOf } from './self-signed-certificate.ts'

/** A certificate as the Azure CLI sends it: a JWK with the certificate in `x5c`. Members that are there must agree with it. */
export interface WrappingCertificate extends Omit<JsonWebKey, 'kty'> {
  readonly kty?: string | undefined
  /** The certificate: base64 of DER. */
  readonly x5c: readonly string[]
  /** SHA-1 digest of the certificate, in base64url. */
  readonly x5t?: string | undefined
  /** SHA-256 digest of the certificate, in base64url. */
  readonly 'x5t#S256'?: string | undefined
}

/** A certificate that was checked. */
export interface CertifiedKey {
  readonly key: RsaKey
  /** As {@link thumbprintOf} writes it. */
  readonly thumbprint: string
}

/** RFC 7518 section 4.3, which the Azure CLI holds its users to as well. */
const FEWEST_BITS = 2048

/** A certificate of 65,536 bytes in base64. */
const MOST_CHARACTERS = 87_384

/**
 * Checks the certificates of a download.
 *
 * @throws {@link HsmError} 400 `BadParameter` - another number than 3 to 10, one that cannot be read, whose key is not RSA
 *   or too short, whose JWK says something else, or two with the same key.
 */
export function checkWrappingCertificates(certificates: unknown): readonly CertifiedKey[] {
  const { fewestCertificates: fewest, mostCertificates: most } = LIMITS
  if (!Array.isArray(certificates) || certificates.length < fewest || certificates.length > most) {
    throw badParameter(`A security domain needs ${fewest} to ${most} certificates.`)
  }
  const checked = certificates.map((certificate: unknown, index) =>
    checkCertificate(certificate, `certificates[${index}]`),
  )
  const numbers = checked.map(({ key }) => bytesToHex(key.publicKey.n))
  const repeated = numbers.findIndex((n, index) => numbers.indexOf(n) < index)
  if (repeated >= 0) {
    throw badParameter(`certificates[${repeated}] has the same key as one before it.`)
  }
  return checked
}

/**
 * Checks how many shares are to restore a domain.
 *
 * @throws {@link HsmError} 400 `BadParameter` - not a whole number from 2 to the number of certificates.
 */
export function checkRequired(required: unknown, certificates: number): number {
  const least = LIMITS.fewestRequired
  if (Number.isInteger(required) && Number(required) >= least && Number(required) <= certificates) {
    return Number(required)
  }
  throw badParameter(
    `required must be a whole number from ${least} to the number of certificates, ${certificates}.`,
  )
}

/**
 * Reads one certificate: PEM, or a JWK with `x5c`.
 *
 * @param name - Where it was given, for the error.
 */
export function checkCertificate(certificate: unknown, name: string): CertifiedKey {
  try {
    const isPem = typeof certificate === 'string'
    const der = isPem ? readCertificatePem(certificate) : derOfJwk(certificate, name)
    const key = importCertificateKey(der)
    if (key.kty !== 'RSA' || key.bits < FEWEST_BITS) {
      throw badParameter(`${name} must have an RSA key of ${FEWEST_BITS} bits or more.`)
    }
    if (!isPem) checkJwk(certificate as WrappingCertificate, { der, key }, name)
    return { key, thumbprint: thumbprintOf(der) }
  } catch (error) {
    throw isCryptoError(error) ? unreadable(name, error.message) : error
  }
}

function derOfJwk(certificate: unknown, name: string): Uint8Array {
  if (typeof certificate !== 'object' || certificate === null) {
    throw badParameter(`${name} must be a certificate: a JWK with x5c, or PEM.`)
  }
  const x5c: unknown = (certificate as Partial<WrappingCertificate>).x5c
  const [first]: readonly unknown[] = Array.isArray(x5c) ? x5c : []
  if (typeof first !== 'string') throw badParameter(`${name} must have a certificate in x5c.`)
  if (first.length > MOST_CHARACTERS) throw unreadable(name, 'It is too long.')
  return fromBase64(first)
}

/** Nothing of a JWK wins in silence: what it says of the certificate is true. */
function checkJwk(
  { kty, n, e, x5t, 'x5t#S256': x5tS256 }: WrappingCertificate,
  { der, key }: { readonly der: Uint8Array; readonly key: RsaKey },
  name: string,
): void {
  const isNumber = (text: unknown, bytes: Uint8Array): boolean =>
    typeof text === 'string' && bytesToBigInt(fromBase64url(text)) === bytesToBigInt(bytes)
  const wrong = [
    ['kty', isAbsent(kty) || kty === 'RSA'],
    ['n', isAbsent(n) || isNumber(n, key.publicKey.n)],
    ['e', isAbsent(e) || isNumber(e, key.publicKey.e)],
    ['x5t', isAbsent(x5t) || x5t === toBase64url(digest('SHA-1', der))],
    ['x5t#S256', isAbsent(x5tS256) || x5tS256 === thumbprintOf(der)],
  ].find(([, agrees]) => !agrees)
  if (wrong !== undefined) {
    throw badParameter(`${name}: ${wrong[0]} is not that of its certificate.`)
  }
}

const isAbsent = (value: unknown): boolean => value === undefined || value === null

const unreadable = (name: string, problem: string): HsmError =>
  badParameter(`${name} cannot be read: ${problem}`)
