/** Checks that key, algorithm and operation fit together: the guard before every operation. */

import { isAesKeyLength } from '../aes/aes-key.ts'
import { requireObject } from '../checks/arguments.ts'
import { requireKeyMaterial } from '../checks/key-material.ts'
import { cryptoError } from '../crypto-error.ts'
import type { KeyMaterial } from '../key-material.ts'
import type { MlDsaParameters } from '../ml-dsa/ml-dsa.ts'
import type { Algorithm, CryptographicOperation } from './algorithm-rows.ts'

/**
 * The implementation of one scheme: a function of a key and a row of that scheme. Declared as a method, so that a
 * table can hold the functions of all schemes under one type; {@link schemeFunction} calls none with another scheme.
 */
export type SchemeFunction<Rest extends readonly unknown[], Result> = {
  of(key: KeyMaterial, algorithm: Algorithm, ...rest: Rest): Result
}['of']

/** One function for each scheme that supports an operation. */
export type SchemeTable<Rest extends readonly unknown[], Result> = Readonly<
  Partial<Record<Algorithm['scheme'], SchemeFunction<Rest, Result>>>
>

/**
 * Finds the function of the algorithm's scheme, after checking that key, algorithm and operation fit together.
 *
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - a value that is not a key or not a row, an operation that the
 * algorithm does not support, or a key of another type, curve or size.
 */
export function schemeFunction<Rest extends readonly unknown[], Result>(
  table: SchemeTable<Rest, Result>,
  key: KeyMaterial,
  algorithm: Algorithm,
  operation: CryptographicOperation,
): SchemeFunction<Rest, Result> {
  requireObject('The algorithm', algorithm)
  const scheme = Object.hasOwn(table, algorithm.scheme) ? table[algorithm.scheme] : undefined
  if (scheme === undefined || !algorithm.operations?.includes(operation)) {
    throw cryptoError('INVALID_ARGUMENT', `${algorithm.alg} does not support ${operation}.`)
  }
  requireFittingKey(key, algorithm)
  return scheme
}

/**
 * Rejects parameters that the algorithm does not use: if they were ignored, the caller would believe them applied.
 *
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - one of the named parameters is present.
 */
export function rejectParameters(
  operation: CryptographicOperation,
  { alg }: Algorithm,
  parameters: Readonly<Record<string, unknown>>,
): void {
  for (const [name, value] of Object.entries(parameters)) {
    if (value === undefined) continue
    throw cryptoError('INVALID_ARGUMENT', `${operation} with ${alg} takes no parameter ${name}.`)
  }
}

/**
 * Requires bytes of the algorithm's length.
 *
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - no bytes, or another number of them.
 */
export function requireLength(
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
 * Requires a digest of the algorithm's length, for algorithms that have one.
 *
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - another length.
 */
export function requireDigest(algorithm: Algorithm, digest: Uint8Array): void {
  if (!('digestLength' in algorithm) || algorithm.digestLength === undefined) return
  requireLength(algorithm, 'a digest', digest, algorithm.digestLength)
}

/**
 * Rejects a context and an external µ for an algorithm that takes none.
 *
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - one of them is there, or no object is.
 */
export function checkSignatureParameters(
  operation: 'sign' | 'verify',
  algorithm: Algorithm,
  parameters: MlDsaParameters,
): void {
  requireObject('The parameters', parameters)
  const { context, isExternalMu } = parameters
  if (!('takesContext' in algorithm)) {
    rejectParameters(operation, algorithm, { context, isExternalMu: isExternalMu || undefined })
  }
}

function requireFittingKey(key: KeyMaterial, algorithm: Algorithm): void {
  requireKeyMaterial('The key', key)
  const { alg } = algorithm
  if (key.kty !== algorithm.kty) {
    throw cryptoError(
      'INVALID_ARGUMENT',
      `${alg} needs a key of type ${algorithm.kty}, not ${key.kty}.`,
    )
  }
  if (key.kty === 'EC' && algorithm.kty === 'EC' && key.crv !== algorithm.crv) {
    throw cryptoError('INVALID_ARGUMENT', `${alg} needs a key on ${algorithm.crv}, not ${key.crv}.`)
  }
  if (key.kty === 'AKP' && key.alg !== alg) {
    throw cryptoError('INVALID_ARGUMENT', `${alg} needs a key of its own, not one of ${key.alg}.`)
  }
  if (key.kty !== 'oct' || algorithm.kty !== 'oct' || algorithm.scheme === 'hmac') return
  const allowed = algorithm.keyBits ?? '128, 192 or 256'
  if (isAesKeyLength(key.bits / 8) && key.bits === (algorithm.keyBits ?? key.bits)) return
  throw cryptoError('INVALID_ARGUMENT', `${alg} needs a key of ${allowed} bits, not ${key.bits}.`)
}
