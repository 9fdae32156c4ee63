import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  createHsm,
  createKey,
  createSecurityDomain,
  deleteKey,
  deleteRoleAssignment,
  deleteRoleDefinition,
  exportFullBackup,
  exportFullBackupInParts,
  exportState,
  type FullBackupBlob,
  fullBackupBlobNames,
  getDeletedKey,
  getJobInProgress,
  getKey,
  getSetting,
  type Hsm,
  importFullBackup,
  importKey,
  listKeys,
  listKeyVersions,
  listRoleAssignments,
  listRoleDefinitions,
  onEvent,
  purgeDeletedKey,
  readAudit,
  recoverDeletedKey,
  restoreKeyFromFullBackup,
  rotateKey,
  setRoleDefinition,
  sign,
  startJob,
  updateRotationPolicy,
  updateSetting,
  verify,
} from '../../src/index.ts'
import { octJwk } from '../known-keys.ts'
import { errorOf, nameIsDeleted, refusalOf, worded } from '../refusal.ts'
import { ALICE, as, BOB, grant, guardedHsm, guid, ROLE } from '../roles/callers.ts'
import { runs } from '../runs.ts'
import { snapshot, visible } from '../snapshot.ts'
import { DAY, START, testHsm } from '../test-hsm.ts'

const DIGEST = new Uint8Array(32).fill(7)

/** Two keys with two versions, one of them deleted, and a setting that is not the default. */
function furnished(): { readonly hsm: Hsm; readonly clock: { seconds: number } } {
  const { hsm, clock } = testHsm()
  createKey(hsm, 'Orders', { kty: 'EC', tags: { team: 'shop' } })
  clock.seconds += 1
  rotateKey(hsm, 'orders')
  importKey(hsm, 'letters', octJwk())
  deleteKey(hsm, 'letters')
  updateSetting(hsm, 'AllowKeyManagementOperationsThroughARM', 'true')
  return { hsm, clock }
}

const READ = 'Microsoft.KeyVault/managedHsm/keys/read/action'

const rolesOf = (hsm: Hsm) => [listRoleDefinitions(hsm), listRoleAssignments(hsm)]

const isDamage = (error: { status: number; message: string }) =>
  error.status === 400 && error.message.startsWith('Backup blob contains invalid')

describe('exportFullBackup', () => {
  it('names the folder after the HSM and the instant in UTC, to a hundredth of a second', () => {
    const at = Date.UTC(2020, 11, 8, 23, 27, 2, 691)
    const hsm = createHsm({ baseUrl: 'https://ContosoMHSM.managedhsm.azure.net', clock: () => at })
    expect(exportFullBackup(hsm).folder).toBe('mhsm-contosomhsm-2020120823270269')
  })

  it('returns parts and a manifest that counts them, the manifest last', () => {
    const { blobs } = exportFullBackup(furnished().hsm)
    expect(blobs.map(({ name }) => name)).toEqual(['part-000000', 'manifest.json'])
    const manifest = fullBackupBlobNames(blobs.at(-1)?.bytes ?? new Uint8Array())
    expect(manifest).toEqual({
      names: ['part-000000', 'manifest.json'],
      length: blobs[0]?.bytes.length,
    })
  })

  it('makes the same bytes of the same state, and changes nothing', () => {
    const { hsm } = furnished()
    const before = snapshot(hsm)
    expect(exportFullBackup(hsm)).toEqual(exportFullBackup(hsm))
    expect(snapshot(hsm)).toEqual(before)
  })

  it('shows no name, tag or value of a setting', () => {
    const { blobs } = exportFullBackup(furnished().hsm)
    const text = blobs.map(({ bytes }) => Buffer.from(bytes).toString('latin1')).join('')
    expect(text).not.toMatch(/orders|letters|shop|AllowKey/i)
  })

  it('is of the moment of the call, in parts too', () => {
    const { hsm } = furnished()
    const whole = exportFullBackup(hsm)
    const { blobs } = exportFullBackupInParts(hsm)
    createKey(hsm, 'later', { kty: 'oct' })
    expect([...blobs]).toEqual(whole.blobs)
  })

  it('is cut into several parts when it is large, which together restore', () => {
    const { hsm } = testHsm()
    const tags = Object.fromEntries([...Array(15).keys()].map((n) => [`t${n}`, 'v'.repeat(256)]))
    for (let i = 0; i < 1200; i++) importKey(hsm, `key-${i}`, octJwk(), { tags })
    const { blobs } = exportFullBackup(hsm)
    expect(blobs.length).toBeGreaterThan(2)
    const { hsm: other } = testHsm()
    importFullBackup(other, blobs.toReversed())
    expect(getKey(other, 'key-1199')).toEqual(getKey(hsm, 'key-1199'))
    const swapped = blobs.map((blob, index) => ({
      name: blob.name,
      bytes: blobs[[1, 0][index] ?? index]?.bytes ?? blob.bytes,
    }))
    expect(errorOf(() => importFullBackup(other, swapped))).toSatisfy(isDamage)
  })
})

