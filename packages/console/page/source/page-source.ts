/** The source of a page with the engine inside: an HSM, its handler and its control API, all in memory. */

import { type ControlledHsm, createControl, createControlledHsm } from '@pocket-hsm/rest'
import {
  type AttestationAuthority,
  buildHsm,
  createAttestationAuthority,
  createEnclaveKey,
  createHsm,
  type EnclaveKey,
  type Hsm,
  type HsmFixture,
  type HsmOptions,
} from 'pocket-hsm'
import { exampleFixture, manyKeysFixture } from './example-fixture.ts'
import type { PageAttestation, Source, StartChoice } from './source.ts'

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
  const authority = createAttestationAuthority({ alg: 'ES256', clock: clock.now })
  const { attestationKeys } = authority
  let choice: StartChoice = { profile: 'managed-hsm', content: 'examples' }
  const make = (): ControlledHsm =>
    createControlledHsm(createContent(choice, { clock: clock.now, attestationKeys }), {
      name: 'contoso',
    })
  let served = make()
  const controlOf = () => createControl({ hsms: () => [served], clock, about: { auth: 'any' } })
  let control = controlOf()
  return {
    get origin() {
      return ORIGINS[choice.profile]
    },
    isInPage: true,
    attestation: createPageAttestation(authority),
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

/** An enclave has a key as soon as there is a token about it. */
function createPageAttestation({ issuer, mintToken }: AttestationAuthority): PageAttestation {
  let made: EnclaveKey | undefined
  const enclave = () => {
    made ??= createEnclaveKey()
    return made
  }
  return {
    issuer,
    mintToken: (claims) => mintToken({ enclaveKey: enclave().publicJwk, claims: { ...claims } }),
    openUnwrappedKey: (value) => enclave().openUnwrappedKey(value),
    openRelease: (value) => enclave().openRelease(value),
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

function createContent(
  { profile, content }: StartChoice,
  options: Required<Pick<HsmOptions, 'clock' | 'attestationKeys'>>,
): Hsm {
  const fixture = CONTENTS[content](profile, Math.floor(options.clock() / 1000))
  const baseUrl = ORIGINS[profile]
  return fixture === undefined
    ? createHsm({ profile, baseUrl, ...options })
    : buildHsm(fixture, { baseUrl, ...options })
}
