/** Every method of CryptographyClient, in every supported version, against both services. */

import type { KeyWrapAlgorithm, SignatureAlgorithm } from '@azure/keyvault-keys'
import { createKey, updateKey } from 'pocket-hsm'
import { describe, expect, it } from 'vitest'
import { bytes, COMBINATIONS, clientsOf, SDKS, sha256 } from '../sdks.ts'

const RSA_ENCRYPTION = ['RSA1_5', 'RSA-OAEP', 'RSA-OAEP-256'] as const
const RSA_SIGNATURES: readonly (readonly [SignatureAlgorithm, number])[] = [
  ['RS256', 32],
  ['RS384', 48],
  ['RS512', 64],
  ['PS256', 32],
  ['PS384', 48],
  ['PS512', 64],
]
const EC_SIGNATURES = [
  ['ES256', 'P-256', 32],
  ['ES384', 'P-384', 48],
  ['ES512', 'P-521', 64],
  ['ES256K', 'P-256K', 32],
] as const

describe.each(COMBINATIONS)('CryptographyClient %s with a %s', (_, profile, sdk) => {
  const clients = clientsOf(sdk, { profile })
  const { client, cryptography, hsm } = clients
  createKey(hsm, 'rsa', { kty: 'RSA' })
  const rsa = () => cryptography(`${hsm.baseUrl}/keys/rsa`)

  it.each(RSA_ENCRYPTION)('encrypts and decrypts with %s', async (alg) => {
    const { result, keyID } = await rsa().encrypt(alg, bytes(20))
    expect([result.length, keyID]).toEqual([256, (await client.getKey('rsa')).id])
    const decrypted = await rsa().decrypt(alg, result)
    expect(Buffer.from(decrypted.result)).toEqual(Buffer.from(bytes(20)))
    expect((await rsa().decrypt({ algorithm: alg, ciphertext: result })).algorithm).toBe(alg)
  })

  it.each(RSA_ENCRYPTION)('wraps and unwraps with %s', async (alg) => {
    const { result } = await rsa().wrapKey(alg, bytes(32))
    const unwrapped = await rsa().unwrapKey(alg, result)
    expect(Buffer.from(unwrapped.result)).toEqual(Buffer.from(bytes(32)))
  })

  it.each(RSA_SIGNATURES)('signs and verifies with %s', async (alg, length) => {
    const { result } = await rsa().sign(alg, bytes(length))
    expect((await rsa().verify(alg, bytes(length), result)).result).toBe(true)
    expect((await rsa().verify(alg, bytes(length, 8), result)).result).toBe(false)
  })

  it.each(EC_SIGNATURES)('signs and verifies with %s', async (alg, curve, length) => {
    const key = await client.createEcKey('ec', { curve })
    const { result } = await cryptography(key).sign(alg, bytes(length))
    expect((await cryptography(key).verify(alg, bytes(length), result)).result).toBe(true)
    expect((await cryptography(key).verify(alg, bytes(length, 8), result)).result).toBe(false)
  })

  it('signData and verifyData agree with sign and verify', async () => {
    const key = await client.createKey('data', 'EC')
    const data = bytes(1000)
    const { result } = await cryptography(key).signData('ES256', data)
    expect((await cryptography(key).verifyData('ES256', data, result)).result).toBe(true)
    expect((await cryptography(key).verify('ES256', await sha256(data), result)).result).toBe(true)
    // This one the SDK verifies by itself, with the public key that it fetched.
    const signed = await rsa().signData('RS256', data)
    expect((await rsa().verifyData('RS256', data, signed.result)).result).toBe(true)
    expect((await rsa().verifyData('RS256', bytes(999), signed.result)).result).toBe(false)
  })

  it('works on the version that the identifier names, or the newest', async () => {
    const first = await client.createKey('versions', 'EC')
    const second = await client.createKey('versions', 'EC')
    const signedBy = async (id: string) => (await cryptography(id).sign('ES256', bytes(32))).keyID
    expect(await signedBy(String(first.id))).toBe(first.id)
    expect(await signedBy(`${hsm.baseUrl}/keys/versions`)).toBe(second.id)
  })

  it('works with a key that was passed to it, without a request for it', async () => {
    const key = await client.createKey('given', 'EC')
    const given = cryptography(key)
    const { result } = await given.sign('ES256', bytes(32))
    expect((await given.verify('ES256', bytes(32), result)).result).toBe(true)
    expect(given.keyID).toBe(key.id)
  })

  it('is refused by the engine: a disabled key', async () => {
    const key = await client.createKey('disabled', 'EC', { enabled: false })
    await expect(cryptography(key).sign('ES256', bytes(32))).rejects.toMatchObject({
      statusCode: 403,
      code: 'Forbidden',
      message: expect.stringContaining('Operation sign is not allowed on a disabled key.'),
    })
  })

  it('is refused by the engine: an operation that was removed without the SDK knowing', async () => {
    const key = await client.createKey('ops', 'EC')
    updateKey(hsm, 'ops', { keyOps: ['verify'] })
    await expect(cryptography(key).sign('ES256', bytes(32))).rejects.toMatchObject({
      statusCode: 403,
      message: expect.stringContaining('Operation sign is not permitted on this key.'),
    })
  })

  it('is refused by the SDK itself: an operation that the key does not have', async () => {
    const key = await client.createKey('local', 'EC', { keyOps: ['verify'] })
    await expect(cryptography(key).sign('ES256', bytes(32))).rejects.toThrow(/sign/)
  })

  it('is refused by the engine: a digest of the wrong length', async () => {
    const key = await client.createKey('digest', 'EC')
    await expect(cryptography(key).sign('ES256', bytes(31))).rejects.toMatchObject({
      statusCode: 400,
      code: 'BadParameter',
      message: expect.stringContaining("Invalid length of 'value': 31 bytes."),
    })
  })

  it('is refused by the engine: a plaintext too long, after the SDK has tried it locally', async () => {
    await expect(rsa().encrypt('RSA-OAEP', bytes(300))).rejects.toMatchObject({ statusCode: 400 })
  })

  it('is refused by the engine, with one text for any damage: a damaged ciphertext', async () => {
    const messages = await Promise.all(
      [bytes(256, 0), bytes(256, 1)].map((damaged) =>
        rsa()
          .decrypt('RSA-OAEP-256', damaged)
          .catch((error) => `${error.statusCode} ${error.message.replace(/ \(Activity ID.*/, '')}`),
      ),
    )
    expect(messages).toEqual(Array(2).fill('400 Error occurred while decoding OAEP padding.'))
  })

  it('is refused by the engine: a missing key', async () => {
    await expect(
      cryptography(`${hsm.baseUrl}/keys/nobody`).sign('ES256', bytes(32)),
    ).rejects.toMatchObject({ statusCode: 404, code: 'KeyNotFound' })
  })
})

