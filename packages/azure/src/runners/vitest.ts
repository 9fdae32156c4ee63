/**
 * The set-up file for vitest: `setupFiles: ['@pocket-hsm/azure/vitest']`.
 *
 * It answers what the tests send to Azure, gives each test a fork of what its file has prepared, and adds the matchers of
 * `pocket-hsm/matchers`. A concurrent test has no fork of its own: it uses the prepared HSM.
 */

import { hsmMatchers } from 'pocket-hsm/matchers/vitest'
import { afterAll, beforeEach, expect } from 'vitest'
import { testFile } from './test-file.ts'

export type { HsmMatchers } from 'pocket-hsm/matchers/vitest'
export { currentHsm, useHsm } from './test-hsm.ts'

const file = testFile()

if (file.begin(expect.getState().testPath ?? '')) {
  expect.extend(hsmMatchers)
  beforeEach(({ task, onTestFinished }) => {
    if (task.concurrent === true) return
    let isOver = false
    // Called after the hooks of afterEach.
    onTestFinished(() => {
      isOver = true
    })
    file.beginTest(() => isOver)
  })
  afterAll(() => {
    file.end()
  })
}
