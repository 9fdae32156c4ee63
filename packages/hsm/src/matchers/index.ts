/** Matchers for the `expect` of vitest and jest. The entry points `vitest` and `jest` add the types of either. */

export type { CallFilter, KeyUseOperation } from '../testing/verdicts.ts'
export { type HsmMatchers, hsmMatchers } from './hsm-matchers.ts'
export { type HsmSnapshotSerializer, hsmSnapshotSerializer } from './snapshot-serializer.ts'
