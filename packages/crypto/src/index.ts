export {
  AES_ALGORITHMS,
  type AesAlgorithm,
  type AesCbcAlgorithm,
  type AesGcmAlgorithm,
  type AesKeyWrapAlgorithm,
  type Algorithm,
  type AlgorithmTable,
  type CryptographicOperation,
  EC_ALGORITHMS,
  type EcdsaAlgorithm,
  findAlgorithm,
  type HashName,
  HMAC_ALGORITHMS,
  type HmacAlgorithm,
  RSA_ALGORITHMS,
  type RsaAlgorithm,
  type RsaOaepAlgorithm,
  type RsaPkcs1EncryptionAlgorithm,
  type RsaPkcs1SignatureAlgorithm,
  type RsaPssAlgorithm,
} from './algorithms.ts'
export { type CryptoError, type CryptoErrorCode, isCryptoError } from './crypto-error.ts'
export type {
  CurveName,
  EcKey,
  EcPublicKey,
  KeyMaterial,
  KeySpec,
  OctKey,
  RsaKey,
  RsaPrivateNumbers,
  RsaPublicKey,
} from './key-material.ts'
export type { RandomSource } from './random-source.ts'
export { Secret } from './secret.ts'
