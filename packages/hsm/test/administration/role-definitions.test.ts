import { describe, expect, it } from 'vitest'
import {
  createHsm,
  createRoleAssignment,
  deleteRoleDefinition,
  exportState,
  getRoleDefinition,
  listRoleAssignments,
  listRoleDefinitions,
  setRoleDefinition,
} from '../../src/index.ts'

import { ALICE, DEFINITION_ID, guid, ROLE, refusal } from '../roles/callers.ts'

const SIGN = 'Microsoft.KeyVault/managedHsm/keys/sign/action'
const ONE = guid(1)

describe('listRoleDefinitions', () => {
  it('has the nine built-in roles of a new HSM, at every scope', () => {
    const hsm = createHsm()
    for (const scope of ['/', '', '///', '/keys', '//keys', '/keys/x']) {
      const all = listRoleDefinitions(hsm, scope)
      expect(all.map(({ roleName }) => roleName)).toEqual([
        'Managed HSM Restore User',
        'Managed HSM Backup User',
        'Managed HSM Crypto Service Encryption User',
        'Managed HSM Crypto Service Release User',
        'Managed HSM Crypto Auditor',
        'Managed HSM Policy Administrator',
        'Managed HSM Crypto User',
        'Managed HSM Crypto Officer',
        'Managed HSM Administrator',
      ])
      expect(all.every(({ roleType }) => roleType === 'AKVBuiltInRole')).toBe(true)
    }
  })

  it('returns copies: changing one changes nothing', () => {
    const hsm = createHsm()
    const [first] = listRoleDefinitions(hsm)
    const dataActions = first?.permissions[0]?.dataActions as string[] | undefined
    dataActions?.push('more')
    expect(listRoleDefinitions(hsm)[0]?.permissions[0]?.dataActions).not.toContain('more')
  })

  it.each(['/secrets', '/keys/a/b', 'x'])('refuses the scope %j', (scope) => {
    expect(refusal(() => listRoleDefinitions(createHsm(), scope))).toMatchObject({
      status: 400,
      code: 'BadParameter',
    })
  })

  it('refuses a vault, which has no local RBAC', () => {
    const vault = createHsm({ profile: 'vault-premium' })
    expect(refusal(() => listRoleDefinitions(vault))).toMatchObject({ status: 400 })
  })
})

