// The conformance suite over HTTPS through every supported version of the SDK, with its own transport.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { PROFILES, SDKS } from '../../../packages/azure/test/sdks.ts'
import { describeConformance } from '../../../packages/hsm/test/conformance/suite.ts'
import { bySdk, subjectBy } from '../../../packages/server/test/https-subject.ts'

const folder = mkdtempSync(join(tmpdir(), 'pocket-hsm-clients-'))
afterAll(() => rmSync(folder, { recursive: true }))

for (const [version, sdk] of SDKS) {
  for (const profile of PROFILES) {
    describeConformance(`javascript ${version}`, profile, subjectBy(bySdk(sdk), folder))
  }
}
