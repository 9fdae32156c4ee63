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
export { fromBase64, fromBase64url, toBase64, toBase64url } from './base64.ts'
export { type CryptoError, type CryptoErrorCode, isCryptoError } from './crypto-error.ts'
export { exportJwk, toPublicJwk } from './export-jwk.ts'
export { importJwk } from './import-jwk.ts'
export type { JsonWebKey } from './json-web-key.ts'
export { jwkThumbprint } from './jwk-thumbprint.ts'
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
export { makeEcKey, makeEcPublicKey, makeOctKey, makeRsaKey, makeRsaPublicKey } from './make-key.ts'
export {
  bigIntToOctets,
  concatOctets,
  equalOctets,
  fromHex,
  minimalOctets,
  octetsToBigInt,
  octetsToUtf8,
  toHex,
  utf8ToOctets,
} from './octets.ts'
export { exportPkcs1, importPkcs1 } from './pkcs1.ts'
export { exportPkcs8, importPkcs8 } from './pkcs8.ts'
export type { RandomSource } from './random-source.ts'
export { exportSec1, importSec1 } from './sec1.ts'
export { Secret } from './secret.ts'
export { exportSpki, importSpki } from './spki.ts'
