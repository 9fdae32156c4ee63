/** The conformance suite against one HSM that three copies of pocket-hsm use in turn. */

import {
  engineOptions,
  type MakeSubject,
  PREVIEW_OPERATIONS,
  type PreviewService,
} from '../conformance/subject.ts'
import { describeConformance } from '../conformance/suite.ts'
import { errorOf } from '../refusal.ts'
import { BASE_URL, testHsm } from '../test-hsm.ts'
import { COPIES, type Facade } from './several-copies.ts'

const copiesInTurn: MakeSubject = (options) => {
  const { hsm, clock } = testHsm(engineOptions(options))
  let calls = 0
  const bound = PREVIEW_OPERATIONS.map((name) => [
    name,
    (...rest: readonly unknown[]) => {
      calls += 1
      const { [name]: operation } = COPIES[calls % COPIES.length] as Facade
      return (operation as (...all: readonly unknown[]) => unknown)(hsm, ...rest)
    },
  ])
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

describeConformance('three copies in turn', 'managed-hsm', copiesInTurn)
