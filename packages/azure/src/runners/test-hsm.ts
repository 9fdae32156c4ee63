/** How a test reaches the HSMs that answer its requests. */

import type { Hsm } from '@pocket-hsm/rest'
import type { InterceptAzureOptions } from '../intercept/intercept-azure.ts'
import type { InterceptedHsms } from '../intercept/intercepted-hsms.ts'
import { testFile } from './test-file.ts'

/**
 * Returns the HSM that answers requests now: in a test, the fork that this test has to itself; outside of tests, the
 * prepared HSM that the forks are made of.
 *
 * Unless `useHsm` has said which HSMs there are, one is created for the address: a `vault-premium` for a name under
 * `vault.azure.net`, a Managed HSM otherwise.
 *
 * @param baseUrl - The address of the HSM. Not needed if there is one HSM.
 * @throws Error - no HSM with this address, several HSMs and no address, or the set-up file was not loaded.
 * @throws TypeError - an address that is not a URL.
 *
 * @example
 * ```ts
 * import { currentHsm } from '@pocket-hsm/azure/vitest'
 * import { createKey, getKey } from 'pocket-hsm'
 * import { beforeAll, expect, it } from 'vitest'
 *
 * const URL = 'https://contoso.vault.azure.net'
 *
 * beforeAll(() => {
 *   createKey(currentHsm(URL), 'orders', { kty: 'EC' })
 * })
 *
 * it('has what was prepared', () => {
 *   expect(getKey(currentHsm(URL), 'orders').key.kty).toBe('EC')
 * })
 * ```
 */
export function currentHsm(baseUrl?: string): Hsm {
  return testFile().currentHsm(baseUrl)
}

/**
 * Says which HSMs there are for the tests of this file, and with which options requests are answered.
 *
 * Call it at the top level or in `beforeAll`. Requests to other vaults and Managed HSMs fail from then on.
 *
 * @param hsms - As for `interceptAzure`.
 * @param options - As for `interceptAzure`.
 * @throws Error - in a test, or the set-up file was not loaded.
 * @throws TypeError - what was given is no HSM, or two HSMs have one address.
 * @throws HsmError 400 `BadParameter` - an unknown or invalid option.
 *
 * @example
 * ```ts
 * import { KeyClient } from '@azure/keyvault-keys'
 * import { DefaultAzureCredential } from '@azure/identity'
 * import { useHsm } from '@pocket-hsm/azure/vitest'
 * import { buildHsm } from 'pocket-hsm'
 * import { expect, it } from 'vitest'
 *
 * const baseUrl = 'https://contoso.managedhsm.azure.net'
 * useHsm(buildHsm({ baseUrl, seed: 'orders', keys: [{ name: 'orders', versions: [{ kty: 'EC-HSM' }] }] }))
 *
 * it('has the key of the fixture', async () => {
 *   const key = await new KeyClient(baseUrl, new DefaultAzureCredential()).getKey('orders')
 *   expect(key.keyType).toBe('EC-HSM')
 * })
 * ```
 */
export function useHsm(hsms: InterceptedHsms, options?: InterceptAzureOptions): void {
  testFile().useHsm(hsms, options)
}
