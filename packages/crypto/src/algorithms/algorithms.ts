/**
 * The algorithm tables: from the identifier on the wire to everything the code must know.
 * Code takes a row, never an identifier; where it would branch on a name, a row lacks a column.
 *
 * @see RFC 7518 sections 3.1, 4.1, 5.1; PKCS #11 v3.1 section 6; Azure Key Vault "about keys details"
 */

import type { HashName } from '../hash/hashes.ts'
import type { CurveName } from '../key-material.ts'

/** What a key can be asked to do, in the words of `key_ops` (RFC 7517 section 4.3). */
export type CryptographicOperation =
  | 'encrypt'
  | 'decrypt'
  | 'sign'
  | 'verify'
  | 'wrapKey'
  | 'unwrapKey'

/** RSAES-OAEP with one hash for label and MGF1, empty label (RFC 8017 section 7.1). */
export interface RsaOaepAlgorithm {
  readonly alg: string
  readonly kty: 'RSA'
  readonly scheme: 'rsaes-oaep'
  readonly hash: HashName
  readonly operations: readonly CryptographicOperation[]
}

/** RSAES-PKCS1-v1_5 (RFC 8017 section 7.2). */
export interface RsaPkcs1EncryptionAlgorithm {
  readonly alg: string
  readonly kty: 'RSA'
  readonly scheme: 'rsaes-pkcs1-v1_5'
  readonly operations: readonly CryptographicOperation[]
}

/** RSASSA-PSS with MGF1 of the same hash, salt as long as the digest (RFC 8017 section 8.1). */
export interface RsaPssAlgorithm {
  readonly alg: string
  readonly kty: 'RSA'
  readonly scheme: 'rsassa-pss'
  readonly hash: HashName
  /** Bytes of the digest to sign. */
  readonly digestLength: number
  readonly operations: readonly CryptographicOperation[]
}

/** RSASSA-PKCS1-v1_5 (RFC 8017 section 8.2). Without `hash` no DigestInfo is put before the bytes. */
export interface RsaPkcs1SignatureAlgorithm {
  readonly alg: string
  readonly kty: 'RSA'
  readonly scheme: 'rsassa-pkcs1-v1_5'
  readonly hash?: HashName
  /** Bytes of the digest to sign; absent where any length up to k - 11 is taken. */
  readonly digestLength?: number
  readonly operations: readonly CryptographicOperation[]
}

/** ECDSA, signature r‖s of fixed width (RFC 7518 section 3.4). */
export interface EcdsaAlgorithm {
  readonly alg: string
  readonly kty: 'EC'
  readonly scheme: 'ecdsa'
  readonly crv: CurveName
  readonly hash: HashName
  /** Bytes of the digest to sign. */
  readonly digestLength: number
  /** Bytes of r‖s. */
  readonly signatureLength: number
  readonly operations: readonly CryptographicOperation[]
}

/** AES-GCM with an IV that the HSM makes (NIST SP 800-38D). Lengths in bytes, the key's in bits. */
export interface AesGcmAlgorithm {
  readonly alg: string
  readonly kty: 'oct'
  readonly scheme: 'aes-gcm'
  readonly keyBits: number
  readonly ivLength: 12
  readonly tagLength: 16
  readonly operations: readonly CryptographicOperation[]
}

/** AES-CBC (NIST SP 800-38A): padded with zeros as the service does, or with PKCS#7. */
export interface AesCbcAlgorithm {
  readonly alg: string
  readonly kty: 'oct'
  readonly scheme: 'aes-cbc'
  readonly keyBits: number
  readonly ivLength: 16
  readonly padding: 'zero' | 'pkcs7'
  readonly operations: readonly CryptographicOperation[]
}

