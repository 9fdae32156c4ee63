/**
 * The algorithm tables: from the identifier on the wire to every parameter of the algorithm.
 * Code takes a row, not an identifier, and never branches on a name: the table gets a column instead.
 *
 * @see RFC 7518 sections 3.1, 4.1, 5.1; PKCS #11 v3.1 section 6; Azure Key Vault "about keys details"
 */

import type { HashName } from '../hash/hashes.ts'
import type { CurveName, MlDsaParameterSet } from '../key-material.ts'
import { ML_DSA_LENGTHS } from '../ml-dsa/parameter-sets.ts'
import type {
  AesAlgorithm,
  AesCbcAlgorithm,
  AesGcmAlgorithm,
  AesKeyBits,
  AesKeyWrapAlgorithm,
  Algorithm,
  AlgorithmName,
  EcdsaAlgorithm,
  HmacAlgorithm,
  MlDsaAlgorithm,
  RsaAlgorithm,
  RsaOaepAlgorithm,
  RsaPkcs1SignatureAlgorithm,
  RsaPssAlgorithm,
} from './algorithm-rows.ts'
import { type AlgorithmTable, algorithmTable, rowOf } from './algorithm-table.ts'
import type { KnownLiteral } from './known-literal.ts'

const WRAPPING = Object.freeze(['wrapKey', 'unwrapKey'] as const)
const ENCRYPTION = Object.freeze(['encrypt', 'decrypt'] as const)
const SIGNATURE = Object.freeze(['sign', 'verify'] as const)
const ENCRYPTION_AND_WRAPPING = Object.freeze([...ENCRYPTION, ...WRAPPING])
const AES_KEY_BITS: readonly AesKeyBits[] = [128, 192, 256]

const DIGEST_LENGTH: Readonly<Record<HashName, number>> = Object.freeze({
  'SHA-1': 20,
  'SHA-224': 28,
  'SHA-256': 32,
  'SHA-384': 48,
  'SHA-512': 64,
})

const oaep = (alg: RsaOaepAlgorithm['alg'], hash: HashName): RsaOaepAlgorithm => ({
  alg,
  kty: 'RSA',
  scheme: 'rsaes-oaep',
  hash,
  operations: ENCRYPTION_AND_WRAPPING,
})

const pkcs1Signature = (
  alg: RsaPkcs1SignatureAlgorithm['alg'],
  hash: HashName,
): RsaPkcs1SignatureAlgorithm => ({
  alg,
  kty: 'RSA',
  scheme: 'rsassa-pkcs1-v1_5',
  hash,
  digestLength: DIGEST_LENGTH[hash],
  operations: SIGNATURE,
})

const pss = (alg: RsaPssAlgorithm['alg'], hash: HashName): RsaPssAlgorithm => ({
  alg,
  kty: 'RSA',
  scheme: 'rsassa-pss',
  hash,
  digestLength: DIGEST_LENGTH[hash],
  operations: SIGNATURE,
})

