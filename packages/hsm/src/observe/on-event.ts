/** Adding and removing event listeners. */

import { applyAllDueChanges } from '../engine/apply-due-changes.ts'
import { deliverEvents } from '../engine/emit-events.ts'
import { engineOf, type Hsm } from '../engine/hsm.ts'
import type { HsmListener } from '../events/event-hub.ts'
import { badParameter } from '../hsm-error.ts'

/**
 * Adds a listener for the key events of an HSM, in the schema that the service publishes to Event Grid.
 *
 * Nothing runs in the background. Each call of the HSM, through any handle, first applies everything that has fallen
 * due, in the order of the instants. Before the call returns, the listener receives those events, then the events of the
 * call. `passTime` does only the first. Each event is emitted once: a clock that goes back repeats none.
 *
 * A listener may call the HSM: the events of that call are emitted after those already queued. An error that a listener
 * throws becomes an unhandled rejection; neither the call nor other listeners are affected. A fork has no listeners.
 *
 * @param listener - Called with one event at a time.
 * @returns A function that removes the listener; events that are still queued are not delivered to it.
 * @throws {@link HsmError} 400 `BadParameter` - a listener that is no function.
 * @see Azure Event Grid, "Azure Key Vault as Event Grid source"
 *
 * @example
 * ```ts
 * import { createHsm, createKey, onEvent, passTime } from 'pocket-hsm'
 *
 * let now = Date.UTC(2030, 0, 1)
 * const hsm = createHsm({ clock: () => now })
 * const heard: string[] = []
 * const stop = onEvent(hsm, ({ eventType, eventTime }) => heard.push(`${eventTime} ${eventType}`))
 * createKey(hsm, 'orders', { kty: 'EC-HSM', attributes: { exp: Date.UTC(2031, 0, 1) / 1000 } })
 * now = Date.UTC(2040, 0, 1)
 * passTime(hsm)
 * stop()
 * heard[0] // '2030-01-01T00:00:00.000Z Microsoft.KeyVault.KeyNewVersionCreated'
 * heard[1] // '2030-12-02T00:00:00.000Z Microsoft.KeyVault.KeyNearExpiry'
 * heard[2] // '2031-01-01T00:00:00.000Z Microsoft.KeyVault.KeyExpired'
 * ```
 */
export function onEvent(hsm: Hsm, listener: HsmListener): () => void {
  const engine = engineOf(hsm)
  const { hub } = engine
  if (typeof listener !== 'function') throw badParameter('The listener must be a function.')
  // What fell due before is not this listener's, and never will be.
  applyAllDueChanges({ engine, at: undefined }, true)
  deliverEvents(engine)
  const subscription = { listener, source: engine }
  hub.subscriptions = [...hub.subscriptions, subscription]
  return () => {
    hub.subscriptions = hub.subscriptions.filter((other) => other !== subscription)
  }
}
