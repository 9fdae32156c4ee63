/** Choices that a seed repeats, as far as time lets them be repeated. */

/** Numbers from 0 on, below 1. */
export type Random = () => number

/** A stream of numbers of 32 bits, as Mulberry32 makes them. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000
  }
}

/** One of them. */
export function oneOf<Item>(random: Random, items: readonly Item[]): Item {
  const item = items[Math.floor(random() * items.length)]
  if (item === undefined) throw new RangeError('There is nothing to choose from.')
  return item
}

/** One of them, each as often as its weight says. */
export function oneByWeight<Item extends string>(
  random: Random,
  weights: Readonly<Record<Item, number>>,
): Item {
  const entries = Object.entries(weights) as [Item, number][]
  let left = random() * entries.reduce((sum, [, weight]) => sum + weight, 0)
  for (const [item, weight] of entries) {
    left -= weight
    if (left < 0) return item
  }
  throw new RangeError('No weight is above zero.')
}