/** AES key wrap: RFC 3394 (`kw`) or RFC 5649 with padding (`kwp`). Without `keyBits` any AES key serves. */
export interface AesKeyWrapAlgorithm {
  readonly alg: string
  readonly kty: 'oct'
  readonly scheme: 'aes-kw' | 'aes-kwp'
  readonly keyBits?: number
  readonly operations: readonly CryptographicOperation[]
}

/** HMAC over the bytes given (FIPS 198-1). */
export interface HmacAlgorithm {
  readonly alg: string
  readonly kty: 'oct'
  readonly scheme: 'hmac'
  readonly hash: HashName
  readonly operations: readonly CryptographicOperation[]
}

/** A row of {@link RSA_ALGORITHMS}. */
export type RsaAlgorithm =
  | RsaOaepAlgorithm
  | RsaPkcs1EncryptionAlgorithm
  | RsaPssAlgorithm
  | RsaPkcs1SignatureAlgorithm

/** A row of {@link AES_ALGORITHMS}. */
export type AesAlgorithm = AesGcmAlgorithm | AesCbcAlgorithm | AesKeyWrapAlgorithm

/** A row of any table. */
export type Algorithm = RsaAlgorithm | EcdsaAlgorithm | AesAlgorithm | HmacAlgorithm

/** A table without a prototype, so that looking up `constructor` finds nothing. */
export type AlgorithmTable<Row> = Readonly<Record<string, Row>>

const WRAPPING = Object.freeze(['wrapKey', 'unwrapKey'] as const)
const ENCRYPTION = Object.freeze(['encrypt', 'decrypt'] as const)
const SIGNATURE = Object.freeze(['sign', 'verify'] as const)
const ENCRYPTION_AND_WRAPPING = Object.freeze([...ENCRYPTION, ...WRAPPING])
const AES_KEY_BITS = [128, 192, 256] as const

const DIGEST_LENGTH: Readonly<Record<HashName, number>> = Object.freeze({
  'SHA-1': 20,
  'SHA-224': 28,
  'SHA-256': 32,
  'SHA-384': 48,
  'SHA-512': 64,
})

const oaep = (alg: string, hash: HashName): RsaOaepAlgorithm => ({
  alg,
  kty: 'RSA',
  scheme: 'rsaes-oaep',
  hash,
  operations: ENCRYPTION_AND_WRAPPING,
})

const pkcs1Signature = (alg: string, hash: HashName): RsaPkcs1SignatureAlgorithm => ({
  alg,
  kty: 'RSA',
  scheme: 'rsassa-pkcs1-v1_5',
  hash,
  digestLength: DIGEST_LENGTH[hash],
  operations: SIGNATURE,
})

const pss = (alg: string, hash: HashName): RsaPssAlgorithm => ({
  alg,
  kty: 'RSA',
  scheme: 'rsassa-pss',
  hash,
  digestLength: DIGEST_LENGTH[hash],
  operations: SIGNATURE,
})

const ecdsa = (
  alg: string,
  crv: CurveName,
  hash: HashName,
  signatureLength: number,
): EcdsaAlgorithm => ({
  alg,
  kty: 'EC',
  scheme: 'ecdsa',
  crv,
  hash,
  digestLength: DIGEST_LENGTH[hash],
  signatureLength,
  operations: SIGNATURE,
})

const hmac = (alg: string, hash: HashName): HmacAlgorithm => ({
  alg,
  kty: 'oct',
  scheme: 'hmac',
  hash,
  operations: SIGNATURE,
})

const gcm = (keyBits: number): AesGcmAlgorithm => ({
  alg: `A${keyBits}GCM`,
  kty: 'oct',
  scheme: 'aes-gcm',
  keyBits,
  ivLength: 12,
  tagLength: 16,
  operations: ENCRYPTION,
})

const cbc = (keyBits: number, padding: 'zero' | 'pkcs7'): AesCbcAlgorithm => ({
  alg: `A${keyBits}CBC${padding === 'pkcs7' ? 'PAD' : ''}`,
  kty: 'oct',
  scheme: 'aes-cbc',
  keyBits,
  ivLength: 16,
  padding,
  operations: ENCRYPTION,
})

