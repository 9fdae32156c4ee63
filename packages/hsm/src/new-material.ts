/** Making the material of a new version: before the step, as RSA keys take time. */

import { generateKey, type KeyMaterial, type KeySpec, octetsToBigInt } from '@pocket-hsm/crypto'
import { hostRandom } from './host.ts'
import type { Engine } from './hsm.ts'
import { nameKey, type StoredKey } from './hsm-state.ts'
import type { KeyType } from './profiles.ts'
import { freshRsaKey, seededPlace, seededRsaKey } from './rsa-pool.ts'
import { seededStream } from './seeded-stream.ts'

/** Where a new version will stand. */
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

/** Makes the material of the key's next version, or takes it from the pool. */
export function newMaterial(engine: Engine, place: Place, kty: KeyType, spec: KeySpec): StoredKey {
  return { kty, key: newKey(engine, place, spec) }
}

function newKey({ seed, rsaPool }: Engine, place: Place, spec: KeySpec): KeyMaterial {
  if (seed === undefined) {
    return spec.kty === 'RSA' && rsaPool
      ? freshRsaKey(rsaPool, spec)
      : generateKey(spec, hostRandom)
  }
  const labels = materialLabels(place, spec)
  return spec.kty === 'RSA' && rsaPool
    ? seededRsaKey(rsaPool, seededPlace(seed, labels, spec))
    : generateKey(spec, seededStream(seed, ...labels))
}

/** Under a seed, material depends on the key's name, the ordinal of the version and the spec alone. */
export function materialLabels(place: Place, spec: KeySpec): readonly (string | number)[] {
  // Whoever asks for the usual exponent asks for what they get without asking.
  const asked = Object.entries(spec).filter(([member, value]) => member !== 'e' || value !== 65_537)
  return ['material', ...placeLabels(place), asked.sort().join(' ')]
}

/**
 * Makes the identifier of the key's next version: 128 random bits as the service writes them, 32 lower-case
 * hexadecimal digits. Under a seed it depends on the place alone, which no other version of the key can have.
 */
export function newVersionId({ seed }: Pick<Engine, 'seed'>, place: Place): string {
  const random =
    seed === undefined ? hostRandom : seededStream(seed, 'version', ...placeLabels(place))
  return hexDigits(random(16))
}

/**
 * Octets in hexadecimal as one flat string. V8 keeps text that grew by `+=` as the tree of its pieces (ConsString in its
 * src/objects/string.h): for 32 digits, ten objects that live as long as the key.
 */
function hexDigits(octets: Uint8Array): string {
  const codes: number[] = []
  for (const octet of octets) codes.push(digitCode(octet >> 4), digitCode(octet & 15))
  return String.fromCharCode(...codes)
}

const digitCode = (digit: number) => digit + (digit < 10 ? 0x30 : 0x57)

const placeLabels = ({ name, incarnation, ordinal }: Place) =>
  [nameKey(name), incarnation, ordinal] as const

/** What to generate for another key like this one. */
export function specOf(key: KeyMaterial): KeySpec {
  if (key.kty === 'EC') return { kty: 'EC', crv: key.crv }
  if (key.kty === 'oct') return { kty: 'oct', bits: key.bits }
  return { kty: 'RSA', bits: key.bits, e: Number(octetsToBigInt(key.publicKey.e)) }
}
