/** ML-DSA key values from their seed or public key: frozen, with the seed inside a {@link Secret}. */

import { requireBytes } from '../checks/arguments.ts'
import { cryptoError } from '../crypto-error.ts'
import { equalBytes } from '../encoding/bytes.ts'
import type { AkpKey, AkpPrivateKey, MlDsaParameterSet } from '../key-material.ts'
import { Secret } from '../secret.ts'
import { expandSeed, keepExpandedKey } from './expanded-key.ts'
import { findParameterSet, ML_DSA_LENGTHS, SEED_LENGTH } from './parameter-sets.ts'

/**
 * Makes an ML-DSA private key from its seed and computes the public key.
 *
 * The seed is the private key in JOSE and in PKCS#8: the expanded form of 2,560 to 4,896 bytes follows from it, and not
 * the other way round.
 *
 * @param alg - The parameter set.
 * @param seed - ξ, 32 bytes; copied.
 * @returns A frozen key; its public key has 1,312, 1,952 or 2,592 bytes.
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - another parameter set, or not a Uint8Array.
 * @throws {@link CryptoError} `INVALID_KEY` - a seed of another length.
 * @see FIPS 204 algorithms 1 and 6
 *
 * @example
 * ```ts
 * import { makeMlDsaKey } from '@pocket-hsm/crypto'
 *
 * makeMlDsaKey('ML-DSA-65', new Uint8Array(32)).publicKey.length // 1952
 * ```
 */
export function makeMlDsaKey(alg: MlDsaParameterSet, seed: Uint8Array): AkpPrivateKey {
  requireParameterSet(alg)
  requireKeyBytes('private key', alg, seed, SEED_LENGTH)
  const copy = Uint8Array.from(seed)
  const { publicKey, expandedKey } = expandSeed(alg, copy)
  const privateKey = new Secret(copy)
  keepExpandedKey(privateKey, expandedKey)
  return Object.freeze({ kty: 'AKP', alg, publicKey, privateKey })
}

/**
 * Makes an ML-DSA public key, for verification only. Any bytes of the right length are a public key.
 *
 * @param alg - The parameter set.
 * @param publicKey - 1,312, 1,952 or 2,592 bytes; copied.
 * @returns A frozen key.
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - another parameter set, or not a Uint8Array.
 * @throws {@link CryptoError} `INVALID_KEY` - a public key of another length.
 * @see FIPS 204 algorithm 23
 *
 * @example
 * ```ts
 * import { makeMlDsaKey, makeMlDsaPublicKey } from '@pocket-hsm/crypto'
 *
 * const { publicKey } = makeMlDsaKey('ML-DSA-44', new Uint8Array(32))
 * makeMlDsaPublicKey('ML-DSA-44', publicKey).privateKey // undefined
 * ```
 */
export function makeMlDsaPublicKey(alg: MlDsaParameterSet, publicKey: Uint8Array): AkpKey {
  requireParameterSet(alg)
  requireKeyBytes('public key', alg, publicKey, ML_DSA_LENGTHS[alg].publicKey)
  return Object.freeze({ kty: 'AKP', alg, publicKey: Uint8Array.from(publicKey) })
}

/**
 * Checks that a public key given with a private key belongs to it.
 *
 * @throws {@link CryptoError} `INVALID_KEY` - it is another.
 */
export function checkSamePublicKey(key: AkpKey, given: AkpKey): void {
  if (equalBytes(key.publicKey, given.publicKey)) return
  throw cryptoError('INVALID_KEY', 'The public key is not that of the private key.')
}

function requireParameterSet(alg: unknown): void {
  if (findParameterSet(alg) !== undefined) return
  throw cryptoError(
    'INVALID_ARGUMENT',
    `The parameter set must be ${Object.keys(ML_DSA_LENGTHS).join(', ')}.`,
  )
}

function requireKeyBytes(
  name: string,
  alg: MlDsaParameterSet,
  bytes: Uint8Array,
  length: number,
): void {
  if (requireBytes(`The ${name}`, bytes).length === length) return
  throw cryptoError(
    'INVALID_KEY',
    `The ${name} of ${alg} must have ${length} bytes, not ${bytes.length}.`,
  )
}
