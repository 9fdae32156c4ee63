/** Export of a whole HSM. */

import type { Hsm } from '../hsm.ts'
import { sealState } from './state-id.ts'

/**
 * Exports an HSM: every key in every state, the settings, the seed and the place in the seeded universe.
 *
 * The octets are encrypted and authenticated under the security domain, and only who has the domain can import them.
 * What belongs to the host is not in them: the clock, and whose attestation tokens are accepted. Exporting changes
 * nothing and draws nothing: the same state gives the same octets.
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
  return sealState(hsm).octets
}
