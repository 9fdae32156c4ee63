/** Access control of an HSM: who is checked, how, and what is recorded about it. */

import { describe, expect, it } from 'vitest'
import {
  applyChanges,
  createHsm,
  createKey,
  createRoleAssignment,
  createSecurityDomain,
  deleteKey,
  deleteRoleAssignment,
  enableAccessControl,
  encrypt,
  exportChanges,
  exportState,
  forkHsm,
  getKey,
  getRandomBytes,
  importState,
  listKeys,
  listRoleAssignments,
  listRoleDefinitions,
  readAudit,
  requireAccess,
  setRoleDefinition,
  sign,
  viewHsm,
} from '../../src/index.ts'

import { ADMIN, ALICE, as, BOB, grant, guardedHsm, guid, ROLE, refusal } from './callers.ts'

const DIGEST = new Uint8Array(32)
const SIGN = { alg: 'ES256', value: DIGEST } as const

describe('an HSM without access control', () => {
  it('lets every caller do everything, with and without principals', () => {
    const hsm = createHsm()
    createKey(as(hsm, ALICE), 'orders', { kty: 'EC' })
    createKey(as(hsm), 'others', { kty: 'EC' })
    expect(listKeys(as(hsm, BOB)).value).toHaveLength(2)
  })
})

describe('an HSM with access control', () => {
  it('gives each administrator the role at the scope of the HSM, and nothing on keys', () => {
    const hsm = guardedHsm({ accessControl: { administrators: [ADMIN, BOB] } })
    const all = listRoleAssignments(as(hsm, ADMIN))
    expect(all.map(({ principalId, scope }) => [principalId, scope]).sort()).toEqual(
      [
        [ADMIN, '/'],
        [BOB, '/'],
      ].sort(),
    )
    const refused = refusal(() => createKey(as(hsm, ADMIN), 'orders', { kty: 'EC' }))
    expect([refused.status, refused.code]).toEqual([403, 'AccessDenied'])
    expect(refused.message).toBe(
      `Not authorized to access Microsoft.KeyVault/managedHsm/keys/create on /keys/orders (Activity ID: ${refused.activityId})`,
    )
  })

  it('lets an administrator give itself the role that it needs', () => {
    const hsm = guardedHsm()
    const admin = as(hsm, ADMIN)
    createRoleAssignment(admin, { principalId: ADMIN, roleDefinitionId: ROLE.cryptoUser })
    expect(createKey(admin, 'orders', { kty: 'EC' }).attributes.enabled).toBe(true)
  })

  it('does not check the host, whose handle has no principals', () => {
    const hsm = guardedHsm()
    createKey(hsm, 'orders', { kty: 'EC' })
    expect(getKey(viewHsm(as(hsm, ALICE), { principals: null }), 'orders').key.kty).toBe('EC-HSM')
    expect(refusal(() => getKey(viewHsm(as(hsm, ALICE), {}), 'orders')).status).toBe(403)
    expect(refusal(() => getKey(forkHsm(as(hsm, ALICE)), 'orders')).status).toBe(403)
  })

  it('lets a caller without principals do nothing', () => {
    expect(refusal(() => listRoleDefinitions(as(guardedHsm()))).status).toBe(403)
  })

  it('gives the rights of a key for all its versions, and for no other key', () => {
    const hsm = guardedHsm()
    for (const name of ['orders', 'payroll']) createKey(hsm, name, { kty: 'EC' })
    grant(hsm, ALICE, ROLE.cryptoUser, '/keys/Orders')
    const alice = as(hsm, ALICE)
    const { kid } = createKey(alice, 'orders', { kty: 'EC' }).key
    expect(sign(alice, 'orders', SIGN).kid).toBe(kid)
    expect(sign(alice, kid, SIGN).kid).toBe(kid)
    const denied = (call: () => unknown) => refusal(call).message.replace(/ \(Activity.*/, '')
    const text = (suffix: string) =>
      `Not authorized to access Microsoft.KeyVault/managedHsm/${suffix}`
    expect(denied(() => sign(alice, 'payroll', SIGN))).toBe(
      text('keys/sign/action on /keys/payroll'),
    )
    expect(denied(() => listKeys(alice))).toBe(text('keys/read/action on /keys'))
    expect(denied(() => getRandomBytes(alice, 1))).toBe(text('rng/action on /'))
    expect(denied(() => listRoleAssignments(alice))).toBe(text('roleAssignments/read/action on /'))
    expect(listRoleAssignments(alice, '/keys/orders')).toHaveLength(2)
  })

  it('refuses before it says whether a key exists', () => {
    const hsm = guardedHsm()
    createKey(hsm, 'orders', { kty: 'EC' })
    const codes = ['orders', 'nobody'].map(
      (name) => refusal(() => getKey(as(hsm, ALICE), name)).code,
    )
    expect(codes).toEqual(['AccessDenied', 'AccessDenied'])
  })

  it('looks at the groups of a caller, and at names in any case', () => {
    const hsm = guardedHsm()
    grant(hsm, BOB, ROLE.auditor)
    expect(listKeys(as(hsm, ALICE, BOB.toUpperCase())).value).toEqual([])
  })

  it('does not let the exclusions of one role take away what another allows', () => {
    const hsm = guardedHsm()
    createKey(hsm, 'orders', { kty: 'EC' })
    const sign_ = 'Microsoft.KeyVault/managedHsm/keys/sign/action'
    setRoleDefinition(hsm, guid(1), {
      permissions: [{ dataActions: [sign_], notDataActions: [sign_] }],
    })
    grant(hsm, ALICE, guid(1))
    expect(refusal(() => sign(as(hsm, ALICE), 'orders', SIGN)).status).toBe(403)
    grant(hsm, ALICE, ROLE.cryptoUser)
    expect(sign(as(hsm, ALICE), 'orders', SIGN).alg).toBe('ES256')
  })

  it('follows a custom role that is replaced, at once', () => {
    const hsm = guardedHsm()
    setRoleDefinition(hsm, guid(1), { permissions: [] })
    grant(hsm, ALICE, guid(1))
    expect(refusal(() => getRandomBytes(as(hsm, ALICE), 1)).status).toBe(403)
    const dataActions = ['Microsoft.KeyVault/managedHsm/rng/action']
    setRoleDefinition(hsm, guid(1), { permissions: [{ dataActions }] })
    expect(getRandomBytes(as(hsm, ALICE), 1)).toHaveLength(1)
  })

  it('lets nobody reach what is assigned above the scope of their own rights', () => {
    const hsm = guardedHsm()
    grant(hsm, ALICE, ROLE.policyAdministrator, '/keys/orders')
    const [{ name } = { name: '' }] = listRoleAssignments(hsm, '/')
    const alice = as(hsm, ALICE)
    expect(refusal(() => deleteRoleAssignment(alice, name, '/')).status).toBe(403)
    expect(refusal(() => deleteRoleAssignment(alice, name, '/keys/orders')).status).toBe(404)
    const all = { principalId: ALICE, roleDefinitionId: ROLE.cryptoUser, scope: '/' }
    expect(refusal(() => createRoleAssignment(alice, all)).status).toBe(403)
  })
})

describe('the audit trail', () => {
  it('names the principals of each call, refused ones too, and the scope of a role operation', () => {
    const hsm = guardedHsm()
    refusal(() => getKey(as(hsm, ALICE, BOB), 'orders'))
    listRoleDefinitions(as(hsm, ADMIN), 'keys')
    expect(readAudit(hsm).entries).toMatchObject([
      {
        operation: 'getKey',
        key: 'orders',
        principals: [ALICE, BOB],
        outcome: { status: 403, code: 'AccessDenied' },
      },
      { operation: 'listRoleDefinitions', scope: '/keys', principals: [ADMIN], outcome: 'success' },
    ])
  })

  it('keeps eight principals of a call', () => {
    const hsm = createHsm()
    const principals = Array.from({ length: 256 }, (_, number) => guid(number))
    listKeys(as(hsm, ...principals))
    expect(readAudit(hsm).entries[0]?.principals).toEqual(principals.slice(0, 8))
  })
})

describe('requireAccess', () => {
  it('refuses what the call would refuse, in the same words and as its entry', () => {
    const hsm = guardedHsm()
    const alice = as(hsm, ALICE)
    const cases = [
      [() => requireAccess(alice, 'sign', 'orders'), () => sign(alice, 'orders', SIGN)],
      [() => requireAccess(alice, 'listKeys'), () => listKeys(alice)],
      [() => requireAccess(alice, 'getRandomBytes'), () => getRandomBytes(alice, 1)],
      [
        () => requireAccess(alice, 'listRoleAssignments', '//keys'),
        () => listRoleAssignments(alice, '/keys'),
      ],
    ] as const
    for (const [asked, called] of cases) {
      expect(refusal(asked).message).toBe(refusal(called).message)
      const [first, second] = readAudit(hsm).entries.slice(-2)
      expect({ ...first, at: 0 }).toEqual({ ...second, at: 0 })
    }
  })

  it('does nothing and records nothing where the call may be made', () => {
    const hsm = guardedHsm()
    requireAccess(hsm, 'sign', 'orders')
    requireAccess(as(hsm, ADMIN), 'listRoleAssignments', '')
    requireAccess(as(createHsm(), ALICE), 'sign', 'orders')
    requireAccess(as(hsm, ALICE), 'sign', 'no name')
    requireAccess(as(hsm, ALICE), 'listRoleAssignments', '/nowhere')
    expect(readAudit(hsm).entries).toEqual([])
  })
})

describe('exports', () => {
  const securityDomain = createSecurityDomain()

  it('have the roles, and whether access control is on', () => {
    const hsm = guardedHsm({ securityDomain })
    setRoleDefinition(hsm, guid(1), { roleName: 'Signer' })
    grant(hsm, ALICE, guid(1), '/keys/orders')
    const copy = importState(exportState(hsm), { securityDomain })
    expect(listRoleDefinitions(copy)).toEqual(listRoleDefinitions(hsm))
    expect(listRoleAssignments(copy)).toEqual(listRoleAssignments(hsm))
    expect(refusal(() => getKey(as(copy, ALICE), 'orders')).status).toBe(403)
    grant(copy, ALICE, ROLE.auditor)
    expect(listKeys(as(copy, ALICE)).value).toEqual([])
    expect(refusal(() => listKeys(as(hsm, ALICE))).status).toBe(403)
  })

  it('of changes have each change of a role, one by one', () => {
    const hsm = createHsm({ securityDomain })
    const copy = forkHsm(hsm)
    const steps: (() => void)[] = [
      () => enableAccessControl(hsm, { administrators: [ADMIN] }),
      () => void setRoleDefinition(hsm, guid(1), { roleName: 'Signer' }),
      () => grant(hsm, ALICE, guid(1), '/keys'),
      () => void deleteRoleAssignment(hsm, listRoleAssignments(hsm)[0]?.name ?? ''),
      () => void setRoleDefinition(hsm, guid(1), { roleName: 'Renamed' }),
    ]
    for (const step of steps) {
      const saved = forkHsm(hsm)
      step()
      applyChanges(copy, exportChanges(hsm, saved) as Uint8Array)
      expect(listRoleDefinitions(copy)).toEqual(listRoleDefinitions(hsm))
      expect(listRoleAssignments(copy)).toEqual(listRoleAssignments(hsm))
      expect(exportState(copy)).toEqual(exportState(hsm))
    }
    expect(refusal(() => listKeys(as(copy, BOB))).status).toBe(403)
  })

  it('import under accessControl only where it is on', () => {
    const bytes = exportState(createHsm({ securityDomain }))
    const accessControl = { administrators: [ADMIN] }
    expect(refusal(() => importState(bytes, { securityDomain, accessControl })).message).toMatch(
      /accessControl contradicts/,
    )
    const guarded = exportState(guardedHsm({ securityDomain }))
    const copy = importState(guarded, { securityDomain, accessControl })
    expect(listRoleAssignments(copy)).toHaveLength(1)
  })
})

describe('enableAccessControl', () => {
  it('turns it on for keys that are there, and changes nothing where it is on', () => {
    const hsm = createHsm()
    createKey(hsm, 'orders', { kty: 'oct' })
    enableAccessControl(hsm, { administrators: [ADMIN] })
    const parameters = { alg: 'A256GCM', value: DIGEST } as const
    expect(refusal(() => encrypt(as(hsm, ALICE), 'orders', parameters)).status).toBe(403)
    deleteRoleAssignment(hsm, listRoleAssignments(hsm)[0]?.name ?? '')
    enableAccessControl(hsm, { administrators: [BOB] })
    expect(listRoleAssignments(hsm)).toEqual([])
  })
})

describe('bad options', () => {
  it.each<[string, unknown, RegExp]>([
    ['no administrator', { administrators: [] }, /1 to 10 object ids, not 0/],
    ['no administrators', {}, /1 to 10/],
    ['eleven', { administrators: Array.from({ length: 11 }, (_, i) => guid(i)) }, /not 11/],
    ['no object id', { administrators: [''] }, /administrators must be an object id/],
    ['no text', { administrators: [7] }, /administrators/],
    ['an unknown member', { administrator: ADMIN }, /Did you mean "accessControl.administrators"/],
    ['no object', true, /accessControl/],
  ])('of createHsm: %s', (_, accessControl, message) => {
    const { status, message: text } = refusal(() => createHsm({ accessControl } as object))
    expect(status).toBe(400)
    expect(text).toMatch(message)
  })

  it('of a vault, which has no local RBAC', () => {
    const accessControl = { administrators: [ADMIN] }
    expect(refusal(() => createHsm({ profile: 'vault-premium', accessControl })).message).toMatch(
      /only a Managed HSM/,
    )
  })

  it.each<[string, unknown]>([
    ['a blank', ['a b']],
    ['a line break', ['a\nb']],
    ['nothing', ['']],
    ['257 of them', Array.from({ length: 257 }, (_, number) => guid(number))],
    ['no list', ALICE],
  ])('of viewHsm: principals with %s', (_, principals) => {
    expect(refusal(() => viewHsm(createHsm(), { principals } as object)).status).toBe(400)
  })
})

describe('the host', () => {
  it('can delete a key whatever the roles say', () => {
    const hsm = guardedHsm()
    createKey(hsm, 'orders', { kty: 'EC' })
    expect(deleteKey(hsm, 'orders').recoveryId).toContain('orders')
  })
})
