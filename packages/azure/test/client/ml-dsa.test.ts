/** ML-DSA through the official SDK, which knows nothing of it: what its clients pass on, with a version of the API that has it. */

import type { SignatureAlgorithm } from '@azure/keyvault-keys'
import { createKey, rotateKey } from 'pocket-hsm'
import { describe, expect, it } from 'vitest'
import { bytes, clientsOf, SDKS } from '../sdks.ts'

const ALG = 'ML-DSA-44' as SignatureAlgorithm

describe.each(SDKS)('the SDK %s', (_, sdk) => {
  const clients = (serviceVersion: string) => {
    const made = clientsOf(sdk, {}, { serviceVersion: serviceVersion as never })
    createKey(made.hsm, 'firmware', { kty: 'AKP', alg: 'ML-DSA-44' })
    return made
  }

  it('reads an ML-DSA key, signs and verifies with it, in the version that has it', async () => {
    const { client, cryptography } = clients('2026-05-01-preview')
    const key = await client.getKey('firmware')
    expect(key.keyType).toBe('AKP-HSM')
    const { result } = await cryptography(key).sign(ALG, bytes(100))
    expect(result).toHaveLength(2420)
    expect((await cryptography(key).verify(ALG, bytes(100), result)).result).toBe(true)
    expect((await cryptography(key).verify(ALG, bytes(100, 8), result)).result).toBe(false)
  })

  it('backs up and restores it', async () => {
    const { client, hsm } = clients('2026-05-01-preview')
    rotateKey(hsm, 'firmware')
    const backup = await client.backupKey('firmware')
    await (await client.beginDeleteKey('firmware')).pollUntilDone()
    await client.purgeDeletedKey('firmware')
    const restored = await client.restoreKeyBackup(backup as Uint8Array)
    expect(restored.keyType).toBe('AKP-HSM')
  })

  it('is refused in the version that it sends by default', async () => {
    const { cryptography, hsm } = clients('7.5')
    const signed = cryptography(`${hsm.baseUrl}/keys/firmware`).sign(ALG, bytes(100))
    await expect(signed).rejects.toMatchObject({ statusCode: 400, code: 'BadParameter' })
  })
})
