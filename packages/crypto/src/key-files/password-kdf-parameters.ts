/** The parameters of PBKDF2 and scrypt in DER (RFC 8018 appendix A.2; RFC 7914 section 7). */

import {
  type DerElement,
  invalidDer,
  readInteger,
  readNullParameters,
  readOctetString,
  readOid,
  readSequence,
  TAG,
} from '../encoding/read-der.ts'
import {
  writeInteger,
  writeNull,
  writeOctetString,
  writeOid,
  writeSequence,
} from '../encoding/write-der.ts'
import type { HashName } from '../hash/hashes.ts'
import { unsupportedProtection } from './password.ts'
import type { PasswordKdf, Pbkdf2Parameters, ScryptParameters } from './password-kdf.ts'

/**
 * Reads the AlgorithmIdentifier of a key derivation function.
 *
 * @param keyLength - Bytes of the cipher's key; a length stated in the parameters must be the same.
 * @throws {@link CryptoError} `INVALID_KEY` - not that structure, or more elements.
 * @throws {@link CryptoError} `UNSUPPORTED_KEY` - another function.
 * @see RFC 8018 appendix A.2; RFC 7914 section 7
 */
export function readPasswordKdf(element: DerElement | undefined, keyLength: number): PasswordKdf {
  const [algorithm, parameters] = readSequence(element, 'the key derivation', 2)
  const oid = readOid(algorithm, 'the key derivation')
  const read = READERS.get(oid)
  if (read === undefined) throw unsupportedProtection(`the key derivation ${oid}`)
  return read(readSequence(parameters, 'the key derivation'), keyLength)
}

/**
 * Reads a count of any size: what is too large for the work it asks for is not an error of the structure.
 *
 * @throws {@link CryptoError} `INVALID_KEY` - not an INTEGER, or negative.
 */
export function readCount(element: DerElement | undefined, what: string): number {
  return Number(readInteger(element, what))
}

/** Writes the AlgorithmIdentifier of PBKDF2 or scrypt, without the key length, which the cipher determines. */
export function writePasswordKdf(kdf: Pbkdf2Parameters | ScryptParameters): Uint8Array {
  if (kdf.kdf === 'pbkdf2') {
    const prf = writeSequence(writeOid(PRF_OIDS[kdf.hash]), writeNull())
    const parameters = [writeOctetString(kdf.salt), writeInteger(kdf.iterations), prf]
    return writeSequence(writeOid(PBKDF2), writeSequence(...parameters))
  }
  const numbers = [kdf.cost, kdf.blockSize, kdf.parallelization].map(writeInteger)
  return writeSequence(writeOid(SCRYPT), writeSequence(writeOctetString(kdf.salt), ...numbers))
}

const PBKDF2 = '1.2.840.113549.1.5.12'
const SCRYPT = '1.3.6.1.4.1.11591.4.11'

type Reader = (
  members: readonly DerElement[],
  keyLength: number,
) => Pbkdf2Parameters | ScryptParameters

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

function withoutKeyLength(
  optional: readonly DerElement[],
  keyLength: number,
): readonly DerElement[] {
  if (optional[0]?.tag !== TAG.integer) return optional
  if (readCount(optional[0], 'the key length') !== keyLength) {
    throw invalidDer('the key length', 'does not fit the cipher')
  }
  return optional.slice(1)
}

/** RFC 8018 appendices A.2 and B.1: HMAC with SHA-1 by default; the parameters of all are NULL. */
function readPrf(element: DerElement | undefined): HashName {
  if (element === undefined) return 'SHA-1'
  const [algorithm, parameters] = readSequence(element, 'the PRF', 2)
  const oid = readOid(algorithm, 'the PRF')
  const row = PRF_HASHES.find(([known]) => known === oid)
  if (row === undefined) throw unsupportedProtection(`the PRF ${oid}`)
  readNullParameters(parameters, 'the PRF')
  return row[1]
}
