/** The clock of the HSM, as the page shows it between two messages about it. */

import { type Signal, signal } from '@preact/signals'
import type { Status } from '../source/api.ts'

/** The time of the HSM. */
export interface HsmClock {
  /** Whole Unix seconds; every second a new value. */
  readonly now: Signal<number>
  /** Seconds by which it is ahead of the machine's clock. */
  readonly offset: Signal<number>
  readonly set: (status: Pick<Status, 'time' | 'unixSeconds' | 'offsetSeconds'>) => void
}

/**
 * Creates the clock; it ticks until the page is closed.
 *
 * @param elapsed - Returns milliseconds that only grow.
 */
export function createHsmClock(elapsed: () => number): HsmClock {
  const now = signal(0)
  const offset = signal(0)
  let base = { seconds: 0, at: elapsed() }
  const tick = () => {
    now.value = base.seconds === 0 ? 0 : Math.floor(base.seconds + (elapsed() - base.at) / 1000)
  }
  setInterval(tick, 1000)
  return {
    now,
    offset,
    set: ({ unixSeconds, offsetSeconds }) => {
      base = { seconds: unixSeconds, at: elapsed() }
      offset.value = offsetSeconds
      tick()
    },
  }
}
