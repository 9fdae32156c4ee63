/** ML-DSA-PrivateKey: the seed, with or without the expanded key (RFC 9881 section 6). */

import { cryptoError } from '../crypto-error.ts'
import { equalBytes } from '../encoding/bytes.ts'
import {
  contextTag,
  type DerElement,
  invalidDer,
  readDer,
  readOctetString,
  readSequence,
  TAG,
} from '../encoding/read-der.ts'
import { writeImplicitBytes } from '../encoding/write-der.ts'
import type { AkpKey, AkpPrivateKey, MlDsaParameterSet } from '../key-material.ts'
import { expandedKeyOf } from '../ml-dsa/expanded-key.ts'
import { makeMlDsaKey } from '../ml-dsa/make-ml-dsa-key.ts'
import { SEED_LENGTH } from '../ml-dsa/parameter-sets.ts'
import { Secret } from '../secret.ts'

/**
 * Reads an ML-DSA-PrivateKey.
 *
 * @param der - `seed [0]` of 32 bytes, or a sequence of the seed and the expanded key.
 * @throws {@link CryptoError} `INVALID_KEY` - not DER of that structure, a seed of another length, or an expanded key
 * that does not follow from the seed.
 * @throws {@link CryptoError} `UNSUPPORTED_KEY` - the expanded key alone: no seed follows from it.
 * @see RFC 9881 sections 6 and 8.2
 */
export function readMlDsaPrivateKey(alg: MlDsaParameterSet, der: Uint8Array): AkpPrivateKey {
  const element = readDer(der, ML_DSA_PRIVATE_KEY)
  if (element.tag === SEED) return makeMlDsaKey(alg, checkSeed(element.content))
  if (element.tag === TAG.octetString) throw cryptoError('UNSUPPORTED_KEY', EXPANDED_ALONE)
  return readBoth(alg, element)
}

/**
 * Writes an ML-DSA-PrivateKey in the form that RFC 9881 recommends: the seed.
 *
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - a key without its private part.
 */
export function writeMlDsaPrivateKey({ privateKey }: AkpKey): Uint8Array {
  if (privateKey === undefined) {
    throw cryptoError('INVALID_ARGUMENT', 'The key has no private part to export.')
  }
  return writeImplicitBytes(0, Secret.reveal(privateKey))
}

const ML_DSA_PRIVATE_KEY = 'ML-DSA-PrivateKey'
const SEED = contextTag(0, 'primitive')

const EXPANDED_ALONE =
  'An ML-DSA private key without its seed is not supported. It cannot be converted: export the seed, or make a new key.'

function readBoth(alg: MlDsaParameterSet, element: DerElement): AkpPrivateKey {
  const [seed, expandedKey] = readSequence(element, ML_DSA_PRIVATE_KEY, 2)
  const key = makeMlDsaKey(alg, checkSeed(readOctetString(seed, 'the seed')))
  const given = readOctetString(expandedKey, 'the expanded key')
  if (equalBytes(given, expandedKeyOf(alg, key.privateKey))) return key
  throw cryptoError('INVALID_KEY', 'The expanded key is not that of the seed.')
}

function checkSeed(bytes: Uint8Array): Uint8Array {
  if (bytes.length === SEED_LENGTH) return bytes
  throw invalidDer(ML_DSA_PRIVATE_KEY, `has a seed of ${bytes.length} bytes, not ${SEED_LENGTH}`)
}
