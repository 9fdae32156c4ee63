/** The listeners of an HSM and their queue. Shared by an HSM and its views; a fork starts without listeners. */

import type { EventSource, HsmEvent } from './hsm-event.ts'

/** Receives events, one at a time. Its return value is ignored. */
export type HsmListener = (event: HsmEvent) => unknown

/** A listener, and the handle that it was added through: its events have identifiers under that handle's address. */
export interface Subscription {
  readonly listener: HsmListener
  readonly source: EventSource
}

/** The listeners and the queue. */
export interface EventHub {
  /** Replaced as a whole, so that the listeners at an instant stay known. */
  subscriptions: readonly Subscription[]
  /** Deliveries in their order. */
  readonly queue: (() => unknown)[]
  isDelivering: boolean
}

/** Creates a hub without listeners. */
export function emptyHub(): EventHub {
  return { subscriptions: [], queue: [], isDelivering: false }
}