describe('setRoleDefinition', () => {
  it('completes what is absent, and is found again', () => {
    const hsm = createHsm()
    const made = setRoleDefinition(hsm, ONE, {
      roleName: 'Signer',
      permissions: [{ dataActions: [SIGN] }],
    })
    expect(made).toEqual({
      id: `${DEFINITION_ID}${ONE}`,
      name: ONE,
      type: 'Microsoft.Authorization/roleDefinitions',
      roleName: 'Signer',
      description: '',
      roleType: 'CustomRole',
      assignableScopes: ['/'],
      permissions: [{ actions: [], notActions: [], dataActions: [SIGN], notDataActions: [] }],
    })
    expect(getRoleDefinition(hsm, ONE)).toEqual(made)
    expect(getRoleDefinition(hsm, ONE.toUpperCase(), '/keys/a')).toEqual(made)
    expect(listRoleDefinitions(hsm).at(-1)).toEqual(made)
  })

  it('replaces a role as a whole', () => {
    const hsm = createHsm()
    setRoleDefinition(hsm, ONE, { roleName: 'One', description: 'first' })
    expect(setRoleDefinition(hsm, ONE, { roleName: 'Two' }).description).toBe('')
    expect(listRoleDefinitions(hsm)).toHaveLength(10)
  })

  it('takes a role without anything, and one with permissions of none', () => {
    expect(setRoleDefinition(createHsm(), ONE).permissions).toEqual([])
    expect(setRoleDefinition(createHsm(), ONE, { permissions: [] }).roleName).toBe('')
  })

  it('keeps nothing of the objects that it was given', () => {
    const hsm = createHsm()
    const dataActions = [SIGN]
    setRoleDefinition(hsm, ONE, { permissions: [{ dataActions }] })
    dataActions.push('more')
    expect(getRoleDefinition(hsm, ONE).permissions[0]?.dataActions).toEqual([SIGN])
  })

  it('takes unknown data actions, unless the HSM is strict', () => {
    const permissions = [{ dataActions: ['Microsoft.KeyVault/managedHsm/keys/dance/action'] }]
    expect(() => setRoleDefinition(createHsm(), ONE, { permissions })).not.toThrow()
    const strict = createHsm({ strict: true })
    expect(refusal(() => setRoleDefinition(strict, ONE, { permissions }))).toMatchObject({
      code: 'BadParameter',
    })
    const rotate = [{ dataActions: ['Microsoft.KeyVault/managedHsm/keys/rotate/action'] }]
    expect(() => setRoleDefinition(strict, ONE, { permissions: rotate })).not.toThrow()
  })

  const many = (count: number) => [{ dataActions: Array.from({ length: count }, String) }]

  it.each<[string, string, object, RegExp]>([
    ['a name that is no GUID', 'foo unique value', {}, /^Role definition name must be a GUID \(/],
    ['no name', '', {}, /must be a GUID/],
    ['the GUID of a built-in role', ROLE.cryptoUser, {}, /^Cannot re-use the name\/GUID matching/],
    ['it in capitals', ROLE.cryptoUser.toUpperCase(), {}, /^Cannot re-use/],
    ['a built-in name', ONE, { roleName: 'managed hsm crypto user' }, /^Cannot re-use/],
    ['another scope', ONE, { scope: '/keys' }, /at the scope \/ only/],
    ['other assignable scopes', ONE, { assignableScopes: ['/keys'] }, /assignableScopes/],
    ['an unknown option', ONE, { rolename: 'x' }, /Did you mean "roleName"/],
    ['a name that is no text', ONE, { roleName: 7 }, /roleName/],
    ['permissions that are no list', ONE, { permissions: {} }, /permissions/],
    ['an action that is no text', ONE, { permissions: [{ dataActions: [1] }] }, /dataActions/],
    ['more than 500 actions', ONE, { permissions: many(500) }, /at most 500/],
    ['a long action', ONE, { permissions: [{ actions: ['a'.repeat(257)] }] }, /256/],
    ['a long description', ONE, { description: 'a'.repeat(2049) }, /2048/],
    ['a long role name', ONE, { roleName: 'a'.repeat(513) }, /512/],
  ])('refuses %s, and changes nothing', (_, name, parameters, message) => {
    const hsm = createHsm({ seed: 'roles' })
    const before = exportState(hsm)
    const { status, code, message: text } = refusal(() => setRoleDefinition(hsm, name, parameters))
    expect([status, code]).toEqual([400, 'BadParameter'])
    expect(text).toMatch(message)
    expect(exportState(hsm)).toEqual(before)
  })

  it('refuses the GUID of every built-in role, and so does deleteRoleDefinition', () => {
    const hsm = createHsm({ seed: 'roles' })
    const before = exportState(hsm)
    const builtIn = listRoleDefinitions(hsm).map(({ name }) => name)
    expect(builtIn).toHaveLength(9)
    for (const name of builtIn) {
      for (const call of [setRoleDefinition, deleteRoleDefinition]) {
        expect(refusal(() => call(hsm, name))).toMatchObject({
          status: 400,
          code: 'BadParameter',
          message: expect.stringMatching(
            /^Cannot re-use the name\/GUID matching that of a built-in/,
          ),
        })
      }
    }
    expect(exportState(hsm)).toEqual(before)
  })

  it('refuses the 51st custom role, but replaces one of fifty', () => {
    const hsm = createHsm()
    for (let number = 1; number <= 50; number++) setRoleDefinition(hsm, guid(number))
    expect(refusal(() => setRoleDefinition(hsm, guid(51))).message).toMatch(/limit of 50/)
    expect(setRoleDefinition(hsm, guid(50), { roleName: 'x' }).roleName).toBe('x')
    deleteRoleDefinition(hsm, guid(1))
    expect(setRoleDefinition(hsm, guid(51)).name).toBe(guid(51))
  })
})

describe('getRoleDefinition and deleteRoleDefinition', () => {
  it.each(['does_not_exist', ONE, ''])('do not find %j', (name) => {
    for (const call of [getRoleDefinition, deleteRoleDefinition]) {
      const { status, code, message } = refusal(() => call(createHsm(), name))
      expect([status, code]).toEqual([404, 'RoleDefinitionNotFound'])
      expect(message).toMatch(/^Requested role definition not found \(Activity ID: /)
    }
  })

  it('return what is there, and what was', () => {
    const hsm = createHsm()
    const made = setRoleDefinition(hsm, ONE, { roleName: 'Signer' })
    expect(deleteRoleDefinition(hsm, ONE)).toEqual(made)
    expect(refusal(() => getRoleDefinition(hsm, ONE)).status).toBe(404)
  })

  it('delete no built-in role, and nothing at another scope', () => {
    const hsm = createHsm()
    expect(refusal(() => deleteRoleDefinition(hsm, ROLE.auditor)).message).toMatch(/^Cannot re-use/)
    setRoleDefinition(hsm, ONE)
    expect(refusal(() => deleteRoleDefinition(hsm, ONE, '/keys')).status).toBe(400)
    expect(listRoleDefinitions(hsm)).toHaveLength(10)
  })

  it('leave the assignments of a role that is deleted', () => {
    const hsm = createHsm()
    setRoleDefinition(hsm, ONE)
    createRoleAssignment(hsm, { principalId: ALICE, roleDefinitionId: ONE })
    deleteRoleDefinition(hsm, ONE)
    expect(listRoleAssignments(hsm)).toHaveLength(1)
  })
})
