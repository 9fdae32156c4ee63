/** The decision, case by case. */

import { describe, expect, it } from 'vitest'
import {
  BUILT_IN_ROLES,
  guidOf,
  isAllowed,
  OPERATION_ACCESS,
  type Permission,
  type Role,
  roleAllows,
} from '../../src/index.ts'

const SIGN = OPERATION_ACCESS.sign.action
const VERIFY = OPERATION_ACCESS.verify.action
const PREFIX = 'Microsoft.KeyVault/providers/Microsoft.Authorization/roleDefinitions/'

const permission = (dataActions: readonly string[], notDataActions: readonly string[] = []) => ({
  actions: [],
  notActions: [],
  dataActions,
  notDataActions,
})
const role = (...permissions: readonly Permission[]): Role => ({ permissions })

const ROLES = new Map<string, Role>([
  ['signer', role(permission([SIGN]))],
  ['neither', role(permission([SIGN, VERIFY], [SIGN, VERIFY]))],
  ['verifier', role(permission([SIGN, VERIFY], [SIGN]))],
  ['empty', role()],
])

const assignment = (principalId: string, roleDefinitionId: string, scope: string) => ({
  principalId,
  roleDefinitionId,
  scope,
})

describe('isAllowed', () => {
  const decide = (
    assignments: readonly ReturnType<typeof assignment>[],
    principals: readonly string[],
    action: string = SIGN,
    scope = '/keys/a',
  ) => isAllowed(assignments, ROLES, principals, action, scope)

  it('allows nothing without an assignment, and nobody without principals', () => {
    expect(decide([], ['alice'])).toBe(false)
    expect(decide([assignment('alice', 'signer', '/')], [])).toBe(false)
  })

  it.each(['/', '/keys', '/keys/a', '/keys/A'])('allows what is assigned at %j', (scope) => {
    expect(decide([assignment('alice', 'signer', scope)], ['alice'])).toBe(true)
  })

  it.each(['/keys/b', '/keys/aa'])('does not allow what is assigned at %j', (scope) => {
    expect(decide([assignment('alice', 'signer', scope)], ['alice'])).toBe(false)
  })

  it('does not allow at all keys what is assigned at one', () => {
    const assignments = [assignment('alice', 'signer', '/keys/a')]
    expect(decide(assignments, ['alice'], SIGN, '/keys')).toBe(false)
    expect(decide(assignments, ['alice'], SIGN, '/')).toBe(false)
  })

  it('looks at every principal of the caller: a group gives rights too', () => {
    expect(decide([assignment('signers', 'signer', '/')], ['alice', 'signers'])).toBe(true)
    expect(decide([assignment('bob', 'signer', '/')], ['alice', 'signers'])).toBe(false)
  })

  it('compares principals, GUIDs and actions without regard to case', () => {
    const assignments = [assignment('ALICE', `${PREFIX}SIGNER`, '/')]
    expect(decide(assignments, ['Alice'], SIGN.toUpperCase())).toBe(true)
  })

  it('allows nothing by an assignment whose role does not exist, and goes on to the next', () => {
    const gone = assignment('alice', 'gone', '/')
    expect(decide([gone], ['alice'])).toBe(false)
    expect(decide([gone, assignment('alice', 'signer', '/')], ['alice'])).toBe(true)
  })

  it('does not let one role take away what another allows', () => {
    const both = [assignment('alice', 'neither', '/'), assignment('alice', 'signer', '/keys/a')]
    expect(decide(both, ['alice'])).toBe(true)
    expect(decide(both, ['alice'], VERIFY)).toBe(false)
  })

  it('subtracts the excluded data actions of a permission from those of its own', () => {
    const assignments = [assignment('alice', 'verifier', '/')]
    expect(decide(assignments, ['alice'], VERIFY)).toBe(true)
    expect(decide(assignments, ['alice'], SIGN)).toBe(false)
  })
})

describe('roleAllows', () => {
  it('takes the permissions of a role together, each with its own exclusions', () => {
    const both = role(permission([SIGN], [VERIFY]), permission([VERIFY], [SIGN]))
    expect([SIGN, VERIFY].map((action) => roleAllows(both, action))).toEqual([true, true])
  })

  it('excludes without regard to case', () => {
    expect(roleAllows(role(permission([SIGN], [SIGN.toUpperCase()])), SIGN)).toBe(false)
  })

  it('allows nothing by a role without permissions', () => {
    expect(roleAllows(role(), SIGN)).toBe(false)
  })

  it('has no wildcards', () => {
    const wild = role(permission(['*', 'Microsoft.KeyVault/managedHsm/keys/*', `${SIGN}*`]))
    expect(roleAllows(wild, SIGN)).toBe(false)
    expect(roleAllows(wild, '*')).toBe(true)
  })

  it('ignores actions and notActions', () => {
    const odd = role({
      actions: [VERIFY],
      notActions: [SIGN],
      dataActions: [SIGN],
      notDataActions: [],
    })
    expect([SIGN, VERIFY].map((action) => roleAllows(odd, action))).toEqual([true, false])
  })

  it('answers the same when it is asked again', () => {
    const signer = role(permission([SIGN]))
    const answers = [SIGN, SIGN, VERIFY, VERIFY].map((action) => roleAllows(signer, action))
    expect(answers).toEqual([true, true, false, false])
  })

  it('allows each built-in role exactly its own data actions, for every operation', () => {
    for (const builtIn of BUILT_IN_ROLES) {
      const own: readonly string[] = builtIn.permissions[0]?.dataActions ?? []
      for (const { action } of Object.values(OPERATION_ACCESS)) {
        expect([builtIn.roleName, action, roleAllows(builtIn, action)]).toEqual([
          builtIn.roleName,
          action,
          own.includes(action),
        ])
      }
    }
  })
})

describe('guidOf', () => {
  it.each([
    [`${PREFIX}ABC`, 'abc'],
    ['ABC', 'abc'],
    ['/ABC', 'abc'],
    ['a/', ''],
  ])('reads %j as %j', (identifier, guid) => {
    expect(guidOf(identifier)).toBe(guid)
  })
})
