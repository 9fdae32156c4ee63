/** The key types: a public part that can be read and a private part that cannot be printed. */

import type { Secret } from './secret.ts'

/** The elliptic curves, by their JWK names (RFC 7518 section 6.2.1.1; `P-256K` is Key Vault's secp256k1). */
export type CurveName = 'P-256' | 'P-384' | 'P-521' | 'P-256K'

/** An RSA public key: modulus and exponent, big-endian bytes without leading zeros. */
export interface RsaPublicKey {
  readonly n: Uint8Array
  readonly e: Uint8Array
}

/** An RSA private key with its CRT members, as in RFC 8017 section 3.2. */
export interface RsaPrivateNumbers {
  readonly n: bigint
  readonly e: bigint
  readonly d: bigint
  readonly p: bigint
  readonly q: bigint
  readonly dp: bigint
  readonly dq: bigint
  readonly qi: bigint
}

/** An RSA key. Without `privateKey` it supports the public operations only. */
export interface RsaKey {
  readonly kty: 'RSA'
  /** Modulus length in bits. */
  readonly bits: number
  readonly publicKey: RsaPublicKey
  readonly privateKey?: Secret<RsaPrivateNumbers>
}

/** An RSA key with its private part. */
export interface RsaPrivateKey extends RsaKey {
  readonly privateKey: Secret<RsaPrivateNumbers>
}

/** A point on its curve: both coordinates big-endian, as wide as the field (32, 48, 66 or 32 bytes). */
export interface EcPublicKey {
  readonly x: Uint8Array
  readonly y: Uint8Array
}

/** An elliptic-curve key. Without `privateKey` it supports verify only. */
export interface EcKey {
  readonly kty: 'EC'
  readonly crv: CurveName
  readonly publicKey: EcPublicKey
  /** The scalar d, big-endian, as wide as the curve's order. */
  readonly privateKey?: Secret<Uint8Array>
}

/** An elliptic-curve key with its private part. */
export interface EcPrivateKey extends EcKey {
  /** The scalar d, big-endian, as wide as the curve's order. */
  readonly privateKey: Secret<Uint8Array>
}

/** A symmetric key. */
export interface OctKey {
  readonly kty: 'oct'
  /** Length in bits. */
  readonly bits: number
  readonly secretKey: Secret<Uint8Array>
}

/** The parameter sets of ML-DSA, by their names in JOSE (FIPS 204 section 4). */
export type MlDsaParameterSet = 'ML-DSA-44' | 'ML-DSA-65' | 'ML-DSA-87'

/**
 * An ML-DSA key. `AKP` is JOSE's key type for keys that belong to one algorithm. Without `privateKey` it supports
 * verify only.
 */
export interface AkpKey {
  readonly kty: 'AKP'
  readonly alg: MlDsaParameterSet
  /** 1,312, 1,952 or 2,592 bytes (FIPS 204 algorithm 22). */
  readonly publicKey: Uint8Array
  /** The seed ξ: 32 bytes. */
  readonly privateKey?: Secret<Uint8Array>
}

/** An ML-DSA key with its private part. */
export interface AkpPrivateKey extends AkpKey {
  /** The seed ξ: 32 bytes. */
  readonly privateKey: Secret<Uint8Array>
}

/** A key that has a public part. */
export type AsymmetricKey = RsaKey | EcKey | AkpKey

/** Any key, discriminated by `kty`. Keys are frozen, so one value can be shared. */
export type KeyMaterial = AsymmetricKey | OctKey

/** An RSA key to generate. */
export interface RsaKeySpec {
  readonly kty: 'RSA'
  /** Modulus length in bits: 1024 to 8192, in steps of 256. */
  readonly bits: number
  /** Public exponent: odd, from 3 to 2^53 - 1. Defaults to 65537. */
  readonly e?: number
}

/** An elliptic-curve key to generate. */
export interface EcKeySpec {
  readonly kty: 'EC'
  readonly crv: CurveName
}

/** A symmetric key to generate. */
export interface OctKeySpec {
  readonly kty: 'oct'
  /** Length in bits: 128, 192 or 256. */
  readonly bits: number
}

/** An ML-DSA key to generate. */
export interface AkpKeySpec {
  readonly kty: 'AKP'
  readonly alg: MlDsaParameterSet
}

/** A key to generate. */
export type KeySpec = RsaKeySpec | EcKeySpec | OctKeySpec | AkpKeySpec
