/** Whether a key, an algorithm and an operation belong together: the guard before every operation. */

import { isAesKeyLength } from '../aes/aes-key.ts'
import { cryptoError } from '../crypto-error.ts'
import type { KeyMaterial } from '../key-material.ts'
import type { Algorithm, CryptographicOperation } from './algorithms.ts'

/**
 * What one scheme does: a function of the key and row of that scheme. Written as a method, so that a table may
 * hold one for each scheme under a single type; {@link fitting} sees that each meets none but its own.
 */
export type SchemeFunction<Rest extends readonly unknown[], Result> = {
  of(key: KeyMaterial, algorithm: Algorithm, ...rest: Rest): Result
}['of']

/** One function for each scheme that serves an operation. */
export type SchemeTable<Rest extends readonly unknown[], Result> = Readonly<
  Partial<Record<Algorithm['scheme'], SchemeFunction<Rest, Result>>>
>

/**
 * Finds the function of the algorithm's scheme, after seeing that key, algorithm and operation fit.
 *
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - an operation that the algorithm does not serve, or a key of
 * another type, curve or size.
 */
export function fitting<Rest extends readonly unknown[], Result>(
  table: SchemeTable<Rest, Result>,
  key: KeyMaterial,
  algorithm: Algorithm,
  operation: CryptographicOperation,
): SchemeFunction<Rest, Result> {
  const scheme = table[algorithm.scheme]
  if (scheme === undefined || !algorithm.operations.includes(operation)) {
    throw cryptoError('INVALID_ARGUMENT', `${algorithm.alg} does not serve ${operation}.`)
  }
  requireKey(key, algorithm)
  return scheme
}

/**
 * Refuses a parameter that the algorithm has no use for: ignored, it would look as if it had been used.
 *
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - one of the named parameters is there.
 */
export function refuseParameters(
  { alg }: Algorithm,
  parameters: Readonly<Record<string, Uint8Array | undefined>>,
): void {
  for (const [name, value] of Object.entries(parameters)) {
    if (value === undefined) continue
    throw cryptoError('INVALID_ARGUMENT', `${alg} takes no ${name} here.`)
  }
}

/**
 * Refuses bytes of another length than the algorithm's, or none at all.
 *
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - as said.
 */
export function requireBytes(
  { alg }: Algorithm,
  name: string,
  bytes: Uint8Array | undefined,
  length: number,
): Uint8Array {
  if (bytes?.length === length) return bytes
  const found = bytes === undefined ? 'none' : `${bytes.length}`
  throw cryptoError('INVALID_ARGUMENT', `${alg} takes ${name} of ${length} bytes, not ${found}.`)
}

/**
 * Refuses a digest of another length than the algorithm's, where it has one.
 *
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - as said.
 */
export function requireDigest(algorithm: Algorithm, digest: Uint8Array): void {
  if (!('digestLength' in algorithm) || algorithm.digestLength === undefined) return
  requireBytes(algorithm, 'a digest', digest, algorithm.digestLength)
}

function requireKey(key: KeyMaterial, algorithm: Algorithm): void {
  const { alg } = algorithm
  if (key.kty !== algorithm.kty) {
    throw cryptoError(
      'INVALID_ARGUMENT',
      `${alg} takes a key of type ${algorithm.kty}, not ${key.kty}.`,
    )
  }
  if (key.kty === 'EC' && algorithm.kty === 'EC' && key.crv !== algorithm.crv) {
    throw cryptoError('INVALID_ARGUMENT', `${alg} takes a key on ${algorithm.crv}, not ${key.crv}.`)
  }
  if (key.kty !== 'oct' || algorithm.kty !== 'oct' || algorithm.scheme === 'hmac') return
  if (!isAesKeyLength(key.bits / 8)) {
    throw cryptoError('INVALID_ARGUMENT', `${alg} takes an AES key, not one of ${key.bits} bits.`)
  }
  if (algorithm.keyBits !== undefined && key.bits !== algorithm.keyBits) {
    throw cryptoError(
      'INVALID_ARGUMENT',
      `${alg} takes a key of ${algorithm.keyBits} bits, not ${key.bits}.`,
    )
  }
}
