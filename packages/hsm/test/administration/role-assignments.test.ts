import { describe, expect, it } from 'vitest'
import {
  createHsm,
  createRoleAssignment,
  deleteRoleAssignment,
  exportState,
  getRoleAssignment,
  type Hsm,
  listRoleAssignments,
  type RoleAssignmentParameters,
} from '../../src/index.ts'

import {
  ADMIN,
  ALICE,
  as,
  BOB,
  DEFINITION_ID,
  grant,
  guardedHsm,
  guid,
  ROLE,
  refusal,
} from '../roles/callers.ts'

const GRANT = { principalId: ALICE, roleDefinitionId: ROLE.cryptoUser }

describe('createRoleAssignment', () => {
  it.each([
    ['/', '/'],
    ['', '/'],
    ['keys', '/keys'],
    ['//keys/k1/', '/keys/k1'],
  ])('at %j has its scope as %j, and an id without it', (scope, stored) => {
    const made = createRoleAssignment(createHsm(), { ...GRANT, scope, name: guid(1) })
    expect(made).toEqual({
      id: `/providers/Microsoft.Authorization/roleAssignments/${guid(1)}`,
      name: guid(1),
      type: 'Microsoft.Authorization/roleAssignments',
      scope: stored,
      roleDefinitionId: `${DEFINITION_ID}${ROLE.cryptoUser}`,
      principalId: ALICE,
    })
  })

  it.each([
    ROLE.cryptoUser.toUpperCase(),
    `${DEFINITION_ID}${ROLE.cryptoUser}`,
    `/${DEFINITION_ID}${ROLE.cryptoUser}`,
  ])('finds the role as %j', (roleDefinitionId) => {
    const made = createRoleAssignment(createHsm(), { ...GRANT, roleDefinitionId })
    expect(made.roleDefinitionId).toBe(`${DEFINITION_ID}${ROLE.cryptoUser}`)
  })

  it('makes a new name without one: the same under the same seed, another each time without', () => {
    const names = (options: object) =>
      [1, 2].map(() => createRoleAssignment(createHsm(options), GRANT).name)
    const [first, second] = names({ seed: 'roles' })
    expect(first).toBe(second)
    const [third, fourth] = names({})
    expect(third).not.toBe(fourth)
    expect(third).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4/)
  })

  it('returns an assignment that exists already as it is', () => {
    const hsm = createHsm()
    const made = createRoleAssignment(hsm, { ...GRANT, name: guid(1) })
    expect(createRoleAssignment(hsm, { ...GRANT, name: guid(1).toUpperCase() })).toEqual(made)
    expect(listRoleAssignments(hsm)).toHaveLength(1)
  })

  it.each<[string, Partial<RoleAssignmentParameters>, number, string]>([
    ['a name that is no GUID', { name: 'mine' }, 400, 'BadParameter'],
    ['no principal', { principalId: '' }, 400, 'BadParameter'],
    ['a principal with a blank', { principalId: 'a b' }, 400, 'BadParameter'],
    ['a long principal', { principalId: 'a'.repeat(129) }, 400, 'BadParameter'],
    ['a role that does not exist', { roleDefinitionId: guid(7) }, 404, 'RoleDefinitionNotFound'],
    [
      'the name of a role',
      { roleDefinitionId: 'Managed HSM Crypto User' },
      404,
      'RoleDefinitionNotFound',
    ],
    ['no scope', { scope: '/secrets' }, 400, 'BadParameter'],
    ['an unknown option', { principal: ALICE } as object, 400, 'BadParameter'],
    ['the same role again', {}, 409, 'RoleAssignmentExists'],
    ['a GUID that is taken', { name: guid(1), principalId: BOB }, 409, 'RoleAssignmentExists'],
  ])('refuses %s, and changes nothing', (_, parameters, status, code) => {
    const hsm = createHsm({ seed: 'roles' })
    createRoleAssignment(hsm, { ...GRANT, name: guid(1) })
    const before = exportState(hsm)
    const refused = refusal(() => createRoleAssignment(hsm, { ...GRANT, ...parameters }))
    expect([refused.status, refused.code]).toEqual([status, code])
    expect(exportState(hsm)).toEqual(before)
  })

  it.each([
    ['/', 50],
    ['/keys', 50],
    ['/keys/a', 10],
  ])('refuses one more at %j than %i', (scope, limit) => {
    const hsm = createHsm()
    const give = (number: number) =>
      createRoleAssignment(hsm, { ...GRANT, principalId: guid(number), scope })
    for (let number = 1; number <= limit; number++) give(number)
    expect(refusal(() => give(limit + 1)).message).toMatch(`limit of ${limit} role assignments`)
    expect(createRoleAssignment(hsm, { ...GRANT, scope: '/keys/b' }).scope).toBe('/keys/b')
    const last = listRoleAssignments(hsm).find(({ principalId }) => principalId === guid(limit))
    deleteRoleAssignment(hsm, last?.name ?? '')
    expect(give(limit + 1).principalId).toBe(guid(limit + 1))
  })
})

/** An HSM with an assignment at each of four scopes, by their numbers. */
function assigned(): Hsm {
  const hsm = createHsm()
  for (const [number, scope] of ['/', '/keys', '/keys/a', '/keys/b'].entries()) {
    createRoleAssignment(hsm, { ...GRANT, scope, name: guid(number) })
  }
  return hsm
}

describe('listRoleAssignments', () => {
  it.each([
    ['/', [0, 1, 2, 3]],
    ['/keys', [0, 1, 2, 3]],
    ['/keys/a', [0, 1, 2]],
    ['/keys/A', [0, 1, 2]],
    ['/keys/c', [0, 1]],
  ])('at %j has those of the scope, above it and below it', (scope, numbers) => {
    const names = listRoleAssignments(assigned(), scope).map(({ name }) => name)
    expect(names).toEqual(numbers.map(guid))
  })
})

describe('getRoleAssignment and deleteRoleAssignment', () => {
  it.each([
    ['/', [0, 1, 2, 3]],
    ['/keys', [1, 2, 3]],
    ['/keys/a', [2]],
    ['/keys/c', []],
  ])('reach from %j what is assigned there or below, and nothing above', (scope, numbers) => {
    for (const call of [getRoleAssignment, deleteRoleAssignment]) {
      const hsm = assigned()
      const found = [0, 1, 2, 3].filter((number) => {
        try {
          return call(hsm, guid(number), scope).name === guid(number)
        } catch {
          return false
        }
      })
      expect(found).toEqual(numbers)
    }
  })

  it.each(['does_not_exist', guid(9)])('do not find %j', (name) => {
    for (const call of [getRoleAssignment, deleteRoleAssignment]) {
      const { status, code, message } = refusal(() => call(createHsm(), name))
      expect([status, code]).toEqual([404, 'RoleAssignmentNotFound'])
      expect(message).toMatch(/^Requested role assignment not found \(Activity ID: /)
    }
  })

  it('take the rights of the caller away at once', () => {
    const hsm = guardedHsm()
    grant(hsm, ALICE, ROLE.auditor)
    const [{ name } = { name: '' }] = listRoleAssignments(as(hsm, ALICE)).filter(
      ({ principalId }) => principalId === ALICE,
    )
    deleteRoleAssignment(as(hsm, ADMIN), name)
    expect(refusal(() => listRoleAssignments(as(hsm, ALICE))).status).toBe(403)
  })
})
