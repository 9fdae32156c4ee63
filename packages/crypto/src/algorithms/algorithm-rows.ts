/**
 * The types of the rows of the algorithm tables, and of their names.
 *
 * @see RFC 7518 sections 3.1, 4.1, 5.1; PKCS #11 v3.1 section 6; Azure Key Vault "about keys details"
 */

import type { HashName } from '../hash/hashes.ts'
import type { CurveName, MlDsaParameterSet } from '../key-material.ts'

/** The operations of a key, by their names in `key_ops` (RFC 7517 section 4.3). */
export type CryptographicOperation =
  | 'encrypt'
  | 'decrypt'
  | 'sign'
  | 'verify'
  | 'wrapKey'
  | 'unwrapKey'

/** RSAES-OAEP with one hash for label and MGF1, empty label (RFC 8017 section 7.1). */
export interface RsaOaepAlgorithm {
  readonly alg: 'RSA-OAEP' | 'RSA-OAEP-256'
  readonly kty: 'RSA'
  readonly scheme: 'rsaes-oaep'
  readonly hash: HashName
  readonly operations: readonly CryptographicOperation[]
}

/** RSAES-PKCS1-v1_5 (RFC 8017 section 7.2). */
export interface RsaPkcs1EncryptionAlgorithm {
  readonly alg: 'RSA1_5'
  readonly kty: 'RSA'
  readonly scheme: 'rsaes-pkcs1-v1_5'
  readonly operations: readonly CryptographicOperation[]
}

/** RSASSA-PSS with MGF1 of the same hash, salt as long as the digest (RFC 8017 section 8.1). */
export interface RsaPssAlgorithm {
  readonly alg: 'PS256' | 'PS384' | 'PS512'
  readonly kty: 'RSA'
  readonly scheme: 'rsassa-pss'
  readonly hash: HashName
  /** Length of the digest to sign, in bytes. */
  readonly digestLength: number
  readonly operations: readonly CryptographicOperation[]
}

/** RSASSA-PKCS1-v1_5 (RFC 8017 section 8.2). Without `hash` the bytes are signed without a DigestInfo. */
export interface RsaPkcs1SignatureAlgorithm {
  readonly alg: 'RS256' | 'RS384' | 'RS512' | 'RSNULL'
  readonly kty: 'RSA'
  readonly scheme: 'rsassa-pkcs1-v1_5'
  readonly hash?: HashName
  /** Length of the digest to sign, in bytes; without it, any length up to k - 11 is allowed. */
  readonly digestLength?: number
  readonly operations: readonly CryptographicOperation[]
}

/** ECDSA, signature r‖s of fixed width (RFC 7518 section 3.4). */
export interface EcdsaAlgorithm {
  readonly alg: 'ES256' | 'ES384' | 'ES512' | 'ES256K'
  readonly kty: 'EC'
  readonly scheme: 'ecdsa'
  readonly crv: CurveName
  readonly hash: HashName
  /** Length of the digest to sign, in bytes. */
  readonly digestLength: number
  /** Length of r‖s in bytes. */
  readonly signatureLength: number
  readonly operations: readonly CryptographicOperation[]
}

/** The sizes of AES keys, in bits. */
export type AesKeyBits = 128 | 192 | 256

/** AES-GCM with an IV that the HSM draws (NIST SP 800-38D). IV and tag lengths are in bytes. */
export interface AesGcmAlgorithm {
  readonly alg: `A${AesKeyBits}GCM`
  readonly kty: 'oct'
  readonly scheme: 'aes-gcm'
  readonly keyBits: AesKeyBits
  readonly ivLength: 12
  readonly tagLength: 16
  readonly operations: readonly CryptographicOperation[]
}

/** AES-CBC (NIST SP 800-38A): padded with zeros as the service does, or with PKCS#7. */
export interface AesCbcAlgorithm {
  readonly alg: `A${AesKeyBits}CBC` | `A${AesKeyBits}CBCPAD`
  readonly kty: 'oct'
  readonly scheme: 'aes-cbc'
  readonly keyBits: AesKeyBits
  readonly ivLength: 16
  readonly padding: 'zero' | 'pkcs7'
  readonly operations: readonly CryptographicOperation[]
}

/** AES key wrap: RFC 3394 (`kw`) or RFC 5649 with padding (`kwp`). Without `keyBits` any AES key is allowed. */
export interface AesKeyWrapAlgorithm {
  readonly alg: `A${AesKeyBits}KW` | 'CKM_AES_KEY_WRAP' | 'CKM_AES_KEY_WRAP_PAD'
  readonly kty: 'oct'
  readonly scheme: 'aes-kw' | 'aes-kwp'
  readonly keyBits?: AesKeyBits
  readonly operations: readonly CryptographicOperation[]
}

/** HMAC of the message (FIPS 198-1). */
export interface HmacAlgorithm {
  readonly alg: 'HS256' | 'HS384' | 'HS512'
  readonly kty: 'oct'
  readonly scheme: 'hmac'
  readonly hash: HashName
  readonly operations: readonly CryptographicOperation[]
}

/** ML-DSA of the message itself, not of a digest (FIPS 204). */
export interface MlDsaAlgorithm {
  readonly alg: MlDsaParameterSet
  readonly kty: 'AKP'
  readonly scheme: 'ml-dsa'
  /** Length of a signature in bytes. */
  readonly signatureLength: number
  /** Whether a context or an external µ can be given. */
  readonly takesContext: true
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

/** A row of any of the five tables. */
export type Algorithm =
  | RsaAlgorithm
  | EcdsaAlgorithm
  | AesAlgorithm
  | HmacAlgorithm
  | MlDsaAlgorithm

/** The name of an algorithm in any of the five tables. */
export type AlgorithmName = Algorithm['alg']

/** The names of the algorithms that support an operation: what editors complete for its `alg`. */
export type AlgorithmNameFor<Operation extends CryptographicOperation> = {
  readonly encrypt: EncryptionAlgorithm['alg']
  readonly decrypt: EncryptionAlgorithm['alg']
  readonly sign: SignatureAlgorithm['alg']
  readonly verify: SignatureAlgorithm['alg']
  readonly wrapKey: KeyWrapAlgorithm['alg']
  readonly unwrapKey: KeyWrapAlgorithm['alg']
}[Operation]

type RsaEncryptionAlgorithm = RsaOaepAlgorithm | RsaPkcs1EncryptionAlgorithm
type EncryptionAlgorithm = RsaEncryptionAlgorithm | AesGcmAlgorithm | AesCbcAlgorithm
type KeyWrapAlgorithm = RsaEncryptionAlgorithm | AesKeyWrapAlgorithm
type SignatureAlgorithm =
  | RsaPssAlgorithm
  | RsaPkcs1SignatureAlgorithm
  | EcdsaAlgorithm
  | HmacAlgorithm
  | MlDsaAlgorithm
