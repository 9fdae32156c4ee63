/** The matchers, and their types on the `expect` of jest: of `@jest/globals` and of `@types/jest`. */

import type { HsmMatchers } from './hsm-matchers.ts'

export { type HsmMatchers, hsmMatchers } from './hsm-matchers.ts'
export { type HsmSnapshotSerializer, hsmSnapshotSerializer } from './snapshot-serializer.ts'

declare module 'expect' {
  interface Matchers<R extends void | Promise<void>, T = unknown> extends HsmMatchers<R> {}
}

declare global {
  namespace jest {
    // biome-ignore lint/complexity/noBannedTypes: a merged interface has the parameters of the first
    interface Matchers<R, T = {}> extends HsmMatchers<R> {}
  }
}
