/** The conformance suite through the SDK, in every supported version. */

import { createHandler } from '@pocket-hsm/rest'
import { createHsm } from 'pocket-hsm'
import { engineOptions, type MakeSubject } from '../../../hsm/test/conformance/subject.ts'
import { describeConformance } from '../../../hsm/test/conformance/suite.ts'
import { PREVIEW, restService } from '../../../rest/test/rest-service.ts'
import { createHttpClient } from '../../src/index.ts'
import { sdkPreviewService, sdkService, seenRefusal } from '../sdk-service.ts'
import { PROFILES, SDKS, type Sdk } from '../sdks.ts'

const BASE_URL = 'https://pocket.test'

const subjectOf =
  (sdk: Sdk): MakeSubject =>
  (options) => {
    const clock = { seconds: 1_700_000_000 }
    const hsm = createHsm({
      seed: 'pocket-hsm tests',
      clock: () => clock.seconds * 1000,
      ...engineOptions(options),
    })
    const httpClient = createHttpClient(hsm)
    const serviceVersion = PREVIEW as never
    return {
      service: sdkService(sdk, BASE_URL, httpClient),
      preview: sdkPreviewService(
        sdkService(sdk, BASE_URL, httpClient, { serviceVersion }),
        restService(createHandler(hsm), BASE_URL, 'any', PREVIEW),
      ),
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