describe('importFullBackup', () => {
  it('brings back everything that the HSM held, and ends what came after', () => {
    const { hsm } = furnished()
    const before = snapshot(hsm)
    const { blobs } = exportFullBackup(hsm)
    createKey(hsm, 'later', { kty: 'oct' })
    deleteKey(hsm, 'orders')
    purgeDeletedKey(hsm, 'orders')
    recoverDeletedKey(hsm, 'letters')
    updateSetting(hsm, 'AllowKeyManagementOperationsThroughARM', 'false')
    importFullBackup(hsm, blobs)
    expect(snapshot(hsm)).toEqual(before)
    expect(getSetting(hsm, 'AllowKeyManagementOperationsThroughARM').value).toBe('true')
  })

  it('brings back the roles: what came after is gone, and callers may do what they could', () => {
    const hsm = guardedHsm()
    const { kid } = createKey(hsm, 'orders', { kty: 'EC' }).key
    setRoleDefinition(hsm, guid(1), { roleName: 'Reader', permissions: [{ dataActions: [READ] }] })
    grant(hsm, ALICE, guid(1), '/keys/orders')
    const roles = rolesOf(hsm)
    const { blobs } = exportFullBackup(hsm)
    for (const { name, scope } of listRoleAssignments(hsm)) deleteRoleAssignment(hsm, name, scope)
    deleteRoleDefinition(hsm, guid(1))
    setRoleDefinition(hsm, guid(2), { roleName: 'Later' })
    grant(hsm, BOB, ROLE.cryptoUser)
    importFullBackup(hsm, blobs)
    expect(rolesOf(hsm)).toEqual(roles)
    expect(getKey(as(hsm, ALICE), 'orders').key.kid).toBe(kid)
    expect(refusalOf(() => getKey(as(hsm, BOB), 'orders')).status).toBe(403)
  })

  it('restores into another HSM of the security domain, under its own address', () => {
    const securityDomain = createSecurityDomain()
    const here = createHsm({ securityDomain })
    const { key } = createKey(here, 'orders', { kty: 'EC' })
    const value = sign(here, 'orders', { alg: 'ES256', value: DIGEST }).value
    const there = createHsm({ securityDomain, baseUrl: 'https://there.test' })
    importFullBackup(there, exportFullBackup(here).blobs)
    expect(getKey(there, 'orders').key.kid).toBe(
      key.kid.replace('https://pocket.managedhsm.azure.net', 'https://there.test'),
    )
    expect(verify(there, 'orders', { alg: 'ES256', digest: DIGEST, value })).toBe(true)
  })

  it('keeps deleted keys deleted, until their own purge date', () => {
    const { hsm, clock } = furnished()
    const { blobs } = exportFullBackup(hsm)
    const { scheduledPurgeDate } = getDeletedKey(hsm, 'letters')
    clock.seconds += 10 * DAY
    importFullBackup(hsm, blobs)
    expect(getDeletedKey(hsm, 'letters').scheduledPurgeDate).toBe(scheduledPurgeDate)
    clock.seconds = scheduledPurgeDate
    expect(errorOf(() => getDeletedKey(hsm, 'letters')).code).toBe('KeyNotFound')
  })

  it('rotates now what fell due after the backup, not in the past', () => {
    const { hsm, clock } = testHsm()
    createKey(hsm, 'orders', { kty: 'EC' })
    updateRotationPolicy(hsm, 'orders', {
      lifetimeActions: [{ trigger: { timeAfterCreate: 'P30D' }, action: { type: 'Rotate' } }],
    })
    const { blobs } = exportFullBackup(hsm)
    clock.seconds += 40 * DAY
    const { hsm: other } = testHsm({ clock: () => clock.seconds * 1000 })
    importFullBackup(other, blobs)
    const created = listKeyVersions(other, 'orders').value.map(
      ({ attributes }) => attributes.created,
    )
    expect(created).toEqual([START, START + 40 * DAY])
  })

  it('rotates now a key that was being recovered when the backup was made', () => {
    const settlingSeconds = 20
    const { hsm, clock } = testHsm({ settlingSeconds })
    createKey(hsm, 'orders', { kty: 'EC' })
    updateRotationPolicy(hsm, 'orders', {
      lifetimeActions: [{ trigger: { timeAfterCreate: 'P30D' }, action: { type: 'Rotate' } }],
    })
    deleteKey(hsm, 'orders')
    clock.seconds += settlingSeconds
    recoverDeletedKey(hsm, 'orders')
    const { blobs } = exportFullBackup(hsm)
    clock.seconds = START + 40 * DAY
    importFullBackup(hsm, blobs)
    const created = listKeyVersions(hsm, 'orders').value.map(({ attributes }) => attributes.created)
    expect(created).toEqual([START, START + 40 * DAY])
  })

  it('leaves the jobs of the HSM as they are', () => {
    const { hsm } = testHsm()
    startJob(hsm, 'startBackup')
    const { blobs } = exportFullBackup(hsm)
    const { hsm: other } = testHsm()
    const { id } = startJob(other, 'startRestore')
    importFullBackup(other, blobs)
    expect(getJobInProgress(other)).toMatchObject({ id, kind: 'startRestore' })
  })

  it('calls no listener for the keys that it replaces', () => {
    const { hsm } = furnished()
    const { blobs } = exportFullBackup(hsm)
    const events: unknown[] = []
    onEvent(hsm, (event) => events.push(event))
    importFullBackup(hsm, blobs)
    expect(events).toEqual([])
  })

  it('is in the audit trail, under the name of the function', () => {
    const { hsm } = furnished()
    importFullBackup(hsm, exportFullBackup(hsm).blobs)
    const [backup, restore] = readAudit(hsm).entries.slice(-2)
    expect(backup).toMatchObject({ operation: 'exportFullBackup', outcome: 'success' })
    expect(restore).toMatchObject({ operation: 'importFullBackup', outcome: 'success' })
  })

  it('refuses a backup of another security domain, and changes nothing', () => {
    const { blobs } = exportFullBackup(createHsm())
    const { hsm } = furnished()
    const before = snapshot(hsm)
    expect(errorOf(() => importFullBackup(hsm, blobs))).toMatchObject({
      status: 400,
      code: 'MalformedBackupBlob',
      message: expect.stringContaining('belongs to a different crypto domain'),
    })
    expect(snapshot(hsm)).toEqual(before)
  })

  it('refuses more keys or versions than its limits allow, and changes nothing', () => {
    const { blobs } = exportFullBackup(furnished().hsm)
    for (const limits of [{ keys: 1 }, { versions: 1 }]) {
      const { hsm } = testHsm({ limits })
      const before = snapshot(hsm)
      expect(errorOf(() => importFullBackup(hsm, blobs))).toMatchObject({ status: 403 })
      expect(snapshot(hsm)).toEqual(before)
    }
  })

  it.each(['vault-premium', 'vault-standard'] as const)('is not what a %s does', (profile) => {
    const { hsm } = testHsm({ profile })
    for (const call of [
      () => exportFullBackup(hsm),
      () => importFullBackup(hsm, []),
      () => restoreKeyFromFullBackup(hsm, 'orders', []),
    ]) {
      expect(errorOf(call).message).toBe('A vault has no full backup; only a Managed HSM does.')
    }
  })

  it.each([
    undefined,
    null,
    7,
    'blobs',
    {},
    [null],
    [{ name: 'part-000000' }],
    [{ bytes: DIGEST }],
  ])('refuses %j for the blobs', (wrong) => {
    const { hsm } = testHsm()
    const blobs = wrong as unknown as readonly FullBackupBlob[]
    const expected = /^A full backup is a list of blobs, each with a name and bytes\./
    expect(errorOf(() => importFullBackup(hsm, blobs)).message).toMatch(expected)
    expect(errorOf(() => restoreKeyFromFullBackup(hsm, 'a', blobs)).message).toMatch(expected)
  })
})

