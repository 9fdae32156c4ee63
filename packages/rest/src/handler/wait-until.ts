/** Waiting on a clock that may be real, faked or moved by hand. */

/** How often a clock is looked at, in the milliseconds of the host. */
const LOOK_MS = 10

/**
 * Waits until a clock shows an instant. The clock is looked at again and again, as one that is moved by hand tells
 * nobody; each look asks for the next from within the timer, so that fake timers can run through all of them at once.
 *
 * @throws The reason of the signal, when it aborts.
 */
export function waitUntil(
  clock: () => number,
  instant: number,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const look = () => {
      if (signal.aborted) return reject(signal.reason)
      const remaining = instant - clock()
      if (remaining <= 0) return resolve()
      setTimeout(look, Math.min(remaining, LOOK_MS))
    }
    look()
  })
}
