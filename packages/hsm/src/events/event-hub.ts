/** Who listens to an HSM, and what they have yet to hear. One for an HSM and its views; a fork begins with nobody. */

import type { EventSource, HsmEvent } from './hsm-event.ts'

/** Hears an event. What it answers is not looked at. */
export type HsmListener = (event: HsmEvent) => unknown

/** A listener, and the handle through which it listens: it hears of identifiers under that one's address. */
export interface Subscription {
  readonly listener: HsmListener
  readonly source: EventSource
}

/** What distributes events. */
export interface EventHub {
  /** Replaced whole, so that who listened at an instant stays known. */
  subscriptions: readonly Subscription[]
  /** In the order in which they are to be heard. */
  readonly waiting: (() => unknown)[]
  isDelivering: boolean
}

/** A hub to which nobody listens. */
export function emptyHub(): EventHub {
  return { subscriptions: [], waiting: [], isDelivering: false }
}