describe('a damaged backup', () => {
  const { hsm } = furnished()
  const { blobs } = exportFullBackup(hsm)
  const { hsm: target } = testHsm()
  createKey(target, 'kept', { kty: 'EC' })
  const before = snapshot(target)
  const [part = { name: '', bytes: new Uint8Array() }, manifest = part] = blobs
  const take = (altered: readonly FullBackupBlob[]) => () => importFullBackup(target, altered)

  it.each([
    ['without its manifest', [part]],
    ['without its part', [manifest]],
    ['without anything', []],
    ['with a state export for its part', [{ ...part, bytes: exportState(hsm) }, manifest]],
    ['with a part that is empty', [{ ...part, bytes: new Uint8Array() }, manifest]],
    ...[
      '',
      'null',
      '[]',
      '{',
      '{"format":"pocket-hsm/full-backup/2","parts":1,"length":1}',
      '{"format":"pocket-hsm/full-backup/1","parts":0,"length":1}',
      '{"format":"pocket-hsm/full-backup/1","parts":1e9,"length":1}',
      '{"format":"pocket-hsm/full-backup/1","parts":1}',
      `{"format":"pocket-hsm/full-backup/1","parts":1,"length":1}${' '.repeat(1024)}`,
    ].map((text) => [
      `with the manifest ${JSON.stringify(text.slice(0, 60))}`,
      [part, { ...manifest, bytes: Buffer.from(text) }],
    ]),
  ] as unknown as readonly (readonly [string, readonly FullBackupBlob[]])[])(
    'is refused %s',
    (_, altered) => {
      expect(errorOf(take(altered))).toSatisfy(isDamage)
    },
  )

  it('is refused with any bit turned over, or cut off anywhere', () => {
    const { bytes } = part
    const isTaken = (altered: Uint8Array): boolean => {
      try {
        take([{ ...part, bytes: altered }, manifest])()
        return true
      } catch {
        return false
      }
    }
    const positions = [...bytes.keys()]
    expect(positions.filter((at) => isTaken(bytes.with(at, (bytes[at] ?? 0) ^ 1)))).toEqual([])
    expect(positions.filter((at) => at % 7 === 0 && isTaken(bytes.slice(0, at)))).toEqual([])
  })

  it('is refused as damage, or as of another domain, whatever the bytes are', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        fc.uint8Array({ maxLength: 100 }),
        fc.boolean(),
        (bytes, manifestBytes, keepsManifest) => {
          const altered = [
            { ...part, bytes },
            keepsManifest ? manifest : { ...manifest, bytes: manifestBytes },
          ]
          return errorOf(take(altered)).code === 'MalformedBackupBlob'
        },
      ),
      runs(300),
    )
  })

  it('changes nothing', () => {
    expect(snapshot(target)).toEqual(before)
  })
})

