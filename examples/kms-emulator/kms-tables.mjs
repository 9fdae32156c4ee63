// What differs between key types, algorithms and errors of the emulated service, as data.

/** `KeySpec`: what the engine's `createKey` takes, and the `KeyUsage` that the service reports. */
export const KEY_SPECS = {
  SYMMETRIC_DEFAULT: { usage: 'ENCRYPT_DECRYPT', parameters: { kty: 'oct-HSM', keySize: 256 } },
  RSA_2048: { usage: 'SIGN_VERIFY', parameters: { kty: 'RSA-HSM', keySize: 2048 } },
  RSA_3072: { usage: 'SIGN_VERIFY', parameters: { kty: 'RSA-HSM', keySize: 3072 } },
  ECC_NIST_P256: { usage: 'SIGN_VERIFY', parameters: { kty: 'EC-HSM', crv: 'P-256' } },
  ECC_NIST_P384: { usage: 'SIGN_VERIFY', parameters: { kty: 'EC-HSM', crv: 'P-384' } },
  ECC_NIST_P521: { usage: 'SIGN_VERIFY', parameters: { kty: 'EC-HSM', crv: 'P-521' } },
}

/** The operations that each `KeyUsage` allows. */
export const KEY_OPS = { ENCRYPT_DECRYPT: ['encrypt', 'decrypt'], SIGN_VERIFY: ['sign', 'verify'] }

/** `SigningAlgorithm`: the engine's name, the hash, and for ECDSA the curve, whose signatures are DER here. */
export const SIGNING_ALGORITHMS = {
  ECDSA_SHA_256: { alg: 'ES256', hash: 'SHA-256', curve: 'P-256' },
  ECDSA_SHA_384: { alg: 'ES384', hash: 'SHA-384', curve: 'P-384' },
  ECDSA_SHA_512: { alg: 'ES512', hash: 'SHA-512', curve: 'P-521' },
  RSASSA_PSS_SHA_256: { alg: 'PS256', hash: 'SHA-256' },
  RSASSA_PKCS1_V1_5_SHA_256: { alg: 'RS256', hash: 'SHA-256' },
}

/** The engine's `innerCode` or `code`: the exception that the service throws for it. */
export const EXCEPTIONS = {
  KeyNotFound: 'NotFoundException',
  KeyDisabled: 'DisabledException',
  KeyOperationForbidden: 'InvalidKeyUsageException',
  BadParameter: 'ValidationException',
}
