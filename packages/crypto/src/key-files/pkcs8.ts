/** PKCS#8: PrivateKeyInfo, and OneAsymmetricKey that extends it (RFC 5208, RFC 5958). */

import { cryptoError } from '../crypto-error.ts'
import { equalBytes } from '../encoding/bytes.ts'
import {
  contextTag,
  type DerElement,
  invalidDer,
  readBitString,
  readDer,
  readElements,
  readOctetString,
  readOid,
  readSequence,
  readSmallInteger,
  TAG,
} from '../encoding/read-der.ts'
import { writeInteger, writeOctetString, writeSequence } from '../encoding/write-der.ts'
import type { AsymmetricKey, KeyMaterial } from '../key-material.ts'
import { type KeyAlgorithm, readKeyAlgorithm, writeKeyAlgorithm } from './key-algorithms.ts'
import { readMlDsaPrivateKey, writeMlDsaPrivateKey } from './ml-dsa-private-key.ts'
import { exportPkcs1, readRsaPrivateKey } from './pkcs1.ts'
import { readEcPrivateKey, writeEcPrivateKey } from './sec1.ts'
import { exportSpki, readSubjectPublicKey } from './spki.ts'

/**
 * Reads a private key.
 *
 * @param der - At most 65,536 bytes. Attributes must be well formed; their values are ignored.
 * @throws {@link CryptoError} `INVALID_KEY` - not DER of that structure, more elements, or an inconsistent key.
 * @throws {@link CryptoError} `UNSUPPORTED_KEY` - a kind, curve or length that is not supported; the text
 * says how to convert it.
 * @see RFC 5958 section 2
 *
 * @example
 * ```ts
 * import { exportPkcs8, importPkcs8, type KeyMaterial } from '@pocket-hsm/crypto'
 *
 * const copy = (key: KeyMaterial): KeyMaterial => importPkcs8(exportPkcs8(key))
 * ```
 */
export function importPkcs8(der: Uint8Array): AsymmetricKey {
  const elements = readSequence(readDer(der, PKCS8), PKCS8)
  const [version, algorithm, privateKey, ...optional] = elements
  const shape = readSmallInteger(version, `the version of ${PKCS8}`)
  if (shape > 1) throw invalidDer(PKCS8, 'is not of version 0 or 1')
  const keyAlgorithm = readKeyAlgorithm(algorithm)
  const bytes = readOctetString(privateKey, 'the private key')
  const publicKey = readPublicKeyField(optional, shape)
  const key = readPrivateKey(keyAlgorithm, bytes)
  if (publicKey === undefined) return key
  const given = readSubjectPublicKey(
    keyAlgorithm,
    readBitString(publicKey, 'the public key', PUBLIC_KEY),
  )
  if (!equalBytes(exportSpki(given), exportSpki(key))) {
    throw cryptoError('INVALID_KEY', 'The public key is not that of the private key.')
  }
  return key
}

/**
 * Writes a private key as PKCS#8 version 0, without encryption.
 *
 * @returns A fresh array of DER, with PKCS#1 inside for RSA, SEC 1 for EC and the seed for ML-DSA.
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - a symmetric key, or a key without its private part.
 * @see RFC 5958 section 2
 *
 * @example
 * ```ts
 * import { exportPkcs8, type KeyMaterial } from '@pocket-hsm/crypto'
 *
 * const lengthOf = (key: KeyMaterial): number => exportPkcs8(key).length
 * ```
 */
export function exportPkcs8(key: KeyMaterial): Uint8Array {
  if (key.kty === 'oct')
    throw cryptoError('INVALID_ARGUMENT', 'PKCS#8 has no form for symmetric keys.')
  if (key.privateKey === undefined) {
    throw cryptoError('INVALID_ARGUMENT', 'The key has no private part to export.')
  }
  const bytes = writePrivateKey(key)
  return writeSequence(writeInteger(0), writeKeyAlgorithm(key), writeOctetString(bytes))
}

const PKCS8 = 'PrivateKeyInfo'
const ATTRIBUTES = contextTag(0)
const PUBLIC_KEY = contextTag(1, 'primitive')

function readPrivateKey(algorithm: KeyAlgorithm, bytes: Uint8Array): AsymmetricKey {
  if (algorithm.kty === 'AKP') return readMlDsaPrivateKey(algorithm.alg, bytes)
  return algorithm.kty === 'RSA' ? readRsaPrivateKey(bytes) : readEcPrivateKey(bytes, algorithm.crv)
}

function writePrivateKey(key: AsymmetricKey): Uint8Array {
  if (key.kty === 'AKP') return writeMlDsaPrivateKey(key)
  return key.kty === 'RSA' ? exportPkcs1(key) : writeEcPrivateKey(key)
}

/** RFC 5958 section 2: `attributes [0]`, then `publicKey [1]`, which only version 1 may have. */
function readPublicKeyField(
  elements: readonly DerElement[],
  version: number,
): DerElement | undefined {
  const [first, ...others] = elements
  const hasAttributes = first?.tag === ATTRIBUTES
  if (hasAttributes) checkAttributes(first.content)
  const [publicKey, ...more] = hasAttributes ? others : elements
  if (more.length > 0) throw invalidDer(PKCS8, 'has elements that do not belong to it')
  if (publicKey === undefined) return undefined
  if (publicKey.tag !== PUBLIC_KEY || version === 0) {
    throw invalidDer(PKCS8, 'has elements that do not belong to it')
  }
  return publicKey
}

/** RFC 5958 section 2; RFC 2986 section 4: each attribute is an identifier and a SET of values. */
function checkAttributes(content: Uint8Array): void {
  for (const attribute of readElements(content, 'the attributes')) {
    const [type, values] = readSequence(attribute, 'an attribute', 2)
    readOid(type, 'the type of an attribute')
    if (values?.tag !== TAG.set) throw invalidDer('an attribute', 'has no set of values')
    readElements(values.content, 'the values of an attribute')
  }
}
