/** Keys from passwords: PBKDF2 (RFC 8018), scrypt (RFC 7914) and PKCS#12 (RFC 7292), each with a bound on its work. */

import { pbkdf2 } from '@noble/hashes/pbkdf2.js'
import { scrypt } from '@noble/hashes/scrypt.js'
import type { HashName } from '../hash/hashes.ts'
import { HASHES } from '../hash/hashes.ts'
import { type Password, passwordBytes } from './password.ts'
import { bmpPassword, derivePkcs12 } from './pkcs12-kdf.ts'

/** PBKDF2 with HMAC (RFC 8018 section 5.2). */
export interface Pbkdf2Parameters {
  readonly kdf: 'pbkdf2'
  readonly salt: Uint8Array
  /** 1 or more; {@link describeExcess} has the upper bound. */
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
  /** p: 1 to 16; N·r·p is at most 3,145,728. */
  readonly parallelization: number
}

/** The key derivation of PKCS#12 with SHA-1 (RFC 7292 appendix B.2). */
export interface Pkcs12Parameters {
  readonly kdf: 'pkcs12'
  readonly salt: Uint8Array
  /** 1 or more; {@link describeExcess} has the upper bound. */
  readonly iterations: number
  /** Bytes of the IV that is derived with the key. */
  readonly ivLength: number
}

/** How a password becomes a key. */
export type PasswordKdf = Pbkdf2Parameters | ScryptParameters | Pkcs12Parameters

/**
 * Derives a key.
 *
 * @param kdf - Parameters for which {@link describeExcess} returns `undefined`.
 * @param password - Any number of bytes.
 * @param length - Bytes of the key.
 */
export function deriveFromPassword(
  kdf: PasswordKdf,
  password: Password,
  length: number,
): Uint8Array {
  switch (kdf.kdf) {
    case 'pbkdf2': {
      const { salt, iterations, hash } = kdf
      return pbkdf2(HASHES[hash], passwordBytes(password), salt, { c: iterations, dkLen: length })
    }
    case 'scrypt': {
      const { salt, cost, blockSize, parallelization } = kdf
      const parameters = { N: cost, r: blockSize, p: parallelization, dkLen: length }
      return scrypt(passwordBytes(password), salt, parameters)
    }
    case 'pkcs12':
      return derivePkcs12(bmpPassword(password), { ...kdf, purpose: 'key', length })
  }
}

/**
 * Derives the IV where the derivation has one.
 *
 * @returns The IV of PKCS#12, which follows from password, salt and iterations; nothing for other derivations, which
 * take their IV from the file.
 */
export function deriveIvFromPassword(kdf: PasswordKdf, password: Password): Uint8Array {
  if (kdf.kdf !== 'pkcs12') return new Uint8Array()
  return derivePkcs12(bmpPassword(password), { ...kdf, purpose: 'iv', length: kdf.ivLength })
}

/**
 * Checks the parameters of a key derivation before any work is done.
 *
 * The bounds limit the work to about two seconds on a machine of 2020 with the hash functions in use here. They
 * bound products: iterations times blocks for PBKDF2 and PKCS#12, N·r·p for scrypt. Neither RFC 8018 nor RFC 7914 has
 * such bounds.
 *
 * @param length - Bytes of the key.
 * @returns The parameter, its value and the values that are allowed, or `undefined` for parameters within bounds.
 */
export function describeExcess(kdf: PasswordKdf, length: number): string | undefined {
  if (kdf.kdf === 'scrypt') return describeScryptExcess(kdf)
  const most =
    kdf.kdf === 'pbkdf2'
      ? mostPbkdf2Iterations(kdf.hash, length)
      : mostPkcs12Iterations(length, kdf.ivLength)
  if (isWithin(kdf.iterations, 1, most)) return undefined
  const name = kdf.kdf === 'pbkdf2' ? `PBKDF2 with HMAC-${kdf.hash}` : 'The PKCS#12 key derivation'
  return `${name} accepts 1 to ${most} iterations for a key of ${length} bytes, not ${show(kdf.iterations)}`
}

/** Iterations times blocks that take about two seconds. */
const PBKDF2_WORK: Readonly<Record<HashName, number>> = {
  'SHA-1': 2_000_000,
  'SHA-224': 1_200_000,
  'SHA-256': 1_200_000,
  'SHA-384': 450_000,
  'SHA-512': 450_000,
}

/** Digests of SHA-1 that take about two seconds. */
const PKCS12_WORK = 700_000

/** N·r·p that takes about two seconds. */
const SCRYPT_WORK = 3 * 2 ** 20
const SCRYPT_MEMORY = 2 ** 28

/** RFC 8018 section 5.2: each block of the key takes all iterations. */
function mostPbkdf2Iterations(hash: HashName, length: number): number {
  return Math.floor(PBKDF2_WORK[hash] / Math.ceil(length / HASHES[hash].outputLen))
}

/** RFC 7292 appendix B.2: so does each block of the key and of the IV. */
function mostPkcs12Iterations(length: number, ivLength: number): number {
  const { outputLen } = HASHES['SHA-1']
  return Math.floor(PKCS12_WORK / (Math.ceil(length / outputLen) + Math.ceil(ivLength / outputLen)))
}

function describeScryptExcess({
  cost,
  blockSize,
  parallelization,
}: ScryptParameters): string | undefined {
  if (!isWithin(blockSize, 1, 64)) {
    return `scrypt accepts a block size of 1 to 64, not ${show(blockSize)}`
  }
  if (!isWithin(parallelization, 1, 16)) {
    return `scrypt accepts a parallelization of 1 to 16, not ${show(parallelization)}`
  }
  // RFC 7914 section 2: N is less than 2^(128·r/8), which is a bound of its own only where r is 1.
  const mostCost = Math.min(SCRYPT_MEMORY / (128 * blockSize), 2 ** (16 * blockSize) - 1)
  if (!isWithin(cost, 2, mostCost) || !Number.isInteger(Math.log2(cost))) {
    const range = `2 to ${mostCost} for a block size of ${blockSize}`
    return `scrypt accepts a cost that is a power of two, ${range}, not ${show(cost)}`
  }
  const work = cost * blockSize * parallelization
  if (work <= SCRYPT_WORK) return undefined
  return `scrypt accepts a product of cost, block size and parallelization up to ${SCRYPT_WORK}, not ${work}`
}

const isWithin = (n: number, least: number, most: number): boolean =>
  Number.isInteger(n) && n >= least && n <= most

const show = (n: number): string => (n >= 2 ** 53 ? 'more than 2^53' : String(n))
