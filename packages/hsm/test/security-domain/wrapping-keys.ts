/** Wrapping keys for tests, made once for each worker and the same in every run. */

import {
  createDomainWrappingKey,
  createHsm,
  type DomainWrappingKey,
  deriveRandom,
  type RandomSource,
} from '../../src/index.ts'

const seeded = createHsm({ seed: 'wrapping keys' })
const made: DomainWrappingKey[] = []

/** The first `count` of the keys. */
export function wrappingKeys(count: number): readonly DomainWrappingKey[] {
  for (let number = made.length; number < count; number++) {
    const random = deriveRandom(seeded, number) as RandomSource
    made.push(createDomainWrappingKey({ name: `officer ${number + 1}`, random }))
  }
  return made.slice(0, count)
}

/** The certificates of the first `count` keys. */
export const certificates = (count: number): readonly string[] =>
  wrappingKeys(count).map(({ certificate }) => certificate)

/** Every choice of `count` of the items, in their order. */
export function choices<Item>(items: readonly Item[], count: number): readonly (readonly Item[])[] {
  if (count === 0) return [[]]
  return items.flatMap((item, index) =>
    choices(items.slice(index + 1), count - 1).map((rest) => [item, ...rest]),
  )
}
