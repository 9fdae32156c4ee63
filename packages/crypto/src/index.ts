export { decryptA256CbcHs512, encryptA256CbcHs512 } from './aes/a256cbc-hs512.ts'
export { aesCbcDecrypt, aesCbcEncrypt, type CbcPadding, type CbcParameters } from './aes/aes-cbc.ts'
export { aesGcmDecrypt, aesGcmEncrypt, type GcmParameters } from './aes/aes-gcm.ts'
export { aesKwpUnwrap, aesKwpWrap, aesKwUnwrap, aesKwWrap } from './aes/aes-key-wrap.ts'
export type {
  AesAlgorithm,
  AesCbcAlgorithm,
  AesGcmAlgorithm,
  AesKeyBits,
  AesKeyWrapAlgorithm,
  Algorithm,
  AlgorithmName,
  AlgorithmNameFor,
  CryptographicOperation,
  EcdsaAlgorithm,
  HmacAlgorithm,
  MlDsaAlgorithm,
  RsaAlgorithm,
  RsaOaepAlgorithm,
  RsaPkcs1EncryptionAlgorithm,
  RsaPkcs1SignatureAlgorithm,
  RsaPssAlgorithm,
} from './algorithms/algorithm-rows.ts'
export type { AlgorithmTable } from './algorithms/algorithm-table.ts'
export {
  AES_ALGORITHMS,
  EC_ALGORITHMS,
  findAlgorithm,
  HMAC_ALGORITHMS,
  ML_DSA_ALGORITHMS,
  RSA_ALGORITHMS,
} from './algorithms/algorithms.ts'
export type { KnownLiteral } from './algorithms/known-literal.ts'
export { type CryptoError, type CryptoErrorCode, isCryptoError } from './crypto-error.ts'
export { findCurve } from './ec/curve-names.ts'
export { ecdsaSign, ecdsaSignDeterministic, ecdsaVerify } from './ec/ecdsa.ts'
export { ecdsaFromDer, ecdsaToDer } from './ec/ecdsa-der.ts'
export { chooseEcEngine } from './ec/engine/choose-ec-engine.ts'
export type { EcEngineName } from './ec/engine/ec-engine.ts'
export { makeEcKey, makeEcPublicKey } from './ec/make-ec-key.ts'
export { fromBase64, fromBase64url, toBase64, toBase64url } from './encoding/base64.ts'
export { bytesToHex, concatBytes, hexToBytes, utf8ToBytes } from './encoding/byte-strings.ts'
export {
  bigIntToBytes,
  bytesToBigInt,
  bytesToUtf8,
  equalBytes,
  minimalBytes,
} from './encoding/bytes.ts'
export { counterKdf } from './hash/counter-kdf.ts'
export {
  chooseSymmetricEngine,
  type SymmetricEngineName,
} from './hash/engine/choose-symmetric-engine.ts'
export { digest, type HashName, hkdf, hmac } from './hash/hashes.ts'
export {
  type CompactJwe,
  decryptJwe,
  encryptJwe,
  type JweRecipient,
  parseJwe,
} from './jose/compact-jwe.ts'
export {
  type CertificateContent,
  type CertificateIssuer,
  importCertificateKey,
  issueCertificate,
} from './key-files/certificate.ts'
export {
  exportEncryptedPkcs8,
  importEncryptedPkcs8,
  type KeyEncryptionOptions,
} from './key-files/encrypted-pkcs8.ts'
export { type ExportPemOptions, exportPem, exportPublicPem } from './key-files/export-pem.ts'
export { type ImportPemOptions, importPem, importPublicPem } from './key-files/import-pem.ts'
export type { Password } from './key-files/password.ts'
export { readCertificatePem, writePemBlock } from './key-files/pem-blocks.ts'
export { exportPkcs1, importPkcs1 } from './key-files/pkcs1.ts'
export { exportPkcs8, importPkcs8 } from './key-files/pkcs8.ts'
export { exportSec1, importSec1 } from './key-files/sec1.ts'
export { exportSpki, importSpki } from './key-files/spki.ts'
export type {
  AkpKey,
  AkpKeySpec,
  AkpPrivateKey,
  AsymmetricKey,
  CurveName,
  EcKey,
  EcKeySpec,
  EcPrivateKey,
  EcPublicKey,
  KeyMaterial,
  KeySpec,
  MlDsaParameterSet,
  OctKey,
  OctKeySpec,
  RsaKey,
  RsaKeySpec,
  RsaPrivateKey,
  RsaPrivateNumbers,
  RsaPublicKey,
} from './key-material.ts'
export { exportJwk, toPublicJwk } from './keys/export-jwk.ts'
export { generateKey } from './keys/generate-key.ts'
export { importJwk } from './keys/import-jwk.ts'
export type { JsonWebKey } from './keys/json-web-key.ts'
export { jwkThumbprint } from './keys/jwk-thumbprint.ts'
export { makeOctKey } from './keys/make-oct-key.ts'
export { makeMlDsaKey, makeMlDsaPublicKey } from './ml-dsa/make-ml-dsa-key.ts'
export {
  type MlDsaParameters,
  mlDsaSign,
  mlDsaSignDeterministic,
  mlDsaVerify,
} from './ml-dsa/ml-dsa.ts'
export { ML_DSA_LENGTHS, type MlDsaLengths } from './ml-dsa/parameter-sets.ts'
export { type DecryptParameters, decrypt } from './operations/decrypt.ts'
export { type Encrypted, type EncryptParameters, encrypt } from './operations/encrypt.ts'
export {
  findRsaAesKeyWrapAlgorithm,
  RSA_AES_KEY_WRAP_ALGORITHMS,
  type RsaAesKeyWrapAlgorithm,
  unwrapRsaAes,
  wrapRsaAes,
} from './operations/rsa-aes-key-wrap.ts'
export { sign } from './operations/sign.ts'
export { unwrapKey } from './operations/unwrap-key.ts'
export { verify } from './operations/verify.ts'
export { wrapKey } from './operations/wrap-key.ts'
export { createHmacDrbg, instantiateHmacDrbg, resumeHmacDrbg } from './random/hmac-drbg.ts'
export type { RandomSource } from './random/random-source.ts'
export { chooseRsaEngine } from './rsa/engine/choose-rsa-engine.ts'
export type { RsaEngineName } from './rsa/engine/rsa-engine.ts'
export { makeRsaKey, makeRsaPublicKey } from './rsa/make-rsa-key.ts'
export { type OaepParameters, rsaOaepDecrypt, rsaOaepEncrypt } from './rsa/rsa-oaep.ts'
export { rsaPkcs1Decrypt, rsaPkcs1Encrypt } from './rsa/rsa-pkcs1-encryption.ts'
export { rsaPkcs1Sign, rsaPkcs1Verify } from './rsa/rsa-pkcs1-signature.ts'
export { type PssParameters, rsaPssSign, rsaPssVerify } from './rsa/rsa-pss.ts'
export { Secret, type SecretClass } from './secret.ts'
export { combineShares, type SharingParameters, splitSecret } from './sharing/shamir.ts'
