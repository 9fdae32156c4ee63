/** Matchers for the `expect` of vitest and jest; beside this door, `vitest` and `jest` bring the types of either. */

export type { CallFilter, KeyUseOperation } from '../testing/verdicts.ts'
export { type HsmMatchers, hsmMatchers } from './hsm-matchers.ts'
