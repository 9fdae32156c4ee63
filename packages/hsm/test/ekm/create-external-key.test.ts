import { describe, expect, it } from 'vitest'
import {
  backupKey,
  createExternalKey,
  createHsm,
  createKey,
  createSecurityDomain,
  decrypt,
  deleteEkmConnection,
  deleteKey,
  describeKey,
  encrypt,
  exportFullBackup,
  exportState,
  forkHsm,
  getEkmConnection,
  getKey,
  getKeyAttestation,
  importFullBackup,
  importKey,
  importState,
  listKeys,
  listKeyVersions,
  purgeDeletedKey,
  recoverDeletedKey,
  releaseKey,
  restoreKeyFromFullBackup,
  rotateKey,
  secureWrapKey,
  sign,
  toFixture,
  updateKey,
  updateRotationPolicy,
} from '../../src/index.ts'
import { octJwk } from '../known-keys.ts'
import { badParameter, refusalOf, worded } from '../refusal.ts'
import { visible } from '../snapshot.ts'
import { externalSetUp } from './external-hsm.ts'

const AES = { externalKey: { id: 'aes-1' } }
const BYTES = new Uint8Array(32).fill(5)

/** What a call refuses with; nothing has changed. */
function refused(setUp: ReturnType<typeof externalSetUp>, call: () => unknown) {
  const before = visible(forkHsm(setUp.hsm))
  const refusal = refusalOf(call)
  expect(visible(forkHsm(setUp.hsm))).toEqual(before)
  return refusal
}

