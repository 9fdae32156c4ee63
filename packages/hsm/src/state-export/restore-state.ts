/** Import of an export of an HSM that is still there. */

import { equalBytes, Secret } from '@pocket-hsm/crypto'
import { emptyTrail } from '../audit/audit-trail.ts'
import { type Engine, engineOf, type Hsm, handleOf } from '../engine/hsm.ts'
import { emptyHub } from '../events/event-hub.ts'
import { badParameter } from '../hsm-error.ts'
import { importState } from './import-state.ts'

/**
 * Creates an HSM from an export that the given HSM, or one of its forks, has made: as it was then.
 *
 * Everything that is not in its state is that of the given HSM, which is not changed: address, security domain, clock,
 * pool. The two can be compared as an HSM and its fork can, by `exportChanges`. The audit trail is empty.
 *
 * @param hsm - The HSM that made the export.
 * @param bytes - What `exportState` returned.
 * @throws {@link HsmError} 400 `BadParameter` - an export with other settings: of another HSM of the same domain.
 * @throws {@link HsmError} 400 `StateDamaged` - no export, or one that is not as it was made: one byte is enough.
 * @throws {@link HsmError} 400 `StateOfAnotherDomain` - made under another security domain.
 * @throws {@link HsmError} 400 `StateFormatUnknown` - made by a later version in a format that this one does not know.
 * @throws {@link HsmError} 400 `StateOfAnotherKind` - changes, which are for `applyChanges`.
 *
 * @example
 * ```ts
 * import { createHsm, createKey, deleteKey, exportState, listKeys, restoreState } from 'pocket-hsm'
 *
 * const hsm = createHsm()
 * createKey(hsm, 'orders', { kty: 'EC-HSM' })
 * const before = exportState(hsm)
 * deleteKey(hsm, 'orders')
 * listKeys(restoreState(hsm, before)).value.length // 1
 * ```
 */
export function restoreState(hsm: Hsm, bytes: Uint8Array): Hsm {
  const engine = engineOf(hsm)
  const { securityDomain, container, strict, limits, seed, trail } = engine
  const imported = engineOf(
    importState(bytes, {
      profile: hsm.profile,
      ...container,
      securityDomain,
      strict,
      limits,
    }),
  )
  if (!isSameSeed(seed, imported.seed)) {
    throw badParameter('The state export is of an HSM with another seed.')
  }
  const { state } = imported
  return handleOf(hsm.profile, {
    ...engine,
    state,
    trail: emptyTrail(trail.limit),
    hub: emptyHub(),
  })
}

function isSameSeed(a: Engine['seed'], b: Engine['seed']): boolean {
  if (a === undefined || b === undefined) return a === b
  return equalBytes(Secret.reveal(a), Secret.reveal(b))
}
