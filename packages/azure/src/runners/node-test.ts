/**
 * The set-up file for node:test: `node --import @pocket-hsm/azure/node-test --test`, or an import at the start of a test
 * file.
 *
 * It answers what the tests send to Azure, and gives each test a fork of what its file has prepared; a subtest gets a fork
 * of what its test has. node:test has no matchers: the assertions of `pocket-hsm/testing` are exported here.
 */

import { after, beforeEach, type TestContext } from 'node:test'
import { testFile } from './test-file.ts'

export { assertCalled, assertNeverCalled, assertUsedOnlyFor } from 'pocket-hsm/testing'
export { currentHsm, useHsm } from './test-hsm.ts'

/** `node --test` starts a process for each file: it runs no tests of its own. */
const isRunner = process.execArgv.includes('--test') && !process.env['NODE_TEST_CONTEXT']
const file = testFile()

if (!isRunner && file.begin('the file of this process')) {
  beforeEach((test) => {
    // Aborted after the hooks of afterEach. A suite has no signal, and this hook does not run for it.
    const { signal } = test as TestContext
    file.beginTest(() => signal.aborted)
  })
  after(() => {
    file.end()
  })
}