const ecdsa = (
  alg: EcdsaAlgorithm['alg'],
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

const hmac = (alg: HmacAlgorithm['alg'], hash: HashName): HmacAlgorithm => ({
  alg,
  kty: 'oct',
  scheme: 'hmac',
  hash,
  operations: SIGNATURE,
})

const mlDsa = (alg: MlDsaParameterSet): MlDsaAlgorithm => ({
  alg,
  kty: 'AKP',
  scheme: 'ml-dsa',
  signatureLength: ML_DSA_LENGTHS[alg].signature,
  takesContext: true,
  operations: SIGNATURE,
})

const gcm = (keyBits: AesKeyBits): AesGcmAlgorithm => ({
  alg: `A${keyBits}GCM`,
  kty: 'oct',
  scheme: 'aes-gcm',
  keyBits,
  ivLength: 12,
  tagLength: 16,
  operations: ENCRYPTION,
})

const cbc = (keyBits: AesKeyBits, padding: 'zero' | 'pkcs7'): AesCbcAlgorithm => ({
  alg: padding === 'pkcs7' ? `A${keyBits}CBCPAD` : `A${keyBits}CBC`,
  kty: 'oct',
  scheme: 'aes-cbc',
  keyBits,
  ivLength: 16,
  padding,
  operations: ENCRYPTION,
})

const kw = (keyBits: AesKeyBits): AesKeyWrapAlgorithm => ({
  alg: `A${keyBits}KW`,
  kty: 'oct',
  scheme: 'aes-kw',
  keyBits,
  operations: WRAPPING,
})

/** The algorithms of RSA keys. */
export const RSA_ALGORITHMS: AlgorithmTable<RsaAlgorithm> =
  /* @__PURE__ */ algorithmTable<RsaAlgorithm>([
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
export const EC_ALGORITHMS: AlgorithmTable<EcdsaAlgorithm> = /* @__PURE__ */ algorithmTable([
  ecdsa('ES256', 'P-256', 'SHA-256', 64),
  ecdsa('ES384', 'P-384', 'SHA-384', 96),
  ecdsa('ES512', 'P-521', 'SHA-512', 132),
  ecdsa('ES256K', 'P-256K', 'SHA-256', 64),
])

/** The ciphers and key-wrap algorithms of symmetric keys. */
export const AES_ALGORITHMS: AlgorithmTable<AesAlgorithm> =
  /* @__PURE__ */ algorithmTable<AesAlgorithm>([
    ...AES_KEY_BITS.map(gcm),
    ...AES_KEY_BITS.map((keyBits) => cbc(keyBits, 'zero')),
    ...AES_KEY_BITS.map((keyBits) => cbc(keyBits, 'pkcs7')),
    ...AES_KEY_BITS.map(kw),
    { alg: 'CKM_AES_KEY_WRAP', kty: 'oct', scheme: 'aes-kw', operations: WRAPPING },
    { alg: 'CKM_AES_KEY_WRAP_PAD', kty: 'oct', scheme: 'aes-kwp', operations: WRAPPING },
  ])

/** The message authentication codes of symmetric keys, by the service's names for them. */
export const HMAC_ALGORITHMS: AlgorithmTable<HmacAlgorithm> = /* @__PURE__ */ algorithmTable([
  hmac('HS256', 'SHA-256'),
  hmac('HS384', 'SHA-384'),
  hmac('HS512', 'SHA-512'),
])

/** The algorithms of ML-DSA keys: each key has one. */
export const ML_DSA_ALGORITHMS: AlgorithmTable<MlDsaAlgorithm> = /* @__PURE__ */ algorithmTable([
  mlDsa('ML-DSA-44'),
  mlDsa('ML-DSA-65'),
  mlDsa('ML-DSA-87'),
])

/**
 * Finds an algorithm by its exact, case-sensitive name.
 *
 * @param alg - A literal has to be a known name; a `string` variable may hold anything.
 * @returns The row; for a `string` variable `undefined` when no table has that name. Any value that is not a
 * string returns `undefined` too.
 *
 * @example
 * ```ts
 * import { findAlgorithm } from '@pocket-hsm/crypto'
 *
 * findAlgorithm('ES384').scheme // 'ecdsa'
 * const fromTheWire: string = 'es384'
 * findAlgorithm(fromTheWire) // undefined
 * ```
 */
export function findAlgorithm<Name extends AlgorithmName>(
  alg: Name,
): AlgorithmTable<Algorithm>[Name]
export function findAlgorithm<Given extends string>(
  alg: KnownLiteral<AlgorithmName, Given>,
): Algorithm | undefined
export function findAlgorithm(alg: string): Algorithm | undefined {
  return (
    rowOf(RSA_ALGORITHMS, alg) ??
    rowOf(EC_ALGORITHMS, alg) ??
    rowOf(AES_ALGORITHMS, alg) ??
    rowOf(HMAC_ALGORITHMS, alg) ??
    rowOf(ML_DSA_ALGORITHMS, alg)
  )
}
