/** Applying what has fallen due, without another operation. */

import { applyAllDueChanges } from '../engine/apply-due-changes.ts'
import { deliverEvents, hasListeners } from '../engine/emit-events.ts'
import { engineOf, type Hsm } from '../engine/hsm.ts'
import { nextDueAt } from '../state/hsm-state.ts'

/**
 * Applies everything that has fallen due in an HSM, and emits the events.
 *
 * The cost depends on what has fallen due, not on the number of keys. The audit trail gets an entry for each change, and
 * none for this function.
 *
 * @returns When the next change falls due: milliseconds since 1970, for a timer; `undefined` if nothing will.
 * @throws {@link HsmError} 400 `BadParameter` - the clock returns no instant.
 *
 * @example
 * ```ts
 * import { createHsm, createKey, deleteKey, passTime } from 'pocket-hsm'
 *
 * const hsm = createHsm({ clock: () => 0, softDeleteRetentionDays: 7 })
 * passTime(hsm) // undefined
 * createKey(hsm, 'orders', { kty: 'oct-HSM' })
 * deleteKey(hsm, 'orders')
 * passTime(hsm) // 604800000
 * ```
 */
export function passTime(hsm: Hsm): number | undefined {
  const engine = engineOf(hsm)
  applyAllDueChanges({ engine, at: undefined })
  deliverEvents(engine)
  const due = nextDueAt(engine.state, hasListeners(engine))
  return due === undefined ? undefined : due * 1000
}
