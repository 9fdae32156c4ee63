/** The decision for any assignments, against one that is written as the rule is worded. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type Assignment,
  BUILT_IN_ROLES,
  DATA_ACTIONS,
  isAllowed,
  leastBuiltInRole,
  type Role,
  roleAllows,
} from '../../src/index.ts'

const actions = fc.constantFrom<string>(...DATA_ACTIONS.slice(0, 6))
const permissions = fc.array(
  fc.record({
    actions: fc.constant([]),
    notActions: fc.constant([]),
    dataActions: fc.array(actions, { maxLength: 4 }),
    notDataActions: fc.array(actions, { maxLength: 2 }),
  }),
  { maxLength: 3 },
)
const scopes = fc.constantFrom('/', '/keys', '/keys/a', '/keys/b')
const principals = fc.constantFrom('p', 'q', 'r')
const assignments = fc.array(
  fc.record({
    principalId: principals,
    roleDefinitionId: fc.constantFrom('x/one', 'x/two', 'gone'),
    scope: scopes,
  }),
  { maxLength: 8 },
)
const roles = fc.record({ one: permissions, two: permissions })
const question = fc.record({
  callers: fc.uniqueArray(principals, { maxLength: 3 }),
  action: actions,
  scope: scopes,
})

const ABOVE: Readonly<Record<string, readonly string[]>> = {
  '/': ['/'],
  '/keys': ['/keys', '/'],
  '/keys/a': ['/keys/a', '/keys', '/'],
  '/keys/b': ['/keys/b', '/keys', '/'],
}

type RoleLists = { readonly one: Role['permissions']; readonly two: Role['permissions'] }

const sourceOf = ({ one, two }: RoleLists) =>
  new Map<string, Role>([
    ['one', { permissions: one }],
    ['two', { permissions: two }],
  ])

/** The rule, read out. */
function asWorded(all: readonly Assignment[], roleLists: RoleLists, asked: Question): boolean {
  return all.some(({ principalId, roleDefinitionId, scope }) => {
    const name = roleDefinitionId.replace('x/', '')
    const found = name === 'one' ? roleLists.one : name === 'two' ? roleLists.two : []
    return (
      asked.callers.includes(principalId) &&
      (ABOVE[asked.scope] ?? []).includes(scope) &&
      found.some(
        (each) =>
          each.dataActions.includes(asked.action) && !each.notDataActions.includes(asked.action),
      )
    )
  })
}

interface Question {
  readonly callers: readonly string[]
  readonly action: string
  readonly scope: string
}

describe('the decision', () => {
  it('is the one of the rule as it is worded', () => {
    fc.assert(
      fc.property(assignments, roles, question, (all, roleLists, asked) => {
        const { callers, action, scope } = asked
        const decided = isAllowed(all, sourceOf(roleLists), callers, action, scope)
        expect(decided).toBe(asWorded(all, roleLists, asked))
      }),
      { numRuns: 2000 },
    )
  })

  it('only grows with another assignment or another principal', () => {
    fc.assert(
      fc.property(assignments, assignments, roles, question, (some, more, roleLists, asked) => {
        const { callers, action, scope } = asked
        const source = sourceOf(roleLists)
        if (!isAllowed(some, source, callers, action, scope)) return
        expect(isAllowed([...more, ...some], source, [...callers, 's'], action, scope)).toBe(true)
      }),
    )
  })

  it('does not depend on the order of the assignments', () => {
    fc.assert(
      fc.property(assignments, roles, question, (all, roleLists, { callers, action, scope }) => {
        const source = sourceOf(roleLists)
        expect(isAllowed(all.toReversed(), source, callers, action, scope)).toBe(
          isAllowed(all, source, callers, action, scope),
        )
      }),
    )
  })
})

describe('the least built-in role of some data actions', () => {
  const some = fc.uniqueArray(fc.constantFrom<string>(...DATA_ACTIONS), { maxLength: 4 })
  const size = ({ permissions: [only] }: Role) => only?.dataActions.length ?? 0

  it('allows them all, and no built-in role with fewer data actions does', () => {
    fc.assert(
      fc.property(some, (wanted) => {
        const able = BUILT_IN_ROLES.filter((role) => wanted.every((each) => roleAllows(role, each)))
        const least = leastBuiltInRole(wanted)
        expect(least).toBe(able.toSorted((a, b) => size(a) - size(b))[0])
      }),
      { numRuns: 500 },
    )
  })
})
