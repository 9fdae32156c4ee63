/** Export of a whole HSM, at once or in parts. */

import { forkHsm, type Hsm } from '../engine/hsm.ts'
import { sealState, sealStateInParts } from './state-id.ts'

/**
 * Exports an HSM: every key in every state, the settings, the seed and the place in the seeded universe.
 *
 * The bytes are encrypted and authenticated under the security domain: only an HSM with that domain can import them.
 * What belongs to the host is not in them: the clock, and whose attestation tokens are accepted. Exporting changes
 * nothing and draws nothing: the same state gives the same bytes.
 *
 * @returns The export, for {@link importState}: its length grows with the number of versions.
 * @see docs/decisions/0011-a-journal-is-the-difference-of-two-states.md
 *
 * @example
 * ```ts
 * import { createHsm, createKey, createSecurityDomain, exportState, getKey, importState } from 'pocket-hsm'
 *
 * const securityDomain = createSecurityDomain()
 * const hsm = createHsm({ securityDomain })
 * const { key } = createKey(hsm, 'orders', { kty: 'EC-HSM' })
 * const later = importState(exportState(hsm), { securityDomain })
 * getKey(later, 'orders').key.kid === key.kid // true
 * ```
 */
export function exportState(hsm: Hsm): Uint8Array {
  return sealState(hsm).bytes
}

/**
 * Exports an HSM in parts, so that other work can be done between two of them.
 *
 * Joined, the parts are what {@link exportState} returns at the moment of this call; what is done to the
 * HSM between two of them is not in them. None takes longer to make than some milliseconds, however many keys there are.
 *
 * @returns The parts: at least one for each 65,536 characters of what is exported.
 *
 * @example
 * ```ts
 * import { createHsm, createSecurityDomain, exportStateInParts, importState } from 'pocket-hsm'
 *
 * const securityDomain = createSecurityDomain()
 * const parts = [...exportStateInParts(createHsm({ securityDomain }))]
 * const bytes = Uint8Array.from(parts.flatMap((part) => [...part]))
 * importState(bytes, { securityDomain }).profile // 'managed-hsm'
 * ```
 */
export function exportStateInParts(hsm: Hsm): Generator<Uint8Array, undefined> {
  return sealStateInParts(forkHsm(hsm))
}
