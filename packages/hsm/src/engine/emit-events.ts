/** Telling those who listen to an HSM what has happened. */

import { EVENT_TYPES, eventId, toEvent } from '../events/hsm-event.ts'
import { type Happening, inOrder } from '../events/key-change.ts'
import type { Engine } from './hsm.ts'

/** Whether anybody listens to an HSM. */
export function isHeard({ hub }: Engine): boolean {
  return hub.subscriptions.length > 0
}

/** Lets those who listen now hear of what has happened, once {@link deliver} comes. */
export function announce(engine: Engine, happenings: readonly Happening[]): void {
  const { hub } = engine
  const hearing = hub.subscriptions
  if (!isHeard(engine)) return
  for (const happening of inOrder(happenings)) {
    const eventType = EVENT_TYPES[happening.type]
    if (eventType === undefined) continue
    const id = eventId(engine.seed, happening)
    for (const subscription of hearing) {
      hub.waiting.push(() => {
        if (!hub.subscriptions.includes(subscription)) return undefined
        return subscription.listener(toEvent(subscription.source, happening, eventType, id))
      })
    }
  }
}

/**
 * Delivers what is waiting, in order. A listener that calls the HSM makes more of it: that comes after what is waiting
 * already, and before the first call returns.
 */
export function deliver({ hub }: Engine): void {
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
