/** The key pair of someone who holds a share of a security domain. */

import {
  exportPem,
  generateKey,
  importPem,
  isCryptoError,
  type RandomSource,
  type RsaKey,
  writePemBlock,
} from '@pocket-hsm/crypto'
import { hostRandom } from '../host.ts'
import { badParameter } from '../hsm-error.ts'
import { checkOptions, OPTION_CHECKS, optionTable } from '../options/check-options.ts'
import { selfSignedCertificate } from './self-signed-certificate.ts'
import { type CertifiedKey, checkCertificate } from './wrapping-certificates.ts'

/** The options of `createDomainWrappingKey`. Every one has a default. */
export interface DomainWrappingKeyOptions {
  /** The common name of its certificate, at most 64 characters. Defaults to `security domain`. */
  readonly name?: string | undefined
  /** Bits of the RSA key: 2048, 3072 or 4096. Defaults to 2048. */
  readonly keySize?: 2048 | 3072 | 4096 | undefined
  /** The source of the key. Defaults to the host's generator. */
  readonly random?: RandomSource | undefined
}

/** A key pair for shares of security domains. Its private half cannot be printed with it. */
export interface DomainWrappingKey {
  /** A self-signed certificate, PEM: for `downloadSecurityDomain` and `az keyvault security-domain download`. */
  readonly certificate: string
  /** Returns the private key as PEM, PKCS#8, not encrypted: for `az keyvault security-domain upload`. */
  readonly exportPrivateKey: () => string
}

/** A certificate and its private key, for instance of the files that `openssl req -x509` writes. */
export interface DomainWrappingPem {
  /** PEM. */
  readonly certificate: string
  /** PEM. */
  readonly privateKey: string
  /** Of the private key, if it is encrypted. */
  readonly password?: string | undefined
}

/** The private halves, kept apart so that nothing that prints or clones a key pair reaches them. */
const privateKeys = new WeakMap<object, RsaKey>()

/**
 * Makes a key pair for a share of a security domain, for tests.
 *
 * @param options - See {@link DomainWrappingKeyOptions}.
 * @throws {@link HsmError} 400 `BadParameter` - an unknown option, an empty or too long name, or another key size.
 * @see Managed HSM security domain: wrapping keys
 *
 * @example
 * ```ts
 * import { X509Certificate } from 'node:crypto'
 * import { createDomainWrappingKey } from 'pocket-hsm'
 *
 * const { certificate } = createDomainWrappingKey({ name: 'first officer' })
 * new X509Certificate(certificate).subject // 'CN=first officer'
 * ```
 */
export function createDomainWrappingKey(options: DomainWrappingKeyOptions = {}): DomainWrappingKey {
  checkOptions('createDomainWrappingKey', options, OPTIONS)
  const { name, keySize, random } = options
  const subject = name ?? 'security domain'
  if (subject.length < 1 || subject.length > 64) {
    throw badParameter('The name of a wrapping key must have 1 to 64 characters.')
  }
  const bits = keySize ?? 2048
  if (![2048, 3072, 4096].includes(bits)) {
    throw badParameter('The keySize of a wrapping key must be 2048, 3072 or 4096.')
  }
  const source = random ?? hostRandom
  const key = generateKey({ kty: 'RSA', bits }, source) as RsaKey
  const certificate = writePemBlock('CERTIFICATE', selfSignedCertificate(subject, key, source))
  const pair: DomainWrappingKey = Object.freeze({
    certificate,
    exportPrivateKey: () => exportPem(key),
  })
  privateKeys.set(pair, key)
  return pair
}

/**
 * Reads a key pair: one from {@link createDomainWrappingKey}, or PEM.
 *
 * @param name - Where it was given, for the error.
 * @throws {@link HsmError} 400 `BadParameter` - PEM that cannot be read, or a private key of another certificate.
 */
export function readKeyPair(
  given: DomainWrappingKey | DomainWrappingPem,
  name: string,
): CertifiedKey {
  const known = typeof given === 'object' && given !== null ? privateKeys.get(given) : undefined
  if (known === undefined) checkOptions(name, given, PEM)
  const { key: publicKey, thumbprint } = checkCertificate(given.certificate, `${name}.certificate`)
  const key = known ?? readPrivateKey(given as DomainWrappingPem, name)
  if (key.publicKey.n.join() !== publicKey.publicKey.n.join()) {
    throw badParameter(`${name}: the private key is not that of the certificate.`)
  }
  return { key, thumbprint }
}

function readPrivateKey({ privateKey, password }: DomainWrappingPem, name: string): RsaKey {
  if (typeof privateKey !== 'string') throw badParameter(`${name}.privateKey must be PEM.`)
  try {
    const key = importPem(privateKey, { ...(password !== undefined && { password }) })
    if (key.kty === 'RSA') return key
  } catch (error) {
    if (!isCryptoError(error)) throw error
    throw badParameter(`${name}.privateKey cannot be read: ${error.message}`)
  }
  throw badParameter(`${name}.privateKey must be an RSA key.`)
}

const { function: aFunction, number, string } = OPTION_CHECKS

const OPTIONS = optionTable<DomainWrappingKeyOptions>({
  name: string,
  keySize: number,
  random: aFunction,
})

const PEM = optionTable<DomainWrappingPem>({
  certificate: string,
  privateKey: string,
  password: string,
})
