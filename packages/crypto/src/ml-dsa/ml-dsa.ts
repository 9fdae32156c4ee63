/** ML-DSA: signatures over a message with a context, or over a message representative µ (FIPS 204 sections 5 and 6). */

import { requireBytes } from '../checks/arguments.ts'
import { cryptoError } from '../crypto-error.ts'
import type { AkpKey, MlDsaParameterSet } from '../key-material.ts'
import { drawBytes, type RandomSource } from '../random/random-source.ts'
import { expandedKeyOf } from './expanded-key.ts'
import { nobleMlDsa } from './noble.deferred.ts'
import { MAXIMUM_CONTEXT_LENGTH, ML_DSA_LENGTHS, MU_LENGTH } from './parameter-sets.ts'

/** What is signed besides the message. */
export interface MlDsaParameters {
  /** Separates the uses of a key: 0 to 255 bytes. Defaults to none, which is the same as 0 bytes. */
  readonly context?: Uint8Array | undefined
  /**
   * Whether the message is µ: 64 bytes, computed outside from the public key, the context and the message. Then there
   * is no context. Defaults to `false`.
   */
  readonly isExternalMu?: boolean | undefined
}

/**
 * Signs a message with ML-DSA, hedged: 32 bytes of `random` are mixed in, so that neither a weak source nor a fault
 * that repeats the computation reveals the key.
 *
 * @param key - An ML-DSA private key.
 * @param message - Any number of bytes, not hashed before; or µ, see {@link MlDsaParameters}.
 * @param random - Source of the 32 bytes: called once.
 * @returns A fresh array of 2,420, 3,309 or 4,627 bytes.
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - a key without its private part, a context of more than 255 bytes, a
 * µ of another length than 64 bytes, or both of them.
 * @see FIPS 204 algorithms 2 and 7; section 6.2 on µ
 *
 * @example
 * ```ts
 * import { makeMlDsaKey, mlDsaSign, mlDsaVerify, utf8ToBytes } from '@pocket-hsm/crypto'
 *
 * const random = (length: number) => crypto.getRandomValues(new Uint8Array(length))
 * const key = makeMlDsaKey('ML-DSA-44', random(32))
 * const order = utf8ToBytes('order 1')
 * const signature = mlDsaSign(key, order, random, { context: utf8ToBytes('orders') })
 * mlDsaVerify(key, order, signature, { context: utf8ToBytes('orders') }) // true
 * mlDsaVerify(key, order, signature) // false
 * ```
 */
export function mlDsaSign(
  key: AkpKey,
  message: Uint8Array,
  random: RandomSource,
  parameters: MlDsaParameters = {},
): Uint8Array {
  checkParameters(message, parameters)
  return signWith(key, message, parameters, drawBytes(random, RANDOM_LENGTH))
}

/**
 * Signs a message with ML-DSA and no randomness: the same key, message and context always give the same signature.
 *
 * @param key - An ML-DSA private key.
 * @param message - Any number of bytes, not hashed before; or µ, see {@link MlDsaParameters}.
 * @returns A fresh array of 2,420, 3,309 or 4,627 bytes.
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - as {@link mlDsaSign}.
 * @see FIPS 204 section 3.4, the deterministic variant
 *
 * @example
 * ```ts
 * import { makeMlDsaKey, mlDsaSignDeterministic, utf8ToBytes } from '@pocket-hsm/crypto'
 *
 * const key = makeMlDsaKey('ML-DSA-87', new Uint8Array(32))
 * mlDsaSignDeterministic(key, utf8ToBytes('order 1')).length // 4627
 * ```
 */
export function mlDsaSignDeterministic(
  key: AkpKey,
  message: Uint8Array,
  parameters: MlDsaParameters = {},
): Uint8Array {
  checkParameters(message, parameters)
  return signWith(key, message, parameters, new Uint8Array(RANDOM_LENGTH))
}

/**
 * Verifies an ML-DSA signature.
 *
 * @param key - An ML-DSA key; the public part is enough.
 * @param message - What was signed: the message, or µ.
 * @param signature - The signature to verify.
 * @returns `true` for a valid signature; `false` for any other, which includes one of another length.
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - a context of more than 255 bytes, a µ of another length than 64
 * bytes, or both of them.
 * @see FIPS 204 algorithms 3 and 8
 *
 * @example
 * ```ts
 * import { makeMlDsaKey, mlDsaSignDeterministic, mlDsaVerify, utf8ToBytes } from '@pocket-hsm/crypto'
 *
 * const key = makeMlDsaKey('ML-DSA-44', new Uint8Array(32))
 * const signature = mlDsaSignDeterministic(key, utf8ToBytes('order 1'))
 * mlDsaVerify(key, utf8ToBytes('order 1'), signature) // true
 * mlDsaVerify(key, utf8ToBytes('order 2'), signature) // false
 * ```
 */
export function mlDsaVerify(
  { alg, publicKey }: AkpKey,
  message: Uint8Array,
  signature: Uint8Array,
  parameters: MlDsaParameters = {},
): boolean {
  checkParameters(message, parameters)
  if (requireBytes('The signature', signature).length !== ML_DSA_LENGTHS[alg].signature)
    return false
  const { verify, internal } = nobleMlDsa(alg)
  return parameters.isExternalMu
    ? internal.verify(signature, message, publicKey, { externalMu: true })
    : verify(signature, message, publicKey, contextOf(parameters))
}

/** Bytes of rnd in FIPS 204 algorithm 2; zeros in the deterministic variant. */
const RANDOM_LENGTH = 32

function signWith(
  { alg, privateKey }: AkpKey,
  message: Uint8Array,
  parameters: MlDsaParameters,
  extraEntropy: Uint8Array,
): Uint8Array {
  if (privateKey === undefined) {
    throw cryptoError('INVALID_ARGUMENT', 'The ML-DSA key has no private part.')
  }
  return signWithExpandedKey(alg, expandedKeyOf(alg, privateKey), message, parameters, extraEntropy)
}

/**
 * Signs with the expanded form of a private key.
 *
 * @param extraEntropy - rnd, 32 bytes: zeros for the deterministic variant.
 * @see FIPS 204 algorithms 2 and 7
 */
export function signWithExpandedKey(
  alg: MlDsaParameterSet,
  expandedKey: Uint8Array,
  message: Uint8Array,
  parameters: MlDsaParameters,
  extraEntropy: Uint8Array,
): Uint8Array {
  const { sign, internal } = nobleMlDsa(alg)
  return parameters.isExternalMu
    ? internal.sign(message, expandedKey, { extraEntropy, externalMu: true })
    : sign(message, expandedKey, { extraEntropy, ...contextOf(parameters) })
}

const contextOf = ({ context }: MlDsaParameters) => (context === undefined ? {} : { context })

function checkParameters(message: Uint8Array, { context, isExternalMu }: MlDsaParameters): void {
  requireBytes('The message', message)
  if (
    context !== undefined &&
    requireBytes('The context', context).length > MAXIMUM_CONTEXT_LENGTH
  ) {
    throw cryptoError(
      'INVALID_ARGUMENT',
      `The context must have at most ${MAXIMUM_CONTEXT_LENGTH} bytes, not ${context.length}.`,
    )
  }
  if (!isExternalMu) return
  if (context !== undefined) {
    throw cryptoError('INVALID_ARGUMENT', 'An external µ includes the context: give only one.')
  }
  if (message.length === MU_LENGTH) return
  throw cryptoError('INVALID_ARGUMENT', `µ must have ${MU_LENGTH} bytes, not ${message.length}.`)
}
