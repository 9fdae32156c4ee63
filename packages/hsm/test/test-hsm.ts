/** HSMs for tests: one address for every profile, a clock that stands still until it is moved. */

import { createHsm, type Hsm, type HsmOptions, type ProfileName } from '../src/index.ts'

export const BASE_URL = 'https://pocket.test'

export const PROFILES: readonly ProfileName[] = ['managed-hsm', 'vault-premium', 'vault-standard']

/** Where every test clock begins: Unix seconds. */
export const START = 1_700_000_000

export const DAY = 86_400

/** A clock to move by hand. */
export interface TestClock {
  seconds: number
}

/** An HSM with a clock of its own. It has a seed, so that its snapshot tells everything. */
export function testHsm(options: HsmOptions = {}): {
  readonly hsm: Hsm
  readonly clock: TestClock
} {
  const clock: TestClock = { seconds: START }
  const hsm = createHsm({
    baseUrl: BASE_URL,
    seed: 'pocket-hsm tests',
    clock: () => clock.seconds * 1000,
    ...options,
  })
  return { hsm, clock }
}
