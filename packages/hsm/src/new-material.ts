/** Making the material of a new version: before the step, as RSA keys take time. */

import {
  generateKey,
  type KeyMaterial,
  type KeySpec,
  octetsToBigInt,
  type RandomSource,
} from '@pocket-hsm/crypto'
import { hostRandom } from './host.ts'
import type { Engine } from './hsm.ts'
import { type HsmKeyRecord, nameKey, type StoredKey } from './hsm-state.ts'
import type { KeyType } from './profiles.ts'
import { seededStream } from './seeded-stream.ts'

/** Where a new version will stand. */
export interface Place {
  readonly name: string
  /** How many keys of this name were purged before. */
  readonly incarnation: number
  readonly record: HsmKeyRecord | undefined
}

/** Makes the material of the key's next version. */
export function newMaterial(engine: Engine, place: Place, kty: KeyType, spec: KeySpec): StoredKey {
  return { kty, key: generateKey(spec, materialSource(engine, place, spec)) }
}

/** Under a seed, material depends on the key's name, the ordinal of the version and the spec alone. */
function materialSource({ seed }: Engine, place: Place, spec: KeySpec): RandomSource {
  if (seed === undefined) return hostRandom
  const ordinal = place.record?.versions.length ?? 0
  const described = Object.entries(spec).sort().join(' ')
  return seededStream(seed, 'material', nameKey(place.name), place.incarnation, ordinal, described)
}

/** What to generate for another key like this one. */
export function specOf(key: KeyMaterial): KeySpec {
  if (key.kty === 'EC') return { kty: 'EC', crv: key.crv }
  if (key.kty === 'oct') return { kty: 'oct', bits: key.bits }
  return { kty: 'RSA', bits: key.bits, e: Number(octetsToBigInt(key.publicKey.e)) }
}
