/** The conformance suite against one HSM that three copies of pocket-hsm use in turn. */

import { type MakeSubject, OPERATIONS, type Service } from '../conformance/subject.ts'
import { describeConformance } from '../conformance/suite.ts'
import { errorOf } from '../refusal.ts'
import { BASE_URL, testHsm } from '../test-hsm.ts'
import { COPIES, type Facade } from './several-copies.ts'

const copiesInTurn: MakeSubject = (options) => {
  const { hsm, clock } = testHsm(options)
  let calls = 0
  const bound = OPERATIONS.map((name) => [
    name,
    (...rest: readonly unknown[]) => {
      calls += 1
      const { [name]: operation } = COPIES[calls % COPIES.length] as Facade
      return (operation as (...all: readonly unknown[]) => unknown)(hsm, ...rest)
    },
  ])
  return {
    service: Object.fromEntries(bound) as Service,
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
