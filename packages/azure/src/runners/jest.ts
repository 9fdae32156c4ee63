/**
 * The set-up file for jest: `setupFilesAfterEnv: ['@pocket-hsm/azure/jest']`.
 *
 * It answers what the tests send to Azure, gives each test a fork of what its file has prepared, and adds the matchers of
 * `pocket-hsm/matchers`. A concurrent test has no fork of its own: it uses the prepared HSM.
 */

import { afterAll, afterEach, beforeEach, expect } from '@jest/globals'
import { hsmMatchers } from 'pocket-hsm/matchers/jest'
import { testFile } from './test-file.ts'

export type { HsmMatchers } from 'pocket-hsm/matchers/jest'
export { currentHsm, useHsm } from './test-hsm.ts'

if (typeof beforeEach !== 'function') {
  throw new Error(
    "@pocket-hsm/azure/jest needs jest's hooks: name it in setupFilesAfterEnv, not in setupFiles.",
  )
}

const file = testFile()

if (file.begin(expect.getState().testPath ?? '')) {
  expect.extend(hsmMatchers)
  let ended = 0
  let begun = 0
  beforeEach(() => {
    const test = runningTest()
    begun += 1
    const ordinal = begun
    file.beginTest(() => (test === undefined ? ended >= ordinal : runningTest() !== test))
  })
  // This hook runs before those of the test file, which may still look at the HSM.
  afterEach(() => {
    ended = begun
  })
  afterAll(() => {
    file.end()
  })
}

/**
 * Returns the test that jest is running, from its first to its last hook; `undefined` if jest does not say.
 *
 * jest has no hook after those of a test file. The state of its runner, jest-circus, is a member of the global object.
 */
function runningTest(): object | undefined {
  const members = globalThis as { readonly [member: symbol]: { currentlyRunningTest?: object } }
  const key = Object.getOwnPropertySymbols(globalThis).find(
    ({ description }) => description === 'JEST_STATE_SYMBOL',
  )
  return key === undefined ? undefined : (members[key]?.currentlyRunningTest ?? undefined)
}
