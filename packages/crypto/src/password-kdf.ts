/** Keys from passwords, with their parameters in DER: PBKDF2 (RFC 8018) and scrypt (RFC 7914). */

import { pbkdf2 } from '@noble/hashes/pbkdf2.js'
import { scrypt } from '@noble/hashes/scrypt.js'
import type { HashName } from './algorithms.ts'
import { cryptoError } from './crypto-error.ts'
import { HASHES } from './hashes.ts'
import { unsupportedProtection } from './password.ts'
import {
  type DerElement,
  invalidDer,
  readInteger,
  readOctetString,
  readOid,
  readSequence,
  TAG,
} from './read-der.ts'
import { writeInteger, writeNull, writeOctetString, writeOid, writeSequence } from './write-der.ts'

/** PBKDF2 with HMAC (RFC 8018 section 5.2). */
export interface Pbkdf2Parameters {
  readonly kdf: 'pbkdf2'
  readonly salt: Uint8Array
  /** 1 to 10,000,000. */
  readonly iterations: number
  readonly hash: HashName
}

/** scrypt (RFC 7914 section 2). */
export interface ScryptParameters {
  readonly kdf: 'scrypt'
  readonly salt: Uint8Array
  /** N: a power of two, 2 or more; 128·N·r is at most 256 MiB. */
  readonly cost: number
  /** r: 1 to 64. */
  readonly blockSize: number
  /** p: 1 to 16. */
  readonly parallelization: number
}

/** How a password becomes a key. */
export type PasswordKdf = Pbkdf2Parameters | ScryptParameters

/**
 * Derives a key.
 *
 * @param kdf - Within the limits that {@link describeExcess} knows.
 * @param password - Any number of octets.
 * @param length - Octets of the key.
 */
export function deriveFromPassword(
  kdf: PasswordKdf,
  password: Uint8Array,
  length: number,
): Uint8Array {
  if (kdf.kdf === 'pbkdf2') {
    const { salt, iterations, hash } = kdf
    return pbkdf2(HASHES[hash], password, salt, { c: iterations, dkLen: length })
  }
  const { salt, cost, blockSize, parallelization } = kdf
  return scrypt(password, salt, { N: cost, r: blockSize, p: parallelization, dkLen: length })
}

/**
 * Names the parameter that asks for more than is done for anyone, or that is no parameter at all.
 *
 * @returns A text such as `iterations above 10000000`, or `undefined` for parameters that are taken.
 */
export function describeExcess(kdf: PasswordKdf): string | undefined {
  if (kdf.kdf === 'pbkdf2') {
    return isWithin(kdf.iterations, 1, MAXIMUM_ITERATIONS)
      ? undefined
      : `PBKDF2 iterations outside 1 to ${MAXIMUM_ITERATIONS}`
  }
  const { cost, blockSize, parallelization } = kdf
  if (!isWithin(blockSize, 1, 64)) return 'scrypt block size outside 1 to 64'
  if (!isWithin(parallelization, 1, 16)) return 'scrypt parallelization outside 1 to 16'
  if (!isWithin(cost, 2, MAXIMUM_MEMORY / (128 * blockSize))) {
    return 'scrypt cost outside 2 to what fits in 256 MiB'
  }
  return (cost & (cost - 1)) === 0 ? undefined : 'scrypt cost that is not a power of two'
}

/**
 * Reads the AlgorithmIdentifier of a key derivation function.
 *
 * @param keyLength - What the cipher needs; a length that the parameters state must be this one.
 * @throws {@link CryptoError} `INVALID_KEY` - not that structure.
 * @throws {@link CryptoError} `UNSUPPORTED_KEY` - another function, or one that asks for too much.
 * @see RFC 8018 appendix A.2; RFC 7914 section 7
 */
export function readPasswordKdf(element: DerElement | undefined, keyLength: number): PasswordKdf {
  const [algorithm, parameters] = readSequence(element, 'the key derivation')
  const oid = readOid(algorithm, 'the key derivation')
  const read = READERS.get(oid)
  if (read === undefined) throw unsupportedProtection(`the key derivation ${oid}`)
  const kdf = read(readSequence(parameters, 'the key derivation'), keyLength)
  const excess = describeExcess(kdf)
  if (excess === undefined) return kdf
  throw cryptoError('UNSUPPORTED_KEY', `The key is encrypted with ${excess}.`)
}