describe('an external key', () => {
  it('has the type, the size and the public part that its manager names', () => {
    const { hsm, external } = externalSetUp()
    const oct = createExternalKey(hsm, 'kek', { ...AES, tags: { team: 'shop' } })
    expect(oct).toMatchObject({
      key: { kty: 'oct-HSM', key_ops: ['wrapKey', 'unwrapKey'] },
      attributes: { enabled: true, external_key: { id: 'aes-1' }, key_size: 256 },
      tags: { team: 'shop' },
    })
    expect(Object.keys(oct.key).sort()).toEqual(['key_ops', 'kid', 'kty'])
    const rsa = createExternalKey(hsm, 'rsa', { externalKey: { id: 'rsa-1' } })
    const { n, e } = getKey(external, 'rsa-1').key
    expect(rsa.key).toMatchObject({ kty: 'RSA-HSM', n, e })
    expect(rsa.attributes.key_size).toBeUndefined()
    expect(getKey(hsm, 'kek')).toEqual(oct)
    expect(listKeys(hsm).value.map(({ attributes }) => attributes.external_key?.id)).toEqual([
      'aes-1',
      'rsa-1',
    ])
  })

  it('is read without its manager, which is asked once', () => {
    const setUp = externalSetUp()
    const { hsm, requests } = setUp
    createExternalKey(hsm, 'kek', AES)
    setUp.answer = () => {
      throw new Error('unplugged')
    }
    expect(getKey(hsm, 'kek').attributes.external_key).toEqual({ id: 'aes-1' })
    expect(requests.map(({ operation }) => operation)).toEqual(['metadata'])
    expect(requests[0]).toMatchObject({
      keyId: 'aes-1',
      connection: { host: 'ekm.contoso.com' },
      context: { poolName: 'pocket' },
    })
  })

  it('rotates by a new version with another external key', () => {
    const { hsm } = externalSetUp()
    createExternalKey(hsm, 'kek', AES)
    const next = createExternalKey(hsm, 'kek', { externalKey: { id: 'aes-2' } })
    expect(listKeyVersions(hsm, 'kek').value).toHaveLength(2)
    expect(getKey(hsm, 'kek')).toEqual(next)
    expect(next.attributes.external_key).toEqual({ id: 'aes-2' })
  })

  it('may be one of the two operations only', () => {
    const { hsm } = externalSetUp()
    const { key } = createExternalKey(hsm, 'kek', { ...AES, keyOps: ['unwrapKey', 'unwrapKey'] })
    expect(key.key_ops).toEqual(['unwrapKey'])
    expect(updateKey(hsm, 'kek', { keyOps: ['wrapKey'] }).key.key_ops).toEqual(['wrapKey'])
  })

  it('keeps its external key when it is updated, as it is given back', () => {
    const { hsm } = externalSetUp()
    const { attributes } = createExternalKey(hsm, 'kek', AES)
    const updated = updateKey(hsm, 'kek', { attributes: { ...attributes, enabled: false } })
    expect(updated.attributes).toMatchObject({ enabled: false, external_key: { id: 'aes-1' } })
  })

  it('is deleted, recovered and purged as any key, and its external key is free then', () => {
    const { hsm } = externalSetUp()
    createExternalKey(hsm, 'kek', AES)
    expect(deleteKey(hsm, 'kek').attributes.external_key).toEqual({ id: 'aes-1' })
    expect(recoverDeletedKey(hsm, 'kek').attributes.external_key).toEqual({ id: 'aes-1' })
    deleteKey(hsm, 'kek')
    purgeDeletedKey(hsm, 'kek')
    expect(createExternalKey(hsm, 'other', AES).key.kty).toBe('oct-HSM')
  })

  it('is in an export of the state, with the connection', () => {
    const { hsm } = externalSetUp({ seed: 'export' })
    createExternalKey(hsm, 'kek', AES)
    createExternalKey(hsm, 'rsa', { externalKey: { id: 'rsa-1' } })
    const copy = importState(exportState(hsm), { seed: 'export' })
    expect(visible(copy)).toEqual(visible(hsm))
    expect(describeKey(copy, 'rsa')).toEqual(describeKey(hsm, 'rsa'))
    expect(describeKey(copy, 'rsa')?.versions[0]).toMatchObject({
      keySize: 2048,
      externalKey: { id: 'rsa-1' },
      thumbprint: describeKey(externalSetUp().external, 'rsa-1')?.versions[0]?.thumbprint,
    })
  })

  it('is in a full backup, and the connection is not', () => {
    const securityDomain = createSecurityDomain()
    const { hsm } = externalSetUp({ securityDomain })
    createExternalKey(hsm, 'kek', AES)
    const other = createHsm({ securityDomain })
    importFullBackup(other, exportFullBackup(hsm).blobs)
    expect(getKey(other, 'kek').attributes.external_key).toEqual({ id: 'aes-1' })
    expect(refusalOf(() => getEkmConnection(other)).code).toBe('EkmConnectionNotFound')
  })

  it('does not come back from a full backup while another key has its external key', () => {
    const securityDomain = createSecurityDomain()
    const { hsm } = externalSetUp({ securityDomain })
    createExternalKey(hsm, 'kek', AES)
    const { blobs } = exportFullBackup(hsm)
    const again = () => restoreKeyFromFullBackup(hsm, 'kek', blobs)
    deleteKey(hsm, 'kek')
    expect(refusalOf(again).innerCode).toBe('ObjectIsDeletedButRecoverable')
    purgeDeletedKey(hsm, 'kek')
    createExternalKey(hsm, 'other', AES)
    expect(refusalOf(again).message).toMatch(/aes-1 belongs to another key version/)
    deleteKey(hsm, 'other')
    expect(refusalOf(again).status).toBe(409)
    purgeDeletedKey(hsm, 'other')
    expect(again().attributes.external_key).toEqual({ id: 'aes-1' })
  })

  it('is in no fixture, which would have to make it from a seed', () => {
    const { hsm } = externalSetUp()
    createExternalKey(hsm, 'kek', AES)
    createKey(hsm, 'orders', { kty: 'EC-HSM' })
    expect(toFixture(hsm).keys.map(({ name }) => name)).toEqual(['orders'])
  })
})

