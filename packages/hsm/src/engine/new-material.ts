/** Making the material of a new version: before the step, as RSA keys take time. */

import { generateKey, type KeyMaterial, type KeySpec } from '@pocket-hsm/crypto'
import { hostRandom } from '../host.ts'
import { materialLabels, type Place } from '../keys/planned-version.ts'
import { seededStream } from '../random/seeded-stream.ts'
import { freshRsaKey, seededPlace, seededRsaKey } from '../rsa-pool/rsa-pool.ts'
import type { KeyType } from '../service/profiles.ts'
import type { HeldKey } from '../state/hsm-state.ts'
import type { Engine } from './hsm.ts'

/** Makes the material of the key's next version, or takes it from the pool. */
export function newMaterial(engine: Engine, place: Place, kty: KeyType, spec: KeySpec): HeldKey {
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
