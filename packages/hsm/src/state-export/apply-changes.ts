/** Application of what has changed in another copy of an HSM. */

import { engineOf, type Hsm } from '../engine/hsm.ts'
import type { ChangesHeadJson } from './export-changes.ts'
import { idOf, openItems } from './sealed-items.ts'
import { changesDoNotFollow } from './state-errors.ts'
import { nameState, stateId } from './state-id.ts'
import { withChanges } from './state-json.ts'

/**
 * Applies changes to an HSM that is in the state from which they lead on.
 *
 * All or nothing. Changes follow one another as they were exported: none can be left out, applied twice or taken out
 * of turn.
 *
 * @param bytes - What {@link exportChanges} returned, for the same HSM or for one that this is a copy of.
 * @throws {@link HsmError} 409 `ChangesDoNotFollow` - the HSM is in another state than they follow.
 * @throws {@link HsmError} 400 `StateDamaged`, `StateOfAnotherDomain`, `StateFormatUnknown` - as `importState`.
 * @throws {@link HsmError} 400 `StateOfAnotherKind` - a whole export, which is for {@link importState}.
 *
 * @example
 * ```ts
 * import { applyChanges, createHsm, createKey, exportChanges, forkHsm, getKey } from 'pocket-hsm'
 *
 * const hsm = createHsm()
 * const copy = forkHsm(hsm)
 * const { key } = createKey(hsm, 'orders', { kty: 'oct-HSM' })
 * applyChanges(copy, exportChanges(hsm, copy) ?? new Uint8Array(0))
 * getKey(copy, 'orders').key.kid === key.kid // true
 * ```
 */
export function applyChanges(hsm: Hsm, bytes: Uint8Array): void {
  const engine = engineOf(hsm)
  const items = openItems('changes', engine.securityDomain, bytes)
  const head = JSON.parse(items.next().value as string) as ChangesHeadJson
  if (head.follows !== stateId(hsm)) throw changesDoNotFollow()
  engine.state = withChanges(engine.state, engine, items, head)
  nameState(hsm, { id: head.state ?? idOf(bytes), isOwn: false })
}
