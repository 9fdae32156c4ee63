/** The conformance suite through the SDK, in every supported version. */

import { createHsm } from 'pocket-hsm'
import type { MakeSubject } from '../../../hsm/test/conformance/subject.ts'
import { describeConformance } from '../../../hsm/test/conformance/suite.ts'
import { createHttpClient } from '../../src/index.ts'
import { sdkService, seenRefusal } from '../sdk-service.ts'
import { PROFILES, SDKS, type Sdk } from '../sdks.ts'

const BASE_URL = 'https://pocket.test'

const subjectOf =
  (sdk: Sdk): MakeSubject =>
  (options) => {
    const clock = { seconds: 1_700_000_000 }
    const hsm = createHsm({
      seed: 'pocket-hsm tests',
      clock: () => clock.seconds * 1000,
      ...options,
    })
    return {
      service: sdkService(sdk, BASE_URL, createHttpClient(hsm)),
      baseUrl: BASE_URL,
      seenRefusal,
      passTime: (seconds) => {
        clock.seconds += seconds
      },
    }
  }

for (const [version, sdk] of SDKS) {
  for (const profile of PROFILES) describeConformance(`the SDK ${version}`, profile, subjectOf(sdk))
}
