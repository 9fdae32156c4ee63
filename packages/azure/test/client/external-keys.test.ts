/** External keys through the official SDK, which knows nothing of them: what it leaves to the HSM, and what it does itself. */

import {
  createEkmConnection,
  createExternalKey,
  createExternalKeyManager,
  createHsm,
  createKey,
} from 'pocket-hsm'
import { describe, expect, it } from 'vitest'
import { bytes, clientsOf, SDKS } from '../sdks.ts'

const external = createHsm({ seed: 'external HSM' })
createKey(external, 'aes-1', { kty: 'oct-HSM' })
createKey(external, 'rsa-1', { kty: 'RSA-HSM' })
const usual = createExternalKeyManager(external)

describe.each(SDKS)('the SDK %s', (_, sdk) => {
  /** Clients of an HSM with two external keys, and the operations that its manager was asked for since. */
  function setUp() {
    const asked: string[] = []
    const made = clientsOf(sdk, {
      externalKeyManager: (request) => {
        asked.push(request.operation)
        return usual(request)
      },
    })
    createEkmConnection(made.hsm, { host: 'ekm.contoso.com', serverCaCertificates: [] })
    createExternalKey(made.hsm, 'aes', { externalKey: { id: 'aes-1' } })
    createExternalKey(made.hsm, 'rsa', { externalKey: { id: 'rsa-1' } })
    asked.length = 0
    return { ...made, asked }
  }

  it.each([
    ['aes', 'A256KW', ['wrapKey', 'unwrapKey']],
    ['aes', 'A256KWP', ['wrapKey', 'unwrapKey']],
    ['rsa', 'RSA-OAEP-256', ['wrapKey', 'unwrapKey']],
    // It wraps with the public key, so that the HSM and its manager do not learn of it.
    ['rsa', 'RSA-OAEP', ['unwrapKey']],
  ])(
    'wraps and unwraps with %s by %s, for which the manager is asked to %s',
    async (name, alg, operations) => {
      const { client, cryptography, asked } = setUp()
      const { wrapKey, unwrapKey } = wrapping(cryptography(await client.getKey(name)))
      const wrapped = await wrapKey(alg, bytes(32))
      const { result } = await unwrapKey(alg, wrapped.result)
      expect(Uint8Array.from(result)).toEqual(bytes(32))
      expect(asked).toEqual(operations)
    },
  )

  it('reads, changes, deletes and recovers one, for which nobody is asked', async () => {
    const { client, asked } = setUp()
    expect((await client.getKey('rsa')).keyOperations).toEqual(['wrapKey', 'unwrapKey'])
    await client.updateKeyProperties('rsa', { enabled: false })
    await (await client.beginDeleteKey('rsa')).pollUntilDone()
    await (await client.beginRecoverDeletedKey('rsa')).pollUntilDone()
    expect((await client.getKey('rsa')).properties.enabled).toBe(false)
    expect(asked).toEqual([])
  })
})

/** The SDK's types have no `A256KWP`. */
function wrapping(client: ReturnType<ReturnType<typeof clientsOf>['cryptography']>) {
  type Alg = Parameters<typeof client.wrapKey>[0]
  return {
    wrapKey: (alg: string, key: Uint8Array) => client.wrapKey(alg as Alg, key),
    unwrapKey: (alg: string, key: Uint8Array) => client.unwrapKey(alg as Alg, key),
  }
}
