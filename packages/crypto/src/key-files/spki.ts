/** SubjectPublicKeyInfo: the public key in certificates and `PUBLIC KEY` files (RFC 5280 section 4.1). */

import { cryptoError } from '../crypto-error.ts'
import { readPoint, writePoint } from '../ec/ec-point.ts'
import { type DerElement, readBitString, readDer, readSequence } from '../encoding/read-der.ts'
import { writeBitString, writeSequence } from '../encoding/write-der.ts'
import type { AsymmetricKey, KeyMaterial } from '../key-material.ts'
import { makeMlDsaPublicKey } from '../ml-dsa/make-ml-dsa-key.ts'
import { type KeyAlgorithm, readKeyAlgorithm, writeKeyAlgorithm } from './key-algorithms.ts'
import { readRsaPublicKey, writeRsaPublicKey } from './pkcs1.ts'

/**
 * Reads a public key.
 *
 * @param der - At most 65,536 bytes. A point may be compressed.
 * @returns A key without private part.
 * @throws {@link CryptoError} `INVALID_KEY` - not DER of that structure, more elements, a point off its curve, or an even n.
 * @throws {@link CryptoError} `UNSUPPORTED_KEY` - a kind, curve or length that is not supported; the text
 * says how to convert it.
 * @see RFC 5280 section 4.1.2.7; RFC 3279 section 2.3; RFC 5480 section 2; RFC 9881 section 4
 *
 * @example
 * ```ts
 * import { exportSpki, importSpki, type KeyMaterial } from '@pocket-hsm/crypto'
 *
 * const publicPart = (key: KeyMaterial): KeyMaterial => importSpki(exportSpki(key))
 * ```
 */
export function importSpki(der: Uint8Array): AsymmetricKey {
  return readSpki(readDer(der, SPKI))
}

/** Reads a SubjectPublicKeyInfo that is part of another structure. */
export function readSpki(element: DerElement | undefined): AsymmetricKey {
  const [algorithm, publicKey] = readSequence(element, SPKI, 2)
  return readSubjectPublicKey(
    readKeyAlgorithm(algorithm),
    readBitString(publicKey, 'the public key'),
  )
}

/**
 * Writes the public part of a key.
 *
 * @returns A fresh array of DER.
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - a symmetric key, which has no public part.
 * @see RFC 5280 section 4.1.2.7
 *
 * @example
 * ```ts
 * import { exportSpki, type KeyMaterial } from '@pocket-hsm/crypto'
 *
 * const lengthOf = (key: KeyMaterial): number => exportSpki(key).length
 * ```
 */
export function exportSpki(key: KeyMaterial): Uint8Array {
  if (key.kty === 'oct') {
    throw cryptoError('INVALID_ARGUMENT', 'A symmetric key has no public part.')
  }
  return writeSequence(writeKeyAlgorithm(key), writeBitString(subjectPublicKey(key)))
}

/** Writes the bytes of a subjectPublicKey: key identifiers are digests of them. */
export function subjectPublicKey(key: AsymmetricKey): Uint8Array {
  if (key.kty === 'AKP') return key.publicKey
  return key.kty === 'RSA' ? writeRsaPublicKey(key) : writePoint(key.publicKey)
}

/** Reads the bytes of a subjectPublicKey in the form of its algorithm. */
export function readSubjectPublicKey(algorithm: KeyAlgorithm, bytes: Uint8Array): AsymmetricKey {
  if (algorithm.kty === 'AKP') return makeMlDsaPublicKey(algorithm.alg, bytes)
  return algorithm.kty === 'RSA' ? readRsaPublicKey(bytes) : readPoint(algorithm.crv, bytes)
}

const SPKI = 'SubjectPublicKeyInfo'
