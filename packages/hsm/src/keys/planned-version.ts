/** A version that is about to be made: its place in the history of its name, its identifier, what it is made of. */

import { bytesToBigInt, type KeyMaterial, type KeySpec, type Secret } from '@pocket-hsm/crypto'
import { pooledRandom } from '../random/random-pool.ts'
import { seededStream } from '../random/seeded-stream.ts'
import type { KeyType } from '../service/profiles.ts'
import { nameKey } from '../state/hsm-state.ts'

/** The place of a new version. */
export interface Place {
  readonly name: string
  /** How many keys of this name were purged before. */
  readonly incarnation: number
  /** How many versions the key has before it. */
  readonly ordinal: number
}

/** What a call will make. */
export interface PlannedKey {
  readonly place: Place
  readonly kty: KeyType
  readonly spec: KeySpec
}

/** Under a seed, material depends only on the key's name, the ordinal of the version and the spec. */
export function materialLabels(place: Place, spec: KeySpec): readonly (string | number)[] {
  // Giving the default exponent is the same as giving none.
  const asked = Object.entries(spec).filter(([member, value]) => member !== 'e' || value !== 65_537)
  return ['material', ...placeLabels(place), asked.sort().join(' ')]
}

/**
 * Makes the identifier of the key's next version: 128 random bits as the service writes them, 32 lower-case
 * hexadecimal digits. Under a seed it depends only on the place, which no other version of the key can have.
 */
export function newVersionId(
  { seed }: { readonly seed: Secret<Uint8Array> | undefined },
  place: Place,
): string {
  const random =
    seed === undefined ? pooledRandom : seededStream(seed, 'version', ...placeLabels(place))
  return hexDigits(random(16))
}

/**
 * Bytes in hexadecimal as one flat string. V8 keeps text that grew by `+=` as the tree of its pieces (ConsString in its
 * src/objects/string.h): for 32 digits, ten objects that live as long as the key.
 */
function hexDigits(bytes: Uint8Array): string {
  const codes: number[] = []
  for (const byte of bytes) codes.push(digitCode(byte >> 4), digitCode(byte & 15))
  return String.fromCharCode(...codes)
}

const digitCode = (digit: number) => digit + (digit < 10 ? 0x30 : 0x57)

const placeLabels = ({ name, incarnation, ordinal }: Place) =>
  [nameKey(name), incarnation, ordinal] as const

/** What to generate for another key like this one. */
export function specOf(key: KeyMaterial): KeySpec {
  if (key.kty === 'EC') return { kty: 'EC', crv: key.crv }
  if (key.kty === 'oct') return { kty: 'oct', bits: key.bits }
  if (key.kty === 'AKP') return { kty: 'AKP', alg: key.alg }
  return { kty: 'RSA', bits: key.bits, e: Number(bytesToBigInt(key.publicKey.e)) }
}
