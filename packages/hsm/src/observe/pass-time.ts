/** Bringing an HSM to the present without asking it anything. */

import { applyAllDueChanges } from '../engine/apply-due-changes.ts'
import { deliverEvents, hasListeners } from '../engine/emit-events.ts'
import { engineOf, type Hsm } from '../engine/hsm.ts'
import { nextDueAt } from '../state/hsm-state.ts'

/**
 * Applies all that has fallen due in an HSM, and lets those who listen hear of it.
 *
 * Costs what has fallen due, not what the HSM holds. It is no call: the audit trail has what time did alone.
 *
 * @returns When something will fall due next: milliseconds since 1970, for a timer; `undefined` where nothing will.
 * @throws {@link HsmError} 400 `BadParameter` - the clock answers no instant.
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
