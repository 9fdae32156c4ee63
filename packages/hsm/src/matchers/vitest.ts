/** The matchers, and their types on the `expect` of vitest. */

import type { HsmMatchers } from './hsm-matchers.ts'

export { type HsmMatchers, hsmMatchers } from './hsm-matchers.ts'
export { type HsmSnapshotSerializer, hsmSnapshotSerializer } from './snapshot-serializer.ts'

declare module 'vitest' {
  // biome-ignore lint/suspicious/noExplicitAny: a merged interface has the parameters of the first
  interface Matchers<T = any> extends HsmMatchers<T> {}
}
