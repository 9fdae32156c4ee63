// What is said of many measurements of one thing.

/**
 * The value at a place of the sorted samples, between two of them where it falls between.
 *
 * @param {readonly number[]} samples At least one, in any order.
 * @param {number} place 0 for the least, 0.5 for the median, 1 for the most.
 */
export function quantile(samples, place) {
  if (samples.length === 0) throw new RangeError('There is no quantile of nothing.')
  const sorted = samples.toSorted((a, b) => a - b)
  const position = place * (sorted.length - 1)
  const below = sorted[Math.floor(position)]
  const above = sorted[Math.ceil(position)]
  return below + (above - below) * (position % 1)
}

/** The value with as many samples above as below. */
export const median = (samples) => quantile(samples, 0.5)

/**
 * Median, quartiles, 99th percentile, extremes and count.
 *
 * @param {readonly number[]} samples Milliseconds, unless the task has another unit.
 */
export function summary(samples) {
  const at = (place) => significant(quantile(samples, place))
  return {
    count: samples.length,
    median: at(0.5),
    quartiles: [at(0.25), at(0.75)],
    p99: at(0.99),
    extremes: [at(0), at(1)],
  }
}

/** Four significant digits, and no fewer than a whole number has: more would be noise in a file that people read. */
export const significant = (value) =>
  Math.abs(value) >= 1000 ? Math.round(value) : Number(value.toPrecision(4))