describe('restoreKeyFromFullBackup', () => {
  it('brings back one key with all versions, in any spelling of its name, and touches no other', () => {
    const { hsm } = furnished()
    createKey(hsm, 'other', { kty: 'oct' })
    const { blobs } = exportFullBackup(hsm)
    const before = visible(hsm)
    deleteKey(hsm, 'orders')
    purgeDeletedKey(hsm, 'orders')
    const kept = getKey(hsm, 'other')
    const bundle = restoreKeyFromFullBackup(hsm, 'ORDERS', blobs)
    expect(bundle.tags).toEqual({ team: 'shop' })
    expect(listKeyVersions(hsm, 'orders').value).toHaveLength(2)
    expect(getKey(hsm, 'other')).toEqual(kept)
    expect(visible(hsm)).toMatchObject({ deletedKeys: (before as { deletedKeys: [] }).deletedKeys })
    expect(
      readAudit(hsm).entries.find(({ operation }) => operation === 'restoreKeyFromFullBackup'),
    ).toMatchObject({
      key: 'Orders',
      version: bundle.key.kid.split('/').at(-1),
      outcome: 'success',
    })
  })

  it.each([
    ['while the key is there', false],
    ['while it is soft-deleted', true],
  ])('refuses %s, and changes nothing', (_, isDeleted) => {
    const { hsm } = furnished()
    const { blobs } = exportFullBackup(hsm)
    if (isDeleted) deleteKey(hsm, 'orders')
    const before = snapshot(hsm)
    const refusal = refusalOf(() => restoreKeyFromFullBackup(hsm, 'orders', blobs))
    expect(refusal.status).toBe(409)
    if (isDeleted) expect(refusal).toEqual(worded(nameIsDeleted('Orders'), 'managed-hsm'))
    expect(snapshot(hsm)).toEqual(before)
  })

  it.each(['nobody', 'letters'])(
    'does not find %s, which is no active key of the backup',
    (name) => {
      const { hsm } = furnished()
      const { blobs } = exportFullBackup(hsm)
      expect(errorOf(() => restoreKeyFromFullBackup(hsm, name, blobs))).toMatchObject({
        status: 404,
        code: 'KeyNotFound',
      })
    },
  )

  it('refuses damage after the key that it is asked for, and changes nothing', () => {
    const { hsm } = testHsm()
    for (let i = 0; i < 400; i++)
      importKey(hsm, `key-${i}`, octJwk(), { tags: { t: 'v'.repeat(256) } })
    const { blobs } = exportFullBackup(hsm)
    const { hsm: other } = testHsm()
    const damaged: readonly FullBackupBlob[] = blobs.map(({ name, bytes }) => ({
      name,
      bytes: name === 'part-000000' ? bytes.with(-1, (bytes.at(-1) ?? 0) ^ 1) : bytes,
    }))
    expect(errorOf(() => restoreKeyFromFullBackup(other, 'key-0', damaged))).toSatisfy(isDamage)
    expect(listKeys(other).value).toEqual([])
  })

  it('refuses an illegal name', () => {
    const { hsm } = furnished()
    expect(errorOf(() => restoreKeyFromFullBackup(hsm, 'a_b', [])).code).toBe('BadParameter')
  })
})

describe('fullBackupBlobNames', () => {
  it.each(['', 'null', '7', '{"format":"pocket-hsm/full-backup/1"}', '\u0000'])(
    'knows nothing of %j',
    (text) => {
      expect(fullBackupBlobNames(Buffer.from(text))).toBeUndefined()
    },
  )
})
