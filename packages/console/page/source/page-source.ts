/** The source of a page with the engine inside: an HSM, its handler and its control API, all in memory. */

import { type ControlledHsm, createControl, createControlledHsm } from '@pocket-hsm/rest'
import { buildHsm, createHsm, type Hsm, type HsmFixture } from 'pocket-hsm'
import { exampleFixture, manyKeysFixture } from './example-fixture.ts'
import type { Source, StartChoice } from './source.ts'

/** The host of each service, as in the cloud; no request leaves the page. */
const ORIGINS: Readonly<Record<StartChoice['profile'], string>> = {
  'managed-hsm': 'https://contoso.managedhsm.azure.net',
  'vault-premium': 'https://contoso.vault.azure.net',
  'vault-standard': 'https://contoso.vault.azure.net',
}

/**
 * Makes an HSM in the page.
 *
 * @param now - Returns the machine's time: milliseconds since 1970.
 */
export function createPageSource(now: () => number): Source {
  let offset = 0
  const clock = {
    now: () => now() + offset,
    offset: () => offset,
    setOffset: (milliseconds: number) => {
      offset = milliseconds
    },
  }
  let choice: StartChoice = { profile: 'managed-hsm', content: 'examples' }
  const make = (): ControlledHsm =>
    createControlledHsm(createContent(choice, clock.now), { name: 'contoso' })
  let served = make()
  const controlOf = () => createControl({ hsms: () => [served], clock, about: { auth: 'any' } })
  let control = controlOf()
  return {
    get origin() {
      return ORIGINS[choice.profile]
    },
    isInPage: true,
    fetch: async (request) => {
      if (new URL(request.url).pathname.startsWith('/control')) return control.handle(request)
      const response = await served.handle(request)
      control.publish()
      return response
    },
    startOver: (next) => {
      choice = next
      offset = 0
      control.close()
      served = make()
      control = controlOf()
    },
  }
}

const CONTENTS: Readonly<
  Record<
    StartChoice['content'],
    (profile: StartChoice['profile'], now: number) => HsmFixture | undefined
  >
> = {
  examples: exampleFixture,
  many: manyKeysFixture,
  empty: () => undefined,
}

function createContent({ profile, content }: StartChoice, clock: () => number): Hsm {
  const fixture = CONTENTS[content](profile, Math.floor(clock() / 1000))
  const baseUrl = ORIGINS[profile]
  return fixture === undefined
    ? createHsm({ profile, baseUrl, clock })
    : buildHsm(fixture, { clock, baseUrl })
}
