/** Waiting on a clock that may be real, faked or moved by hand. */

/** How often the clock is read, in milliseconds of the host. */
const INTERVAL_MS = 10

/**
 * Waits until a clock has reached an instant. It reads the clock at intervals, because a clock that is moved by hand
 * emits no event; each read schedules the next one from within the timer, so that fake timers can run through all of
 * them at once.
 *
 * @param clock - Milliseconds since 1970.
 * @param instant - On the same clock.
 * @throws The reason of the signal, when it aborts.
 */
export function waitUntil(
  clock: () => number,
  instant: number,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const check = () => {
      if (signal.aborted) return reject(signal.reason)
      const remaining = instant - clock()
      if (remaining <= 0) return resolve()
      setTimeout(check, Math.min(remaining, INTERVAL_MS))
    }
    check()
  })
}