const kw = (keyBits: number): AesKeyWrapAlgorithm => ({
  alg: `A${keyBits}KW`,
  kty: 'oct',
  scheme: 'aes-kw',
  keyBits,
  operations: WRAPPING,
})

/** Makes a table of rows, found by their names and frozen. */
export function table<Row extends { readonly alg: string }>(
  rows: readonly Row[],
): AlgorithmTable<Row> {
  const byName: Record<string, Row> = Object.create(null)
  for (const row of rows) byName[row.alg] = Object.freeze(row)
  return Object.freeze(byName)
}

/** The algorithms of RSA keys. */
export const RSA_ALGORITHMS: AlgorithmTable<RsaAlgorithm> = /* @__PURE__ */ table<RsaAlgorithm>([
  {
    alg: 'RSA1_5',
    kty: 'RSA',
    scheme: 'rsaes-pkcs1-v1_5',
    operations: ENCRYPTION_AND_WRAPPING,
  },
  oaep('RSA-OAEP', 'SHA-1'),
  oaep('RSA-OAEP-256', 'SHA-256'),
  pkcs1Signature('RS256', 'SHA-256'),
  pkcs1Signature('RS384', 'SHA-384'),
  pkcs1Signature('RS512', 'SHA-512'),
  pss('PS256', 'SHA-256'),
  pss('PS384', 'SHA-384'),
  pss('PS512', 'SHA-512'),
  { alg: 'RSNULL', kty: 'RSA', scheme: 'rsassa-pkcs1-v1_5', operations: SIGNATURE },
])

/** The algorithms of elliptic-curve keys. */
export const EC_ALGORITHMS: AlgorithmTable<EcdsaAlgorithm> = /* @__PURE__ */ table([
  ecdsa('ES256', 'P-256', 'SHA-256', 64),
  ecdsa('ES384', 'P-384', 'SHA-384', 96),
  ecdsa('ES512', 'P-521', 'SHA-512', 132),
  ecdsa('ES256K', 'P-256K', 'SHA-256', 64),
])

/** The ciphers of symmetric keys. */
export const AES_ALGORITHMS: AlgorithmTable<AesAlgorithm> = /* @__PURE__ */ table<AesAlgorithm>([
  ...AES_KEY_BITS.map(gcm),
  ...AES_KEY_BITS.map((keyBits) => cbc(keyBits, 'zero')),
  ...AES_KEY_BITS.map((keyBits) => cbc(keyBits, 'pkcs7')),
  ...AES_KEY_BITS.map(kw),
  { alg: 'CKM_AES_KEY_WRAP', kty: 'oct', scheme: 'aes-kw', operations: WRAPPING },
  { alg: 'CKM_AES_KEY_WRAP_PAD', kty: 'oct', scheme: 'aes-kwp', operations: WRAPPING },
])

/** The message authentication codes of symmetric keys, under the signature names that the service gives them. */
export const HMAC_ALGORITHMS: AlgorithmTable<HmacAlgorithm> = /* @__PURE__ */ table([
  hmac('HS256', 'SHA-256'),
  hmac('HS384', 'SHA-384'),
  hmac('HS512', 'SHA-512'),
])

/**
 * Finds an algorithm by its exact, case-sensitive name.
 *
 * @returns The row, or `undefined` for a name that no table has.
 *
 * @example
 * ```ts
 * import { findAlgorithm } from '@pocket-hsm/crypto'
 *
 * findAlgorithm('ES384')?.scheme // 'ecdsa'
 * findAlgorithm('es384') // undefined
 * ```
 */
export function findAlgorithm(alg: string): Algorithm | undefined {
  return RSA_ALGORITHMS[alg] ?? EC_ALGORITHMS[alg] ?? AES_ALGORITHMS[alg] ?? HMAC_ALGORITHMS[alg]
}