describe.each(SDKS)('CryptographyClient %s with oct keys', (version, sdk) => {
  const { client, cryptography } = clientsOf(sdk)

  it.each([128, 192, 256] as const)('encrypts and decrypts with A%dGCM', async (keySize) => {
    const algorithm = `A${keySize}GCM` as const
    const key = cryptography(await client.createOctKey('gcm', { keySize }))
    const plaintext = bytes(33)
    const additionalAuthenticatedData = bytes(5)
    const { result, iv, authenticationTag } = await key.encrypt({
      algorithm,
      plaintext,
      additionalAuthenticatedData,
    })
    expect([result.length, iv?.length, authenticationTag?.length]).toEqual([33, 12, 16])
    const sealed = {
      algorithm,
      ciphertext: result,
      iv: iv ?? bytes(0),
      authenticationTag: authenticationTag ?? bytes(0),
      additionalAuthenticatedData,
    }
    expect(Buffer.from((await key.decrypt(sealed)).result)).toEqual(Buffer.from(plaintext))
    const other = { ...sealed, additionalAuthenticatedData: bytes(5, 8) }
    await expect(key.decrypt(other)).rejects.toMatchObject({
      statusCode: 400,
      message: expect.stringContaining('The parameter is incorrect.'),
    })
  })

  it.each(['CBC', 'CBCPAD'] as const)('encrypts and decrypts with A256%s', async (mode) => {
    const algorithm = `A256${mode}` as const
    const key = cryptography(await client.createOctKey('cbc', { keySize: 256 }))
    const iv = bytes(16)
    const { result } = await key.encrypt({ algorithm, plaintext: bytes(20), iv })
    expect(result).toHaveLength(32)
    const decrypted = await key.decrypt({ algorithm, ciphertext: result, iv })
    expect(decrypted.result).toHaveLength(mode === 'CBC' ? 32 : 20)
  })

  const wraps: readonly KeyWrapAlgorithm[] =
    version === '4.10' ? ['A256KW', 'CKM_AES_KEY_WRAP', 'CKM_AES_KEY_WRAP_PAD'] : ['A256KW']

  it.each(wraps)('wraps and unwraps with %s', async (alg) => {
    const key = cryptography(await client.createOctKey('kw', { keySize: 256 }))
    const { result } = await key.wrapKey(alg, bytes(32))
    expect(result).toHaveLength(40)
    expect(Buffer.from((await key.unwrapKey(alg, result)).result)).toEqual(Buffer.from(bytes(32)))
    result[0] = Number(result[0]) ^ 1
    await expect(key.unwrapKey(alg, result)).rejects.toMatchObject({ statusCode: 400 })
  })

  it('signs and verifies with HS256', async () => {
    const created = await client.createOctKey('hmac', { keySize: 256, keyOps: ['sign', 'verify'] })
    const key = cryptography(created)
    const alg = 'HS256' as SignatureAlgorithm
    const { result } = await key.sign(alg, bytes(100))
    expect((await key.verify(alg, bytes(100), result)).result).toBe(true)
    expect((await key.verify(alg, bytes(99), result)).result).toBe(false)
  })
})

describe('what the SDK does locally', () => {
  it.each(SDKS)('%s encrypts with the public key, and the engine decrypts', async (_, sdk) => {
    const { client, cryptography } = clientsOf(sdk)
    const key = cryptography(await client.createRsaKey('k', { keySize: 2048 }))
    for (const alg of ['RSA1_5', 'RSA-OAEP'] as const) {
      const { result } = await key.encrypt(alg, bytes(10))
      expect(Buffer.from((await key.decrypt(alg, result)).result)).toEqual(Buffer.from(bytes(10)))
    }
  })

  it.each(SDKS)(
    '%s goes to the engine for everything where it may not get the key',
    async (_, sdk) => {
      const { client, cryptography, faults, hsm } = clientsOf(sdk)
      await client.createRsaKey('k')
      faults.add({ operation: 'getKey', status: 403 })
      const key = cryptography(`${hsm.baseUrl}/keys/k`)
      const { result } = await key.encrypt('RSA-OAEP', bytes(10))
      expect(Buffer.from((await key.decrypt('RSA-OAEP', result)).result)).toEqual(
        Buffer.from(bytes(10)),
      )
    },
  )
})
