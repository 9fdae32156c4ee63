/** The conformance suite over HTTPS: through fetch, and through the official client with its own transport. */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as sdk from '@azure/keyvault-keys'
import { afterAll } from 'vitest'
import { describeConformance } from '../../hsm/test/conformance/suite.ts'
import { byFetch, bySdk, subjectBy } from './https-subject.ts'

const folder = mkdtempSync(join(tmpdir(), 'pocket-hsm-conformance-'))
afterAll(() => rmSync(folder, { recursive: true }))

for (const profile of ['managed-hsm', 'vault-premium'] as const) {
  describeConformance('the server by fetch', profile, subjectBy(byFetch, folder))
  describeConformance('the server by the SDK', profile, subjectBy(bySdk(sdk), folder))
}
