/** AlgorithmIdentifiers of keys: object identifiers to `kty` and `crv` and back, and the errors for all others. */

import { type CryptoError, cryptoError } from '../crypto-error.ts'
import {
  type DerElement,
  invalidDer,
  readNullParameters,
  readOid,
  readSequence,
  TAG,
} from '../encoding/read-der.ts'
import { writeNull, writeOid, writeSequence } from '../encoding/write-der.ts'
import type { AsymmetricKey, CurveName, MlDsaParameterSet } from '../key-material.ts'

/** The kind of key that an AlgorithmIdentifier names. */
export type KeyAlgorithm =
  | { readonly kty: 'RSA' }
  | { readonly kty: 'EC'; readonly crv: CurveName }
  | { readonly kty: 'AKP'; readonly alg: MlDsaParameterSet }

/**
 * Reads the AlgorithmIdentifier of a key.
 *
 * @throws {@link CryptoError} `INVALID_KEY` - another structure, more elements, or parameters that the kind does not have.
 * @throws {@link CryptoError} `UNSUPPORTED_KEY` - a kind or a curve that is not supported; the text names it.
 * @see RFC 5280 section 4.1.1.2; RFC 3279 section 2.3.1; RFC 5480 section 2.1; RFC 9881 section 2
 */
export function readKeyAlgorithm(element: DerElement | undefined): KeyAlgorithm {
  const [algorithm, parameters] = readSequence(element, 'AlgorithmIdentifier', 2)
  const oid = readOid(algorithm, 'the key algorithm')
  if (oid === EC_PUBLIC_KEY) return { kty: 'EC', crv: readCurve(parameters) }
  const alg = ML_DSA_NAMES.get(oid)
  if (alg !== undefined) {
    if (parameters !== undefined) throw invalidDer(`The algorithm ${alg}`, 'has parameters')
    return { kty: 'AKP', alg }
  }
  if (oid !== RSA_ENCRYPTION) throw unsupportedAlgorithm(oid)
  readNullParameters(parameters, 'rsaEncryption')
  return { kty: 'RSA' }
}

/**
 * Writes the AlgorithmIdentifier of a key.
 *
 * @see RFC 3279 section 2.3.1; RFC 5480 section 2.1; RFC 9881 section 2
 */
export function writeKeyAlgorithm(key: AsymmetricKey): Uint8Array {
  if (key.kty === 'RSA') return writeSequence(writeOid(RSA_ENCRYPTION), writeNull())
  if (key.kty === 'AKP') return writeSequence(writeOid(ML_DSA_OIDS[key.alg]))
  return writeSequence(writeOid(EC_PUBLIC_KEY), writeCurve(key.crv))
}

/**
 * Reads ECParameters: named curves only.
 *
 * @throws {@link CryptoError} `INVALID_KEY` - missing, or neither a name nor explicit parameters.
 * @throws {@link CryptoError} `UNSUPPORTED_KEY` - a curve that is not supported, or explicit parameters.
 * @see RFC 5480 section 2.1.1
 */
export function readCurve(element: DerElement | undefined): CurveName {
  if (element?.tag === TAG.sequence) {
    throw cryptoError('UNSUPPORTED_KEY', EXPLICIT_PARAMETERS)
  }
  const oid = readOid(element, 'the name of the curve')
  const crv = CURVE_NAMES.get(oid)
  if (crv === undefined) throw unsupportedCurve(oid)
  return crv
}

/** Writes ECParameters: the name of the curve. */
export function writeCurve(crv: CurveName): Uint8Array {
  return writeOid(CURVE_OIDS[crv])
}

const RSA_ENCRYPTION = '1.2.840.113549.1.1.1'
const EC_PUBLIC_KEY = '1.2.840.10045.2.1'

/** RFC 5480 section 2.1.1.1; SEC 2 appendix A.2. */
const CURVE_OIDS: Readonly<Record<CurveName, string>> = {
  'P-256': '1.2.840.10045.3.1.7',
  'P-384': '1.3.132.0.34',
  'P-521': '1.3.132.0.35',
  'P-256K': '1.3.132.0.10',
}

const CURVE_NAMES: ReadonlyMap<string, CurveName> = new Map(
  (['P-256', 'P-384', 'P-521', 'P-256K'] as const).map((crv) => [CURVE_OIDS[crv], crv]),
)

/** RFC 9881 section 2; NIST's register of object identifiers, sigAlgs 17 to 19. */
const ML_DSA_OIDS: Readonly<Record<MlDsaParameterSet, string>> = {
  'ML-DSA-44': '2.16.840.1.101.3.4.3.17',
  'ML-DSA-65': '2.16.840.1.101.3.4.3.18',
  'ML-DSA-87': '2.16.840.1.101.3.4.3.19',
}

const ML_DSA_NAMES: ReadonlyMap<string, MlDsaParameterSet> = new Map(
  (['ML-DSA-44', 'ML-DSA-65', 'ML-DSA-87'] as const).map((alg) => [ML_DSA_OIDS[alg], alg]),
)

const MAKE_NEW = 'It cannot be converted: make a new key.'

const PSS_ADVICE =
  'Convert it with: openssl rsa -in old.pem -traditional | sed s/RSA-PSS/RSA/ > new.pem'

const EXPLICIT_PARAMETERS =
  'Explicit curve parameters are not supported. Convert the key with: openssl ec -in old.pem -param_enc named_curve -out new.pem'

/** Known algorithms that are not supported: name, and advice for the owner of the key. */
const UNSUPPORTED_ALGORITHMS: ReadonlyMap<string, readonly [name: string, advice: string]> =
  new Map([
    ['1.2.840.113549.1.1.10', ['RSASSA-PSS', PSS_ADVICE]],
    ['1.3.101.110', ['X25519', MAKE_NEW]],
    ['1.3.101.111', ['X448', MAKE_NEW]],
    ['1.3.101.112', ['Ed25519', MAKE_NEW]],
    ['1.3.101.113', ['Ed448', MAKE_NEW]],
    ['1.2.840.10040.4.1', ['DSA', MAKE_NEW]],
    ['1.2.840.113549.1.3.1', ['Diffie-Hellman', MAKE_NEW]],
    ['1.2.840.10046.2.1', ['Diffie-Hellman', MAKE_NEW]],
  ])

/** Names of common curves that are not supported (SEC 2; RFC 5639). */
const UNSUPPORTED_CURVES: ReadonlyMap<string, string> = new Map([
  ['1.2.840.10045.3.1.1', 'P-192'],
  ['1.3.132.0.33', 'P-224'],
  ['1.3.36.3.3.2.8.1.1.7', 'brainpoolP256r1'],
  ['1.3.36.3.3.2.8.1.1.11', 'brainpoolP384r1'],
  ['1.3.36.3.3.2.8.1.1.13', 'brainpoolP512r1'],
  ['1.2.156.10197.1.301', 'SM2'],
])

function unsupportedAlgorithm(oid: string): CryptoError {
  const [name, advice] = UNSUPPORTED_ALGORITHMS.get(oid) ?? [oid, MAKE_NEW]
  return cryptoError('UNSUPPORTED_KEY', `The key algorithm ${name} is not supported. ${advice}`)
}

function unsupportedCurve(oid: string): CryptoError {
  const name = UNSUPPORTED_CURVES.get(oid) ?? oid
  const supported = 'P-256, P-384, P-521 and P-256K (secp256k1) are'
  return cryptoError(
    'UNSUPPORTED_KEY',
    `The curve ${name} is not supported: ${supported}. ${MAKE_NEW}`,
  )
}