/** Writes the AlgorithmIdentifier of a key derivation function, its key length left to the cipher. */
export function writePasswordKdf(kdf: PasswordKdf): Uint8Array {
  if (kdf.kdf === 'pbkdf2') {
    const prf = writeSequence(writeOid(PRF_OIDS[kdf.hash]), writeNull())
    const parameters = [writeOctetString(kdf.salt), writeInteger(kdf.iterations), prf]
    return writeSequence(writeOid(PBKDF2), writeSequence(...parameters))
  }
  const numbers = [kdf.cost, kdf.blockSize, kdf.parallelization].map(writeInteger)
  return writeSequence(writeOid(SCRYPT), writeSequence(writeOctetString(kdf.salt), ...numbers))
}

const MAXIMUM_ITERATIONS = 10_000_000
const MAXIMUM_MEMORY = 2 ** 28

const PBKDF2 = '1.2.840.113549.1.5.12'
const SCRYPT = '1.3.6.1.4.1.11591.4.11'

type Reader = (members: readonly DerElement[], keyLength: number) => PasswordKdf

const READERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  [PBKDF2, readPbkdf2],
  [SCRYPT, readScrypt],
])

/** RFC 8018 appendix B.1. */
const PRF_OIDS: Readonly<Record<HashName, string>> = {
  'SHA-1': '1.2.840.113549.2.7',
  'SHA-224': '1.2.840.113549.2.8',
  'SHA-256': '1.2.840.113549.2.9',
  'SHA-384': '1.2.840.113549.2.10',
  'SHA-512': '1.2.840.113549.2.11',
}

const PRF_HASHES = (['SHA-1', 'SHA-224', 'SHA-256', 'SHA-384', 'SHA-512'] as const).map(
  (hash) => [PRF_OIDS[hash], hash] as const,
)

function readPbkdf2(members: readonly DerElement[], keyLength: number): Pbkdf2Parameters {
  const [salt, iterations, ...optional] = members
  const rest = withoutKeyLength(optional, keyLength)
  if (rest.length > 1) throw invalidDer('PBKDF2', 'has elements that do not belong to it')
  return {
    kdf: 'pbkdf2',
    salt: readOctetString(salt, 'the salt'),
    iterations: readCount(iterations, 'the iteration count'),
    hash: readPrf(rest[0]),
  }
}

function readScrypt(members: readonly DerElement[], keyLength: number): ScryptParameters {
  const [salt, cost, blockSize, parallelization, ...optional] = members
  const rest = withoutKeyLength(optional, keyLength)
  if (rest.length > 0) throw invalidDer('scrypt', 'has elements that do not belong to it')
  return {
    kdf: 'scrypt',
    salt: readOctetString(salt, 'the salt'),
    cost: readCount(cost, 'the cost'),
    blockSize: readCount(blockSize, 'the block size'),
    parallelization: readCount(parallelization, 'the parallelization'),
  }
}

/** Too many is not damage: a number of any size goes on to the limits. */
function readCount(element: DerElement | undefined, what: string): number {
  return Number(readInteger(element, what))
}

function withoutKeyLength(
  optional: readonly DerElement[],
  keyLength: number,
): readonly DerElement[] {
  if (optional[0]?.tag !== TAG.integer) return optional
  if (readCount(optional[0], 'the key length') !== keyLength) {
    throw invalidDer('the key length', 'is not that of the cipher')
  }
  return optional.slice(1)
}

/** RFC 8018 appendix A.2: HMAC with SHA-1 where nothing is said. */
function readPrf(element: DerElement | undefined): HashName {
  if (element === undefined) return 'SHA-1'
  const oid = readOid(readSequence(element, 'the PRF')[0], 'the PRF')
  const row = PRF_HASHES.find(([known]) => known === oid)
  if (row === undefined) throw unsupportedProtection(`the PRF ${oid}`)
  return row[1]
}

const isWithin = (n: number, least: number, most: number): boolean =>
  Number.isInteger(n) && n >= least && n <= most