describe('an external key is refused', () => {
  it.each([
    ['an id with other characters', { id: 'aes_1' }],
    ['no id', {}],
    ['an empty id', { id: '' }],
    ['an id that is too long', { id: 'a'.repeat(65) }],
  ])('for %s', (_, externalKey) => {
    const setUp = externalSetUp()
    const call = () => createExternalKey(setUp.hsm, 'kek', { externalKey } as never)
    expect(refused(setUp, call)).toMatchObject({ status: 400, code: 'BadParameter' })
    expect(setUp.requests).toEqual([])
  })

  it.each([
    ['no reference', {}, /externalKey/],
    ['an unknown member', { ...AES, keySize: 256 }, /keySize/],
    ['exportable', { ...AES, attributes: { exportable: true } }, /cannot be exportable/],
    ['another operation', { ...AES, keyOps: ['sign'] }, /"sign"/],
    ['an empty window', { ...AES, attributes: { nbf: 2, exp: 1 } }, /later than nbf/],
  ])('for %s', (_, parameters, message) => {
    const setUp = externalSetUp()
    const call = () => createExternalKey(setUp.hsm, 'kek', parameters as never)
    expect(refused(setUp, call).message).toMatch(message)
    expect(setUp.requests).toEqual([])
  })

  it('in a vault', () => {
    const hsm = createHsm({ profile: 'vault-premium' })
    expect(refusalOf(() => createExternalKey(hsm, 'kek', AES))).toEqual(
      badParameter('A vault has no external keys.'),
    )
  })

  it('without a connection', () => {
    const setUp = externalSetUp()
    deleteEkmConnection(setUp.hsm)
    expect(refused(setUp, () => createExternalKey(setUp.hsm, 'kek', AES))).toEqual(
      worded(badParameter('The Managed HSM has no EKM connection.'), 'managed-hsm'),
    )
  })

  it.each(['active', 'deleted'])('if another version of an %s key has it', (state) => {
    const setUp = externalSetUp()
    createExternalKey(setUp.hsm, 'kek', AES)
    if (state === 'deleted') deleteKey(setUp.hsm, 'kek')
    const refusal = refused(setUp, () => createExternalKey(setUp.hsm, 'other', AES))
    expect(refusal).toMatchObject({ status: 409, code: 'Conflict' })
    // Case counts.
    const other = { externalKey: { id: 'AES-1-upper' } }
    expect(createExternalKey(setUp.hsm, 'other', other).key.kty).toBe('oct-HSM')
  })

  it('as a version of a key that the HSM holds, and the other way round', () => {
    const setUp = externalSetUp()
    const { hsm } = setUp
    createExternalKey(hsm, 'kek', AES)
    createKey(hsm, 'held', { kty: 'oct-HSM' })
    const other = { externalKey: { id: 'aes-2' } }
    for (const call of [
      () => createExternalKey(hsm, 'held', other),
      () => createKey(hsm, 'kek', { kty: 'oct-HSM' }),
      () => importKey(hsm, 'kek', octJwk()),
    ]) {
      expect(refused(setUp, call)).toMatchObject({ status: 400, code: 'BadParameter' })
    }
    expect(setUp.requests).toHaveLength(1)
  })

  it('in the attributes of a key that the HSM is to hold', () => {
    const setUp = externalSetUp()
    const attributes = { external_key: { id: 'aes-1' } }
    for (const call of [
      () => createKey(setUp.hsm, 'kek', { kty: 'oct-HSM', attributes }),
      () => importKey(setUp.hsm, 'kek', octJwk(), { attributes }),
    ]) {
      expect(refused(setUp, call).message).toMatch(/createExternalKey/)
    }
  })

  it('in place of the one that a version has', () => {
    const setUp = externalSetUp()
    createExternalKey(setUp.hsm, 'kek', AES)
    createKey(setUp.hsm, 'held', { kty: 'oct-HSM' })
    const attributes = { external_key: { id: 'aes-2' } }
    for (const name of ['kek', 'held']) {
      expect(refused(setUp, () => updateKey(setUp.hsm, name, { attributes })).message).toMatch(
        /^The external key of a key version cannot be changed/,
      )
    }
  })
})

describe('an external key cannot', () => {
  it.each([
    ['encrypt', 403, (hsm) => encrypt(hsm, 'kek', { alg: 'A256GCM', value: BYTES })],
    ['decrypt', 403, (hsm) => decrypt(hsm, 'kek', { alg: 'A256CBC', value: BYTES, iv: BYTES })],
    ['sign', 403, (hsm) => sign(hsm, 'kek', { alg: 'HS256', value: BYTES })],
    ['wrap securely', 403, (hsm) => secureWrapKey(hsm, 'kek', { alg: 'A256KW' })],
    ['be released', 403, (hsm) => releaseKey(hsm, 'kek', { target: 'a.b.c' })],
    ['be rotated', 400, (hsm) => rotateKey(hsm, 'kek')],
    ['have a rotation policy', 400, (hsm) => updateRotationPolicy(hsm, 'kek', {})],
    ['be backed up', 400, (hsm) => backupKey(hsm, 'kek')],
    ['be attested', 400, (hsm) => getKeyAttestation(hsm, 'kek')],
    ['get other operations', 400, (hsm) => updateKey(hsm, 'kek', { keyOps: ['sign'] })],
  ] as readonly [string, number, (hsm: ReturnType<typeof createHsm>) => unknown][])(
    '%s',
    (_, status, call) => {
      const setUp = externalSetUp()
      createExternalKey(setUp.hsm, 'kek', AES)
      expect(refused(setUp, () => call(setUp.hsm)).status).toBe(status)
      expect(setUp.requests).toHaveLength(1)
    },
  )
})
