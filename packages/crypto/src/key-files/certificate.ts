/** X.509 certificates of version 3, with the few extensions that a chain of three needs (RFC 5280 section 4). */

import { cryptoError } from '../crypto-error.ts'
import { ecdsaSign } from '../ec/ecdsa.ts'
import { bytesToBigInt } from '../encoding/bytes.ts'
import { TAG } from '../encoding/read-der.ts'
import {
  writeBitString,
  writeBoolean,
  writeElement,
  writeExplicit,
  writeImplicitBytes,
  writeInteger,
  writeNamedBits,
  writeNull,
  writeOctetString,
  writeOid,
  writeSequence,
  writeSetOfOne,
  writeUtf8String,
} from '../encoding/write-der.ts'
import type { HashName } from '../hash/hashes.ts'
import { digest } from '../hash/hashes.ts'
import type { AsymmetricKey, EcKey, RsaKey } from '../key-material.ts'
import type { RandomSource } from '../random/random-source.ts'
import { rsaPkcs1Sign } from '../rsa/rsa-pkcs1-signature.ts'
import { readCertificate } from './certificate-structure.ts'
import { exportSpki, readSpki, subjectPublicKey } from './spki.ts'

/** The contents of a certificate. */
export interface CertificateContent {
  /** Positive and unique for the issuer: 1 to 20 bytes, big-endian, the first byte below 0x80. */
  readonly serialNumber: Uint8Array
  /** Common name of the subject. */
  readonly subject: string
  /** The key of the subject; its private part is ignored. */
  readonly publicKey: RsaKey | EcKey
  /** First second of the validity period: `YYYYMMDDHHMMSSZ`. */
  readonly notBefore: string
  /** Last second of the validity period: `YYYYMMDDHHMMSSZ`. */
  readonly notAfter: string
  /** Most certificate authorities below this one in a chain; absent for a certificate that issues no others. */
  readonly pathLength?: number
  /** What a key that is not an authority's is for. Defaults to `digitalSignature`. */
  readonly keyUsage?: 'digitalSignature' | 'keyEncipherment'
}

/** The issuer of a certificate. */
export interface CertificateIssuer {
  /** Common name; the subject's own name in a self-signed certificate. */
  readonly name: string
  /** The key that signs, with its private part. */
  readonly key: RsaKey | EcKey
}

/**
 * Issues a certificate, signed with SHA-256 and PKCS#1 v1.5 or ECDSA.
 *
 * Its extensions are the two key identifiers, basicConstraints and keyUsage: digitalSignature or keyEncipherment, or
 * keyCertSign and cRLSign for a certificate authority. The arguments are not kept or changed.
 *
 * @param content - Its contents.
 * @param issuer - Name and key of the issuer.
 * @param random - Source of the randomness that ECDSA mixes into its nonce.
 * @returns A fresh array of DER.
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - a serial number or a date of another form, or an issuer without
 * a private key.
 * @see RFC 5280 sections 4.1 and 4.2
 *
 * @example
 * ```ts
 * import { exportSpki, generateKey, importCertificateKey, issueCertificate, bytesToHex } from '@pocket-hsm/crypto'
 *
 * const random = (length: number) => crypto.getRandomValues(new Uint8Array(length))
 * const key = generateKey({ kty: 'EC', crv: 'P-256' }, random)
 * if (key.kty !== 'EC') throw new Error('not an EC key')
 * const content = {
 *   serialNumber: Uint8Array.of(1),
 *   subject: 'orders',
 *   publicKey: key,
 *   notBefore: '20300101000000Z',
 *   notAfter: '20301231235959Z',
 * }
 * const certificate = issueCertificate(content, { name: 'orders', key }, random)
 * bytesToHex(exportSpki(importCertificateKey(certificate))) === bytesToHex(exportSpki(key)) // true
 * ```
 */
export function issueCertificate(
  content: CertificateContent,
  issuer: CertificateIssuer,
  random: RandomSource,
): Uint8Array {
  const { oid, parameters, sign } = SIGNATURES[issuer.key.kty]
  const algorithm = writeSequence(writeOid(oid), ...parameters)
  const tbsCertificate = writeSequence(
    // Version 3 is written as 2.
    writeExplicit(0, writeInteger(2)),
    writeInteger(checkSerialNumber(content.serialNumber)),
    algorithm,
    writeName(issuer.name),
    writeSequence(writeTime(content.notBefore), writeTime(content.notAfter)),
    writeName(content.subject),
    exportSpki(content.publicKey),
    writeExplicit(3, writeExtensions(content, issuer)),
  )
  const signature = sign(issuer.key, digest('SHA-256', tbsCertificate), random)
  return writeSequence(tbsCertificate, algorithm, writeBitString(signature))
}

