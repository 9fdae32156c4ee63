export { decryptA256CbcHs512, encryptA256CbcHs512 } from './a256cbc-hs512.ts'
export { aesCbcDecrypt, aesCbcEncrypt, type CbcPadding, type CbcParameters } from './aes-cbc.ts'
export { aesGcmDecrypt, aesGcmEncrypt, type GcmParameters } from './aes-gcm.ts'
export { aesKwpUnwrap, aesKwpWrap, aesKwUnwrap, aesKwWrap } from './aes-key-wrap.ts'
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
export {
  type CertificateContent,
  type CertificateIssuer,
  importCertificateKey,
  issueCertificate,
} from './certificate.ts'
export { type CryptoError, type CryptoErrorCode, isCryptoError } from './crypto-error.ts'
export { findCurve } from './curve-names.ts'
export { type DecryptParameters, decrypt } from './decrypt.ts'
export { ecdsaSign, ecdsaSignDeterministic, ecdsaVerify } from './ecdsa.ts'
export { type Encrypted, type EncryptParameters, encrypt } from './encrypt.ts'
export {
  exportEncryptedPkcs8,
  importEncryptedPkcs8,
  type KeyEncryptionOptions,
} from './encrypted-pkcs8.ts'
export { exportJwk, toPublicJwk } from './export-jwk.ts'
export { type ExportPemOptions, exportPem, exportPublicPem } from './export-pem.ts'
export { generateKey } from './generate-key.ts'
export { digest, type HashName, hkdf, hmac } from './hashes.ts'
export { createHmacDrbg, instantiateHmacDrbg, resumeHmacDrbg } from './hmac-drbg.ts'
export { importJwk } from './import-jwk.ts'
export { type ImportPemOptions, importPem, importPublicPem } from './import-pem.ts'
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
export { makeEcKey, makeEcPublicKey } from './make-ec-key.ts'
export { makeOctKey } from './make-oct-key.ts'
export { makeRsaKey, makeRsaPublicKey } from './make-rsa-key.ts'
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
export type { Password } from './password.ts'
export { writePemBlock } from './pem-blocks.ts'
export { exportPkcs1, importPkcs1 } from './pkcs1.ts'
export { exportPkcs8, importPkcs8 } from './pkcs8.ts'
export type { RandomSource } from './random-source.ts'
export {
  RSA_AES_KEY_WRAP_ALGORITHMS,
  type RsaAesKeyWrapAlgorithm,
  unwrapRsaAes,
  wrapRsaAes,
} from './rsa-aes-key-wrap.ts'
export { chooseRsaEngine } from './rsa-engine/choose-rsa-engine.ts'
export type { RsaEngineName } from './rsa-engine/rsa-engine.ts'
export { type OaepParameters, rsaOaepDecrypt, rsaOaepEncrypt } from './rsa-oaep.ts'
export { rsaPkcs1Decrypt, rsaPkcs1Encrypt } from './rsa-pkcs1-encryption.ts'
export { rsaPkcs1Sign, rsaPkcs1Verify } from './rsa-pkcs1-signature.ts'
export { type PssParameters, rsaPssSign, rsaPssVerify } from './rsa-pss.ts'
export { exportSec1, importSec1 } from './sec1.ts'
export { Secret } from './secret.ts'
export { sign } from './sign.ts'
export { exportSpki, importSpki } from './spki.ts'
export { unwrapKey } from './unwrap-key.ts'
export { verify } from './verify.ts'
export { wrapKey } from './wrap-key.ts'
