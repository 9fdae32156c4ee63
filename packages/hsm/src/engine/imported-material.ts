/** From an outside key to the material of a version: what the service does not take is refused here. */

import type { KeyMaterial } from '@pocket-hsm/crypto'
import { badParameter, type HsmError } from '../hsm-error.ts'
import { parseKeyType } from '../keys/key-parameters.ts'
import type { KeyKind } from '../service/profiles.ts'
import type { HeldKey } from '../state/hsm-state.ts'
import type { Engine } from './hsm.ts'

/** The sizes in bits that can be imported; elliptic curves and ML-DSA have none. */
const SIZES: Readonly<Record<KeyKind, readonly number[] | undefined>> = {
  RSA: [2048, 3072, 4096],
  EC: undefined,
  oct: [128, 192, 256],
  AKP: undefined,
}

/**
 * Gives an outside key the type that the profile makes of it.
 *
 * @param refuse - Makes the error for a key that cannot be imported, from the rule and the reason.
 */
export function importedMaterial(
  engine: Engine,
  kty: string,
  key: KeyMaterial,
  refuse: (rule: 'invalidJwk' | 'invalidKey', reason: string) => HsmError = (_, reason) =>
    badParameter(reason),
): HeldKey {
  const stored = parseKeyType(engine.profile, kty)
  const sizes = SIZES[key.kty]
  if ('bits' in key && !sizes?.includes(key.bits)) {
    throw refuse('invalidJwk', `A key of type ${key.kty} with ${key.bits} bits cannot be imported.`)
  }
  if (key.kty !== 'oct' && key.privateKey === undefined) {
    throw refuse(
      'invalidKey',
      'Only a private key can be imported; this one has only its public part.',
    )
  }
  return { kty: stored, key }
}
