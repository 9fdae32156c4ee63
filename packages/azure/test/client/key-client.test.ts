/** Every method of KeyClient, in every supported version, against both services. */

import { createPrivateKey, generateKeyPairSync } from 'node:crypto'
import { createAttestationAuthority, createEnclaveKey, createSecurityDomain } from 'pocket-hsm'
import { describe, expect, it } from 'vitest'
import { all, bytes, COMBINATIONS, clientsOf } from '../sdks.ts'

const DAY = 86_400_000

/** By way of PEM: a pair that Node has just made can hang while it is exported as a JWK. */
function ecJwk() {
  const { privateKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
  const { x, y, d } = createPrivateKey(privateKey).export({ format: 'jwk' })
  const read = (text: string | undefined) => Uint8Array.from(Buffer.from(String(text), 'base64url'))
  return { kty: 'EC' as const, crv: 'P-256' as const, x: read(x), y: read(y), d: read(d) }
}

describe.each(COMBINATIONS)('KeyClient %s with a %s', (version, profile, sdk) => {
  const isHsm = profile === 'managed-hsm'
  const setUp = () => clientsOf(sdk, { profile })

  describe('making keys', () => {
    it('createKey makes each type', async () => {
      const { client } = setUp()
      const rsa = await client.createKey('rsa', 'RSA')
      expect(rsa.keyType).toBe(isHsm ? 'RSA-HSM' : 'RSA')
      expect(rsa.key?.n).toHaveLength(256)
      const ec = await client.createKey('ec', 'EC-HSM', { curve: 'P-521', keyOps: ['sign'] })
      expect([ec.keyType, ec.key?.crv, ec.keyOperations]).toEqual(['EC-HSM', 'P-521', ['sign']])
      expect(ec.key?.x).toHaveLength(66)
    })

    it('createKey takes attributes and tags', async () => {
      const { client, hsm } = setUp()
      const expiresOn = new Date(2037, 0, 1)
      const notBefore = new Date(2020, 0, 1)
      const tags = { a: 'b', umlaut: 'ü' }
      const { properties, id } = await client.createKey('k', 'EC', {
        expiresOn,
        notBefore,
        tags,
        enabled: false,
      })
      expect(properties).toMatchObject({
        name: 'k',
        vaultUrl: hsm.baseUrl,
        enabled: false,
        expiresOn,
        notBefore,
        tags,
        recoveryLevel: 'Recoverable+Purgeable',
        recoverableDays: 90,
        exportable: false,
      })
      expect(properties.createdOn).toEqual(properties.updatedOn)
      expect(properties.version).toMatch(/^[0-9a-f]{32}$/)
      expect(id).toBe(`${hsm.baseUrl}/keys/k/${properties.version}`)
    })

    it('createEcKey, createRsaKey and createOctKey make keys of their types', async () => {
      const { client } = setUp()
      expect((await client.createEcKey('e', { hsm: true, curve: 'P-256K' })).key?.crv).toBe(
        'P-256K',
      )
      expect((await client.createRsaKey('r', { hsm: true })).keyType).toBe('RSA-HSM')
      if (isHsm) {
        const { keyType, keyOperations } = await client.createOctKey('o', { keySize: 128 })
        expect([keyType, keyOperations?.length]).toEqual(['oct-HSM', 7])
      } else {
        await expect(client.createOctKey('o')).rejects.toMatchObject({
          statusCode: 400,
          code: 'BadParameter',
          message: expect.stringContaining('Invalid kty value: oct'),
        })
      }
    })

    it('createKey refuses an illegal name and an illegal size', async () => {
      const { client } = setUp()
      await expect(client.createKey('a_b', 'EC')).rejects.toMatchObject({ statusCode: 400 })
      await expect(client.createKey('', 'EC')).rejects.toThrow()
      await expect(client.createRsaKey('a', { keySize: 1024 })).rejects.toMatchObject({
        statusCode: 400,
      })
    })

    it('importKey imports, and with hardwareProtected as a key of an HSM', async () => {
      const { client } = setUp()
      const key = ecJwk()
      const imported = await client.importKey('i', key, { tags: { a: 'b' } })
      expect(imported.keyType).toBe(isHsm ? 'EC-HSM' : 'EC')
      expect(Buffer.from(imported.key?.x ?? [])).toEqual(Buffer.from(key.x))
      expect(imported.key?.d).toBeUndefined()
      const asked = await client.importKey('i', key, { hardwareProtected: true })
      // Before 4.10 the SDK forgets to send what it was asked for.
      expect(asked.keyType).toBe(isHsm || version === '4.10' ? 'EC-HSM' : 'EC')
      expect(await all(client.listPropertiesOfKeyVersions('i'))).toHaveLength(2)
    })

    it('importKey refuses half a key', async () => {
      const { client } = setUp()
      const { d: _, ...half } = ecJwk()
      await expect(client.importKey('i', half)).rejects.toMatchObject({
        statusCode: 400,
        code: 'BadParameter',
      })
    })
  })

  describe('reading and changing keys', () => {
    it('getKey gets the newest version, or the one asked for', async () => {
      const { client } = setUp()
      const first = await client.createKey('k', 'EC')
      const second = await client.createKey('k', 'EC')
      expect((await client.getKey('k')).id).toBe(second.id)
      const { version: asked = '' } = first.properties
      expect((await client.getKey('k', { version: asked })).id).toBe(first.id)
    })

    it('getKey refuses what is not there', async () => {
      const { client } = setUp()
      const missing = { statusCode: 404, code: 'KeyNotFound', name: 'RestError' }
      await expect(client.getKey('k')).rejects.toMatchObject(missing)
      await client.createKey('k', 'EC')
      await expect(client.getKey('k', { version: '0'.repeat(32) })).rejects.toMatchObject(missing)
    })

    it('updateKeyProperties changes the newest version, or a given one', async () => {
      const { client } = setUp()
      const first = await client.createKey('k', 'EC', { tags: { a: 'b' } })
      await client.createKey('k', 'EC')
      const changed = await client.updateKeyProperties('k', String(first.properties.version), {
        enabled: false,
        keyOps: ['verify'],
      })
      expect([changed.id, changed.properties.enabled, changed.keyOperations]).toEqual([
        first.id,
        false,
        ['verify'],
      ])
      expect(changed.properties.tags).toEqual({ a: 'b' })
      const newest = await client.updateKeyProperties('k', { tags: { c: 'd' } })
      expect([newest.properties.enabled, newest.properties.tags]).toEqual([true, { c: 'd' }])
    })

    it('updateKeyProperties refuses too many tags, and an expiry before the beginning', async () => {
      const { client } = setUp()
      await client.createKey('k', 'EC')
      const tags = Object.fromEntries(Array.from({ length: 16 }, (_, i) => [`t${i}`, 'x']))
      await expect(client.updateKeyProperties('k', { tags })).rejects.toMatchObject({
        statusCode: 400,
      })
      const window = { notBefore: new Date(2030, 0, 2), expiresOn: new Date(2030, 0, 1) }
      await expect(client.updateKeyProperties('k', window)).rejects.toMatchObject({
        statusCode: 400,
      })
    })
  })

  describe('lists', () => {
    it('listPropertiesOfKeys reads two pages', async () => {
      const { client } = setUp()
      const names = Array.from({ length: 26 }, (_, i) => `k${10 + i}`)
      for (const name of names) await client.createKey(name, 'EC')
      expect((await all(client.listPropertiesOfKeys())).map(({ name }) => name)).toEqual(names)
      const pages = await all(client.listPropertiesOfKeys().byPage({ maxPageSize: 10 }))
      expect(pages.map(({ length }) => length)).toEqual([10, 10, 6])
    })

    it('listPropertiesOfKeyVersions has every version once', async () => {
      const { client } = setUp()
      const ids: (string | undefined)[] = []
      for (let i = 0; i < 5; i += 1) ids.push((await client.createKey('k', 'EC')).id)
      const pages = await all(client.listPropertiesOfKeyVersions('k').byPage({ maxPageSize: 2 }))
      expect(pages.map(({ length }) => length)).toEqual([2, 2, 1])
      expect(new Set(pages.flat().map(({ id }) => id))).toEqual(new Set(ids))
      expect(await all(client.listPropertiesOfKeyVersions('nobody'))).toEqual([])
    })

    it('listDeletedKeys reads two pages', async () => {
      const { client } = setUp()
      for (const name of ['a', 'b', 'c']) {
        await client.createKey(name, 'EC')
        await client.beginDeleteKey(name)
      }
      const pages = await all(client.listDeletedKeys().byPage({ maxPageSize: 2 }))
      expect(pages.map((page) => page.map(({ name }) => name))).toEqual([['a', 'b'], ['c']])
      expect(pages[0]?.[0]?.properties.recoveryId).toMatch(/\/deletedkeys\/a$/)
    })
  })

  describe('deletion', () => {
    it('beginDeleteKey deletes, getDeletedKey and beginRecoverDeletedKey bring it back', async () => {
      const { client, hsm } = setUp()
      const { id } = await client.createKey('k', 'EC')
      const poller = await client.beginDeleteKey('k')
      const { properties } = await poller.pollUntilDone()
      expect(properties.recoveryId).toBe(`${hsm.baseUrl}/deletedkeys/k`)
      expect(Number(properties.scheduledPurgeDate) - Number(properties.deletedOn)).toBe(90 * DAY)
      await expect(client.getKey('k')).rejects.toMatchObject({ statusCode: 404 })
      await expect(client.createKey('k', 'EC')).rejects.toMatchObject({
        statusCode: 409,
        code: 'Conflict',
      })
      expect((await client.getDeletedKey('k')).id).toBe(id)
      const recovered = await (await client.beginRecoverDeletedKey('k')).pollUntilDone()
      expect(recovered.id).toBe(id)
      expect((await client.getKey('k')).id).toBe(id)
    })

    it('purgeDeletedKey frees the name', async () => {
      const { client } = setUp()
      await client.createKey('k', 'EC')
      await client.beginDeleteKey('k')
      await client.purgeDeletedKey('k')
      await expect(client.getDeletedKey('k')).rejects.toMatchObject({ statusCode: 404 })
      await client.createKey('k', 'EC')
    })

    it('refuses a key that is missing or not deleted', async () => {
      const { client } = setUp()
      await client.createKey('k', 'EC')
      const missing = { statusCode: 404, code: 'KeyNotFound' }
      await expect(client.beginDeleteKey('nobody')).rejects.toMatchObject(missing)
      await expect(client.getDeletedKey('k')).rejects.toMatchObject(missing)
      await expect(client.purgeDeletedKey('k')).rejects.toMatchObject(missing)
      await expect(client.beginRecoverDeletedKey('nobody')).rejects.toMatchObject(missing)
    })

    it('does not purge under purge protection', async () => {
      const { client } = clientsOf(sdk, { profile, purgeProtection: true })
      await client.createKey('k', 'EC')
      await client.beginDeleteKey('k')
      await expect(client.purgeDeletedKey('k')).rejects.toMatchObject({
        statusCode: 403,
        code: 'Forbidden',
      })
    })
  })

  describe('backups', () => {
    it('backupKey and restoreKeyBackup carry a key to another HSM of the domain', async () => {
      const securityDomain = createSecurityDomain()
      const { client } = clientsOf(sdk, { profile, securityDomain })
      const other = clientsOf(sdk, { profile, securityDomain })
      const { id } = await client.createKey('k', 'EC', { tags: { a: 'b' } })
      const backup = await client.backupKey('k')
      const restored = await other.client.restoreKeyBackup(backup ?? bytes(0))
      expect([restored.id, restored.properties.tags]).toEqual([id, { a: 'b' }])
      await expect(other.client.restoreKeyBackup(backup ?? bytes(0))).rejects.toMatchObject({
        statusCode: 409,
      })
    })

    it('refuses a blob of another domain, and a damaged one', async () => {
      const { client } = setUp()
      await client.createKey('k', 'EC')
      const backup = await client.backupKey('k')
      const malformed = { statusCode: 400, code: 'MalformedBackupBlob' }
      await expect(setUp().client.restoreKeyBackup(backup ?? bytes(0))).rejects.toMatchObject(
        malformed,
      )
      await expect(client.restoreKeyBackup(bytes(100))).rejects.toMatchObject(malformed)
      await expect(client.backupKey('nobody')).rejects.toMatchObject({ statusCode: 404 })
    })
  })

  describe('rotation', () => {
    it('rotateKey adds a version', async () => {
      const { client } = setUp()
      const { id } = await client.createKey('k', 'EC')
      expect((await client.rotateKey('k')).id).not.toBe(id)
      expect(await all(client.listPropertiesOfKeyVersions('k'))).toHaveLength(2)
      await expect(client.rotateKey('nobody')).rejects.toMatchObject({ statusCode: 404 })
    })

    it('updateKeyRotationPolicy sets what getKeyRotationPolicy gets', async () => {
      const { client, hsm } = setUp()
      await client.createKey('k', 'EC')
      const set = await client.updateKeyRotationPolicy('k', {
        expiresIn: 'P90D',
        lifetimeActions: [{ action: 'Rotate', timeAfterCreate: 'P30D' }],
      })
      expect(set.id).toBe(`${hsm.baseUrl}/keys/k/rotationpolicy`)
      expect(set.expiresIn).toBe('P90D')
      expect(set.lifetimeActions).toContainEqual({
        action: 'Rotate',
        timeAfterCreate: 'P30D',
        timeBeforeExpiry: undefined,
      })
      expect(await client.getKeyRotationPolicy('k')).toEqual(set)
    })

    it('getKeyRotationPolicy of a key without one is the default of the service', async () => {
      const { client } = setUp()
      await client.createKey('k', 'EC')
      const { lifetimeActions } = await client.getKeyRotationPolicy('k')
      expect(lifetimeActions?.map(({ action }) => action)).toEqual(isHsm ? [] : ['Notify'])
    })

    it('updateKeyRotationPolicy refuses an expiry that is too short', async () => {
      const { client } = setUp()
      await client.createKey('k', 'EC')
      const policy = { expiresIn: 'P5D', lifetimeActions: [] }
      await expect(client.updateKeyRotationPolicy('k', policy)).rejects.toMatchObject({
        statusCode: 400,
      })
    })
  })

  describe('the rest', () => {
    it('getRandomBytes is for a Managed HSM', async () => {
      const { client } = setUp()
      if (isHsm) {
        expect(await client.getRandomBytes(16)).toHaveLength(16)
        await expect(client.getRandomBytes(129)).rejects.toMatchObject({ statusCode: 400 })
      } else {
        await expect(client.getRandomBytes(16)).rejects.toMatchObject({ statusCode: 400 })
      }
    })

    it('getCryptographyClient makes a client that works on the newest version', async () => {
      const { client } = setUp()
      await client.createKey('k', 'EC')
      const cryptography = client.getCryptographyClient('k')
      const digest = bytes(32)
      const { result, keyID } = await cryptography.sign('ES256', digest)
      expect(keyID).toBe((await client.getKey('k')).id)
      expect((await cryptography.verify('ES256', digest, result)).result).toBe(true)
    })

    it('releaseKey releases only to a target that meets the policy', async () => {
      const authority = createAttestationAuthority({ alg: 'ES256' })
      const { attestationKeys, issuer } = authority
      const { client } = clientsOf(sdk, { profile, attestationKeys })
      const policy = {
        version: '1.0.0',
        anyOf: [{ authority: issuer, allOf: [{ claim: 'sdk-test', equals: true }] }],
      }
      const encodedPolicy = Uint8Array.from(Buffer.from(JSON.stringify(policy)))
      const key = await client.createKey('k', 'EC-HSM', {
        exportable: true,
        releasePolicy: { encodedPolicy },
      })
      expect(key.properties.exportable).toBe(true)
      expect(
        JSON.parse(Buffer.from(key.properties.releasePolicy?.encodedPolicy ?? []).toString()),
      ).toMatchObject({
        anyOf: [{ allOf: [{ claim: 'sdk-test' }] }],
      })
      const { publicJwk: enclaveKey } = createEnclaveKey()
      const good = authority.mintToken({ enclaveKey, claims: { 'sdk-test': true } })
      const { value } = await client.releaseKey('k', good, {
        nonce: 'n',
        algorithm: 'RSA_AES_KEY_WRAP_256',
      })
      const payload = JSON.parse(Buffer.from(String(value.split('.')[1]), 'base64url').toString())
      expect(payload.request).toMatchObject({ enc: 'RSA_AES_KEY_WRAP_256', nonce: 'n' })
      const bad = authority.mintToken({ enclaveKey, claims: { 'sdk-test': false } })
      await expect(client.releaseKey('k', bad)).rejects.toMatchObject({ statusCode: 403 })
    })
  })

  // It came with 4.10.
  if (version !== '4.10') return

  describe('attestation', () => {
    it('getKeyAttestation attests a key of a Managed HSM', async () => {
      const { client } = setUp()
      await client.createKey('k', 'EC')
      if (isHsm) {
        const { attestation } = (await client.getKeyAttestation('k')).properties
        expect(Buffer.from(attestation?.certificatePemFile ?? []).toString()).toContain(
          'BEGIN CERTIFICATE',
        )
        expect(attestation?.privateKeyAttestation?.length).toBeGreaterThan(100)
      } else {
        await expect(client.getKeyAttestation('k')).rejects.toMatchObject({ statusCode: 400 })
      }
    })
  })
})
