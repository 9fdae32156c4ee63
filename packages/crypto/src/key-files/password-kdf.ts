/** Keys from passwords: PBKDF2 (RFC 8018) and scrypt (RFC 7914), within limits. */

import { pbkdf2 } from '@noble/hashes/pbkdf2.js'
import { scrypt } from '@noble/hashes/scrypt.js'
import type { HashName } from '../hash/hashes.ts'
import { HASHES } from '../hash/hashes.ts'

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
 * @param password - Any number of bytes.
 * @param length - Bytes of the key.
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

const MAXIMUM_ITERATIONS = 10_000_000
const MAXIMUM_MEMORY = 2 ** 28

const isWithin = (n: number, least: number, most: number): boolean =>
  Number.isInteger(n) && n >= least && n <= most
