/** Telling those who listen to an HSM what has happened. */

import { EVENT_TYPES, eventId, toEvent } from '../events/hsm-event.ts'
import { type KeyChange, sortChanges } from '../events/key-change.ts'
import type { Engine } from './hsm.ts'

/** Whether anybody listens to an HSM. */
export function hasListeners({ hub }: Engine): boolean {
  return hub.subscriptions.length > 0
}

/** Lets those who listen now hear of what has happened, once {@link deliverEvents} comes. */
export function queueEvents(engine: Engine, changes: readonly KeyChange[]): void {
  const { hub } = engine
  const hearing = hub.subscriptions
  if (!hasListeners(engine)) return
  for (const change of sortChanges(changes)) {
    const eventType = EVENT_TYPES[change.type]
    if (eventType === undefined) continue
    const id = eventId(engine.seed, change)
    for (const subscription of hearing) {
      hub.waiting.push(() => {
        if (!hub.subscriptions.includes(subscription)) return undefined
        return subscription.listener(toEvent(subscription.source, change, eventType, id))
      })
    }
  }
}

/**
 * Delivers what is waiting, in order. A listener that calls the HSM makes more of it: that comes after what is waiting
 * already, and before the first call returns.
 */
export function deliverEvents({ hub }: Engine): void {
  if (hub.isDelivering || hub.waiting.length === 0) return
  hub.isDelivering = true
  // The list may grow meanwhile.
  for (const tell of hub.waiting) {
    try {
      tell()
    } catch (error) {
      surface(error)
    }
  }
  hub.waiting.length = 0
  hub.isDelivering = false
}

/** What a listener throws is nobody's answer: it comes up as an unhandled rejection, as if the listener were async. */
function surface(error: unknown): void {
  void Promise.reject(error)
}
