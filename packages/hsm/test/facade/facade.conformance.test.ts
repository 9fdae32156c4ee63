/** The conformance suite against the engine itself: the functions of the facade, with nothing between. */

import {
  engineOptions,
  type MakeSubject,
  PREVIEW_OPERATIONS,
  type PreviewService,
} from '../conformance/subject.ts'
import { describeConformance } from '../conformance/suite.ts'
import { errorOf } from '../refusal.ts'
import { BASE_URL, testHsm } from '../test-hsm.ts'

const facade: Readonly<Record<string, unknown>> = await import('../../src/index.ts')

const engine: MakeSubject = (options) => {
  const { hsm, clock } = testHsm(engineOptions(options))
  const bound = PREVIEW_OPERATIONS.map((name) => {
    const operation = facade[name] as (...all: readonly unknown[]) => unknown
    return [name, (...rest: readonly unknown[]) => operation(hsm, ...rest)]
  })
  const service = Object.fromEntries(bound) as PreviewService
  return {
    service,
    preview: service,
    baseUrl: BASE_URL,
    passTime: (seconds) => {
      clock.seconds += seconds
    },
    seenRefusal: (thrown) =>
      errorOf(() => {
        throw thrown
      }),
  }
}

describeConformance('the engine', 'managed-hsm', engine)
describeConformance('the engine', 'vault-premium', engine)
