/** An HSM with a connection to an external key manager, and the other HSM that plays it. */

import {
  createEkmConnection,
  createExternalKeyManager,
  createHsm,
  createKey,
  type ExternalKeyAnswer,
  type ExternalKeyManager,
  type ExternalKeyRequest,
  type Hsm,
  type HsmOptions,
} from '../../src/index.ts'
import { type TestClock, testHsm } from '../test-hsm.ts'

export const CONNECTION = { host: 'ekm.contoso.com', serverCaCertificates: [] }

/** Everything a test needs to know of both sides. */
export interface ExternalSetUp {
  readonly hsm: Hsm
  readonly clock: TestClock
  /** Plays the external HSM: has `aes-1`, `aes-2`, `rsa-1`, `small` (128 bits) and `ec`. */
  readonly external: Hsm
  /** What the HSM has asked. */
  readonly requests: ExternalKeyRequest[]
  /** What answers, in place of the external HSM; may be replaced. */
  answer:
    | ((request: ExternalKeyRequest, usual: ExternalKeyManager) => ExternalKeyAnswer)
    | undefined
}

/** Sets both sides up. */
export function externalSetUp(options: HsmOptions = {}): ExternalSetUp {
  const external = createHsm({ seed: 'external HSM' })
  for (const name of ['aes-1', 'aes-2', 'AES-1-upper'])
    createKey(external, name, { kty: 'oct-HSM' })
  createKey(external, 'rsa-1', { kty: 'RSA-HSM' })
  createKey(external, 'small', { kty: 'oct-HSM', keySize: 128 })
  createKey(external, 'ec', { kty: 'EC-HSM' })
  const usual = createExternalKeyManager(external)
  const requests: ExternalKeyRequest[] = []
  const setUp: { -readonly [Name in keyof ExternalSetUp]?: ExternalSetUp[Name] } = {
    external,
    requests,
    answer: undefined,
  }
  const { hsm, clock } = testHsm({
    externalKeyManager: (request) => {
      requests.push(request)
      return setUp.answer ? setUp.answer(request, usual) : usual(request)
    },
    ...options,
  })
  createEkmConnection(hsm, CONNECTION)
  return Object.assign(setUp, { hsm, clock }) as ExternalSetUp
}
