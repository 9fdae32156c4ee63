/** Queues events for the listeners of an HSM, and delivers them. */

import { EVENT_TYPES, eventId, toEvent } from '../events/hsm-event.ts'
import { type KeyChange, sortChanges } from '../events/key-change.ts'
import type { Engine } from './hsm.ts'

/** Returns whether an HSM has listeners. */
export function hasListeners({ hub }: Engine): boolean {
  return hub.subscriptions.length > 0
}

/** Queues the events of changes for the present listeners; {@link deliverEvents} delivers them. */
export function queueEvents(engine: Engine, changes: readonly KeyChange[]): void {
  const { hub } = engine
  const { subscriptions } = hub
  if (!hasListeners(engine)) return
  for (const change of sortChanges(changes)) {
    const eventType = EVENT_TYPES[change.type]
    if (eventType === undefined) continue
    const id = eventId(engine.seed, change)
    for (const subscription of subscriptions) {
      hub.queue.push(() => {
        if (!hub.subscriptions.includes(subscription)) return undefined
        return subscription.listener(toEvent(subscription.source, change, eventType, id))
      })
    }
  }
}

/**
 * Delivers the queued events, in order. A listener that calls the HSM queues more: they are delivered after those that
 * are queued already, and before the first call returns.
 */
export function deliverEvents({ hub }: Engine): void {
  if (hub.isDelivering || hub.queue.length === 0) return
  hub.isDelivering = true
  // The queue may grow while it is delivered.
  for (const notify of hub.queue) {
    try {
      notify()
    } catch (error) {
      rejectLater(error)
    }
  }
  hub.queue.length = 0
  hub.isDelivering = false
}

/** An error of a listener is no error of the call: it becomes an unhandled rejection, as if the listener were async. */
function rejectLater(error: unknown): void {
  void Promise.reject(error)
}