/**
 * Reads the public key of a certificate. Its issuer, validity, extensions and signature are not verified.
 *
 * @param der - At most 65,536 bytes.
 * @returns A key without private part.
 * @throws {@link CryptoError} `INVALID_KEY` - not DER of that structure, more elements, a point off its curve, or an even n.
 * @throws {@link CryptoError} `UNSUPPORTED_KEY` - a kind, curve or length that is not supported.
 * @see RFC 5280 section 4.1
 *
 * @example
 * ```ts
 * import { fromBase64, importCertificateKey, toPublicJwk } from '@pocket-hsm/crypto'
 *
 * const keyOfX5c = (x5c: readonly string[]) => toPublicJwk(importCertificateKey(fromBase64(x5c[0] ?? '')))
 * ```
 */
export function importCertificateKey(der: Uint8Array): AsymmetricKey {
  return readSpki(readCertificate(der))
}

interface SignatureRow {
  readonly oid: string
  readonly parameters: readonly Uint8Array[]
  sign(key: RsaKey | EcKey, digest: Uint8Array, random: RandomSource): Uint8Array
}

const HASH: HashName = 'SHA-256'

/** RFC 4055 section 5 for RSA, whose parameters are NULL; RFC 5758 section 3.2 for ECDSA, which has none. */
const SIGNATURES: Readonly<Record<'RSA' | 'EC', SignatureRow>> = {
  RSA: {
    oid: '1.2.840.113549.1.1.11',
    parameters: [writeNull()],
    sign: (key: RsaKey, digest) => rsaPkcs1Sign(key, HASH, digest),
  },
  EC: {
    oid: '1.2.840.10045.4.3.2',
    parameters: [],
    sign: (key: EcKey, digest, random) => writeEcdsaSignature(ecdsaSign(key, HASH, digest, random)),
  },
}

/** RFC 5480 appendix A, ECDSA-Sig-Value: a sequence of r and s. */
function writeEcdsaSignature(signature: Uint8Array): Uint8Array {
  const width = signature.length / 2
  const numbers = [signature.subarray(0, width), signature.subarray(width)].map(bytesToBigInt)
  return writeSequence(...numbers.map(writeInteger))
}

/** RFC 5280 section 4.1.2.2. */
function checkSerialNumber(bytes: Uint8Array): bigint {
  const [first = 0] = bytes
  const serialNumber = bytesToBigInt(bytes)
  if (bytes.length <= 20 && first < 0x80 && serialNumber > 0n) return serialNumber
  throw cryptoError('INVALID_ARGUMENT', 'A serial number must be positive and fit in 20 bytes.')
}

/** RFC 5280 section 4.1.2.4: one relative name, the common name of RFC 4519 section 2.3. */
function writeName(commonName: string): Uint8Array {
  const attribute = writeSequence(writeOid('2.5.4.3'), writeUtf8String(commonName))
  return writeSequence(writeSetOfOne(attribute))
}

/** RFC 5280 section 4.1.2.5: UTCTime through the year 2049, GeneralizedTime from 2050 on. */
function writeTime(time: string): Uint8Array {
  if (!/^(?:19[5-9]|[2-9]\d\d)\d{11}Z$/.test(time)) {
    throw cryptoError(
      'INVALID_ARGUMENT',
      'A date must have the form YYYYMMDDHHMMSSZ, from 1950 on.',
    )
  }
  const [tag, text] = time < '2050' ? [TAG.utcTime, time.slice(2)] : [TAG.generalizedTime, time]
  return writeElement(
    tag,
    Uint8Array.from(text, (character) => character.charCodeAt(0)),
  )
}

/** The bits of keyUsage (RFC 5280 section 4.2.1.3). */
const KEY_USAGES = { digitalSignature: 0, keyEncipherment: 2 } as const
const KEY_CERT_SIGN = 5
const CRL_SIGN = 6

function writeExtensions(
  { publicKey, pathLength, keyUsage = 'digitalSignature' }: CertificateContent,
  issuer: CertificateIssuer,
): Uint8Array {
  const isAuthority = pathLength !== undefined
  const usages = isAuthority ? [KEY_CERT_SIGN, CRL_SIGN] : [KEY_USAGES[keyUsage]]
  const constraints = isAuthority ? [writeBoolean(true), writeInteger(pathLength)] : []
  return writeSequence(
    writeExtension('2.5.29.14', false, writeOctetString(keyIdentifier(publicKey))),
    writeExtension(
      '2.5.29.35',
      false,
      writeSequence(writeImplicitBytes(0, keyIdentifier(issuer.key))),
    ),
    // Section 4.2.1.9: critical; cA and pathLenConstraint only for certificate authorities.
    writeExtension('2.5.29.19', true, writeSequence(...constraints)),
    writeExtension('2.5.29.15', true, writeNamedBits(usages)),
  )
}

/** RFC 5280 section 4.2: `critical` is false by default, and DER leaves defaults out. */
function writeExtension(oid: string, critical: boolean, value: Uint8Array): Uint8Array {
  const flag = critical ? [writeBoolean(true)] : []
  return writeSequence(writeOid(oid), ...flag, writeOctetString(value))
}

/** RFC 5280 section 4.2.1.2, method 1: the SHA-1 digest of the subjectPublicKey. */
function keyIdentifier(key: RsaKey | EcKey): Uint8Array {
  return digest('SHA-1', subjectPublicKey(key))
}
