/** What a key is to this package: a public part to read and a private part that does not print. */

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

/** An RSA key. Without `privateKey` it serves the public operations alone. */
export interface RsaKey {
  readonly kty: 'RSA'
  /** Modulus length in bits. */
  readonly bits: number
  readonly publicKey: RsaPublicKey
  readonly privateKey?: Secret<RsaPrivateNumbers>
}

/** A point on its curve: both coordinates big-endian, as wide as the field (32, 48, 66 or 32 bytes). */
export interface EcPublicKey {
  readonly x: Uint8Array
  readonly y: Uint8Array
}

/** An elliptic-curve key. Without `privateKey` it serves verify alone. */
export interface EcKey {
  readonly kty: 'EC'
  readonly crv: CurveName
  readonly publicKey: EcPublicKey
  /** The scalar d, big-endian, as wide as the curve's order. */
  readonly privateKey?: Secret<Uint8Array>
}

/** A symmetric key. */
export interface OctKey {
  readonly kty: 'oct'
  /** Length in bits. */
  readonly bits: number
  readonly secretKey: Secret<Uint8Array>
}

/** Any key: tell them apart by `kty`. Values are frozen and shared freely. */
export type KeyMaterial = RsaKey | EcKey | OctKey

/** What to generate: sizes in bits; `e` is the RSA public exponent, 65537 unless told. */
export type KeySpec =
  | { readonly kty: 'RSA'; readonly bits: number; readonly e?: number }
  | { readonly kty: 'EC'; readonly crv: CurveName }
  | { readonly kty: 'oct'; readonly bits: number }
