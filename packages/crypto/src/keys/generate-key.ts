/** Generates keys of every type from a random source. */

import { requireFunction, requireObject } from '../checks/arguments.ts'
import { cryptoError } from '../crypto-error.ts'
import { CURVES } from '../ec/curves.ts'
import { isInRange, leftmostBits, sum } from '../ec/engine/scalar-bytes.ts'
import { makeEcKey } from '../ec/make-ec-key.ts'
import { bigIntToBytes } from '../encoding/bytes.ts'
import type {
  AkpKeySpec,
  AkpPrivateKey,
  CurveName,
  EcKeySpec,
  EcPrivateKey,
  KeySpec,
  OctKey,
  OctKeySpec,
  RsaKeySpec,
  RsaPrivateKey,
} from '../key-material.ts'
import { makeMlDsaKey } from '../ml-dsa/make-ml-dsa-key.ts'
import { findParameterSet, SEED_LENGTH } from '../ml-dsa/parameter-sets.ts'
import { bitLength } from '../numbers/number-theory.ts'
import { drawBytes, type RandomSource, unusableSource } from '../random/random-source.ts'
import { generateRsaKey } from '../rsa/rsa-generation.ts'
import { makeOctKey } from './make-oct-key.ts'

/**
 * Generates a key.
 *
 * Only the bytes of `random` decide the key: the same source gives the same key on every platform.
 *
 * | `kty` | sizes |
 * | --- | --- |
 * | RSA | `bits` from 1024 to 8192 in steps of 256; `e` odd, from 3 to 2^53 - 1, defaults to 65537 |
 * | EC | the four curves |
 * | AKP | `alg` of `ML-DSA-44`, `ML-DSA-65` or `ML-DSA-87` |
 * | oct | `bits` of 128, 192 or 256 |
 *
 * @param spec - The type of the key and its size.
 * @param random - Source of all the key's randomness.
 * @returns A frozen key with its private part, of the type that `spec.kty` names.
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - a type, curve or size outside the table, a spec that is not an
 * object, a source that is not a function, or one that repeats itself.
 * @see FIPS 186-5 appendices A.1.1, A.1.3 and A.2.2; FIPS 204 algorithm 1; SP 800-133 Rev. 2 section 6.1
 *
 * @example
 * ```ts
 * import { createHmacDrbg, generateKey, utf8ToBytes } from '@pocket-hsm/crypto'
 *
 * const random = createHmacDrbg(utf8ToBytes('the seed of a test, never of a real key'))
 * const key = generateKey({ kty: 'EC', crv: 'P-256' }, random)
 * key.crv // 'P-256'
 * ```
 */
export function generateKey(spec: RsaKeySpec, random: RandomSource): RsaPrivateKey
export function generateKey(spec: EcKeySpec, random: RandomSource): EcPrivateKey
export function generateKey(spec: OctKeySpec, random: RandomSource): OctKey
export function generateKey(spec: AkpKeySpec, random: RandomSource): AkpPrivateKey
export function generateKey(spec: KeySpec, random: RandomSource): PrivateKeyMaterial
export function generateKey(spec: KeySpec, random: RandomSource): PrivateKeyMaterial {
  requireObject('The spec', spec)
  requireFunction('The random source', random)
  if (spec.kty === 'RSA') return generateRsaKey(spec.bits, spec.e ?? 65537, random)
  if (spec.kty === 'EC') return generateEcKey(spec.crv, random)
  if (spec.kty === 'oct') return generateOctKey(spec.bits, random)
  if (spec.kty === 'AKP') return generateMlDsaKey(spec.alg, random)
  throw cryptoError('INVALID_ARGUMENT', 'The kty of the spec must be RSA, EC, AKP or oct.')
}

type PrivateKeyMaterial = RsaPrivateKey | EcPrivateKey | OctKey | AkpPrivateKey

function generateMlDsaKey(alg: AkpKeySpec['alg'], random: RandomSource): AkpPrivateKey {
  if (findParameterSet(alg) === undefined) {
    throw cryptoError(
      'INVALID_ARGUMENT',
      'The alg of the spec must be ML-DSA-44, ML-DSA-65 or ML-DSA-87.',
    )
  }
  return makeMlDsaKey(alg, drawBytes(random, SEED_LENGTH))
}

/** FIPS 186-5 appendix A.2.2, rejection sampling: a value outside 1 to n - 1 is discarded and drawn again. */
function generateEcKey(crv: CurveName, random: RandomSource): EcPrivateKey {
  if (!Object.hasOwn(CURVES, crv)) {
    throw cryptoError(
      'INVALID_ARGUMENT',
      'The crv of the spec must be P-256, P-384, P-521 or P-256K.',
    )
  }
  const { order, width } = CURVES[crv]
  const n = bigIntToBytes(order, width)
  const one = new Uint8Array(width)
  one[width - 1] = 1
  for (let draws = 0; draws < 256; draws++) {
    // As many bits as n has; c is at most n - 2, and d is c + 1. The sum of all ones wraps to 0, which is not in range.
    const c = leftmostBits(drawBytes(random, width), bitLength(order), width)
    const d = sum(c, one)
    if (isInRange(d, n)) return makeEcKey(crv, d)
  }
  throw unusableSource()
}

function generateOctKey(bits: number, random: RandomSource): OctKey {
  if (bits !== 128 && bits !== 192 && bits !== 256) {
    throw cryptoError('INVALID_ARGUMENT', 'A symmetric key must have 128, 192 or 256 bits.')
  }
  return makeOctKey(drawBytes(random, bits / 8))
}
