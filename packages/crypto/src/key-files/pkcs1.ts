/** PKCS#1: RSAPrivateKey and RSAPublicKey (RFC 8017 appendix A.1). */

import { cryptoError } from '../crypto-error.ts'
import { bytesToBigInt } from '../encoding/bytes.ts'
import {
  type DerElement,
  invalidDer,
  readDer,
  readInteger,
  readSequence,
  readSmallInteger,
} from '../encoding/read-der.ts'
import { writeInteger, writeSequence } from '../encoding/write-der.ts'
import type { KeyMaterial, RsaKey, RsaPrivateNumbers } from '../key-material.ts'
import { checkedRsaKey, checkedRsaPublicKey, MULTI_PRIME } from '../rsa/checked-rsa-key.ts'
import { Secret } from '../secret.ts'

/**
 * Reads a PKCS#1 RSAPrivateKey or RSAPublicKey; a structure of two integers is a public key.
 *
 * @param der - At most 65,536 bytes.
 * @throws {@link CryptoError} `INVALID_KEY` - not DER of that structure, more elements, or numbers that do not belong together.
 * @throws {@link CryptoError} `UNSUPPORTED_KEY` - more than two primes, or a length outside 1024 to 8192 bits.
 * @see RFC 8017 appendices A.1.1 and A.1.2
 *
 * @example
 * ```ts
 * import { exportPkcs1, importPkcs1, type RsaKey } from '@pocket-hsm/crypto'
 *
 * const copy = (key: RsaKey): RsaKey => importPkcs1(exportPkcs1(key))
 * ```
 */
export function importPkcs1(der: Uint8Array): RsaKey {
  const elements = readSequence(readDer(der, 'RSAPrivateKey'), 'RSAPrivateKey')
  return elements.length === 2 ? readPublicNumbers(elements) : readPrivateNumbers(elements)
}

/**
 * Writes an RSA key as PKCS#1: RSAPrivateKey if the key has its private part, otherwise RSAPublicKey.
 *
 * @returns A fresh array of DER. The private key in it is not encrypted.
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - not an RSA key.
 * @see RFC 8017 appendices A.1.1 and A.1.2
 *
 * @example
 * ```ts
 * import { exportPkcs1, type RsaKey } from '@pocket-hsm/crypto'
 *
 * const lengthOf = (key: RsaKey): number => exportPkcs1(key).length
 * ```
 */
export function exportPkcs1(key: KeyMaterial): Uint8Array {
  if (key.kty !== 'RSA') throw cryptoError('INVALID_ARGUMENT', 'PKCS#1 is a form of RSA keys only.')
  if (key.privateKey === undefined) return writeRsaPublicKey(key)
  const numbers = Secret.reveal(key.privateKey)
  return writeSequence(writeInteger(0), ...MEMBERS.map((member) => writeInteger(numbers[member])))
}

/** Reads an RSAPublicKey, no other structure. */
export function readRsaPublicKey(der: Uint8Array): RsaKey {
  return readPublicNumbers(readSequence(readDer(der, 'RSAPublicKey'), 'RSAPublicKey'))
}

/** Reads an RSAPrivateKey, no other structure. */
export function readRsaPrivateKey(der: Uint8Array): RsaKey {
  return readPrivateNumbers(readSequence(readDer(der, 'RSAPrivateKey'), 'RSAPrivateKey'))
}

/** Writes the RSAPublicKey of a key with or without its private part. */
export function writeRsaPublicKey({ publicKey: { n, e } }: RsaKey): Uint8Array {
  return writeSequence(writeInteger(bytesToBigInt(n)), writeInteger(bytesToBigInt(e)))
}

/** RFC 8017 appendix A.1.2: the integers after the version, in order. */
const MEMBERS = [
  'n',
  'e',
  'd',
  'p',
  'q',
  'dp',
  'dq',
  'qi',
] as const satisfies readonly (keyof RsaPrivateNumbers)[]

function readPublicNumbers(elements: readonly DerElement[]): RsaKey {
  const [n, e, ...more] = elements
  if (more.length > 0) throw invalidDer('RSAPublicKey', 'has more than two elements')
  return checkedRsaPublicKey(readInteger(n, 'n'), readInteger(e, 'e'))
}

function readPrivateNumbers([version, ...elements]: readonly DerElement[]): RsaKey {
  const shape = readSmallInteger(version, 'the version of RSAPrivateKey')
  // Version 1 means that otherPrimeInfos follow.
  if (shape === 1) throw cryptoError('UNSUPPORTED_KEY', MULTI_PRIME)
  if (shape !== 0) throw invalidDer('RSAPrivateKey', 'is not of version 0')
  if (elements.length > MEMBERS.length) {
    throw invalidDer('RSAPrivateKey', 'has more than nine elements')
  }
  const [n, e, d, p, q, dp, dq, qi] = elements
  return checkedRsaKey({
    n: readInteger(n, 'n'),
    e: readInteger(e, 'e'),
    d: readInteger(d, 'd'),
    p: readInteger(p, 'p'),
    q: readInteger(q, 'q'),
    dp: readInteger(dp, 'dp'),
    dq: readInteger(dq, 'dq'),
    qi: readInteger(qi, 'qi'),
  })
}
