// Looks for a dependence of time on secrets.
//
// The method is that of Reparaz, Balasch and Verbauwhede, "Dude, is my code constant time?" (DATE 2017): times with a
// fixed secret are compared with times with random secrets, in random order, by Welch's t-test. Slow samples, which are
// the operating system's, are cut off at several thresholds, and the largest |t| counts. Above 4.5 is a reason to look
// again, above 10 a dependence. The control compares random secrets with other random secrets: what it shows is noise. A
// small |t| is no proof: it finds what so many samples can find.

import { randomBytes } from 'node:crypto'

/** Operations that are prepared before the clock runs. */
const CHUNK = 500

const THRESHOLDS = [0.5, 0.7, 0.8, 0.9, 0.95, 1]

/** What the row of the control is called. */
export const CONTROL = 'control: random'

/**
 * Compares secrets of each kind with random ones.
 *
 * @template Secret
 * @param {object} target
 * @param {(secret: Secret) => () => unknown} target.prepare Takes a secret and returns what is timed.
 * @param {() => Secret} target.random Makes a random secret.
 * @param {Readonly<Record<string, () => Secret>>} target.fixed Make secrets that differ most from random ones.
 * @param {number} samples Of each comparison.
 * @returns {Record<string, readonly number[]>} |t| of the control and of each kind.
 */
export function timingOf({ prepare, random, fixed }, samples) {
  return Object.fromEntries(
    Object.entries({ [CONTROL]: random, ...fixed }).map(([name, secret]) => [
      name,
      [largestT(times(prepare, [secret, random], samples))],
    ]),
  )
}

/** Milliseconds of each operation, in two classes whose order is random. The first chunk warms up. */
function times(prepare, secrets, samples) {
  const classes = [[], []]
  for (let done = -CHUNK; done < samples; done += CHUNK) {
    const planned = Array.from(randomBytes(CHUNK), (byte) => {
      const which = byte & 1
      return { which, run: prepare(secrets[which]()) }
    })
    for (const { which, run } of planned) {
      const begun = performance.now()
      run()
      const took = performance.now() - begun
      if (done >= 0) classes[which].push(took)
    }
  }
  return classes
}

/**
 * The largest |t| of all thresholds.
 *
 * @param {readonly [readonly number[], readonly number[]]} classes
 */
export function largestT([a, b]) {
  const sorted = Float64Array.from([...a, ...b]).sort()
  return Math.max(
    ...THRESHOLDS.map((share) => {
      const most = sorted[Math.ceil(share * sorted.length) - 1]
      const isFast = (time) => time <= most
      return Math.abs(welchT(a.filter(isFast), b.filter(isFast)))
    }),
  )
}

/** 0 where the values of both classes are all the same, as a coarse clock can make them. */
function welchT(a, b) {
  const [first, second] = [moments(a), moments(b)]
  const error = Math.sqrt(first.variance / a.length + second.variance / b.length)
  return error === 0 && first.mean === second.mean ? 0 : (first.mean - second.mean) / error
}

function moments(values) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1)
  return { mean, variance }
}
