/**
 * For all roles and all callers, a call is answered as the host's is, or refused and without any effect, and
 * which of the two is what the table of operations and the rule of the roles say.
 */

import { BUILT_IN_ROLES, isAllowed, OPERATION_ACCESS, type Role } from '@pocket-hsm/access'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  createRoleAssignment,
  deleteRoleAssignment,
  deleteRoleDefinition,
  enableAccessControl,
  exportState,
  forkHsm,
  type Hsm,
  HsmError,
  type HsmOperation,
  listRoleAssignments,
  listRoleDefinitions,
  setRoleDefinition,
} from '../../src/index.ts'
import { CALLS, furnishedHsm } from '../every-operation.ts'
import { runs } from '../runs.ts'
import { ADMIN, as, guid } from './callers.ts'

/** The key that a call of `CALLS` is about, where it is not `ec`. */
const KEY_OF: Readonly<Partial<Record<HsmOperation, string>>> = {
  createKey: 'new',
  decrypt: 'oct',
  encrypt: 'oct',
  getDeletedKey: 'deleted',
  importKey: 'imported',
  importPem: 'imported',
  purgeDeletedKey: 'deleted',
  recoverDeletedKey: 'deleted',
  unwrapKey: 'oct',
  secureWrapKey: 'kek',
  secureUnwrapKey: 'kek',
  wrapKey: 'oct',
}

/** The scope that the caller needs a right at, written out a second time. */
function scopeOf(operation: HsmOperation): string {
  if (operation === 'createRoleAssignment') return '/keys/ec'
  if (operation === 'restoreKey' || operation.endsWith('Keys')) return '/keys'
  if (operation === 'getRandomBytes' || operation.includes('Role')) return '/'
  if (operation.includes('Ekm')) return '/'
  if (/^(?!backupKey).*(Backup|Restore|Setting|Status|Domain|Transfer)/.test(operation)) return '/'
  return `/keys/${KEY_OF[operation] ?? 'ec'}`
}

const CALLERS = ['ann', 'ben', 'group']

const principals = fc.constantFrom(...CALLERS)
const custom = fc.constantFrom(guid(1), guid(2))
const builtIn = fc.constantFrom(...listRoleDefinitions(furnishedHsm()).map(({ name }) => name))
const dataActions = fc.uniqueArray(
  fc.constantFrom(...new Set(Object.values(OPERATION_ACCESS).map(({ action }) => action))),
  { maxLength: 30 },
)

type Step = (hsm: Hsm) => void

/** What the host does to the roles; what it is refused is as good as not done. */
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc
      .record({
        principalId: principals,
        roleDefinitionId: fc.oneof(custom, builtIn),
        scope: fc.constantFrom(
          '/',
          '/',
          '/keys',
          '/keys/ec',
          '/keys/oct',
          '/keys/new',
          '/keys/deleted',
        ),
      })
      .map(
        (parameters): Step =>
          (hsm) =>
            void createRoleAssignment(hsm, parameters),
      ),
  },
  {
    weight: 2,
    arbitrary: fc.record({ name: custom, dataActions, notDataActions: dataActions }).map(
      ({ name, ...lists }): Step =>
        (hsm) =>
          void setRoleDefinition(hsm, name, { permissions: [lists] }),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.nat().map(
      (number): Step =>
        (hsm) => {
          const all = listRoleAssignments(hsm)
          deleteRoleAssignment(hsm, all[number % all.length]?.name ?? '')
        },
    ),
  },
  {
    weight: 1,
    arbitrary: custom.map(
      (name): Step =>
        (hsm) =>
          void deleteRoleDefinition(hsm, name),
    ),
  },
)

function done(hsm: Hsm, action: Step): void {
  try {
    action(hsm)
  } catch (error) {
    if (!(error instanceof HsmError)) throw error
  }
}

describe('a caller of an HSM with access control', () => {
  const operations = Object.keys(CALLS) as (keyof typeof CALLS)[]

  it('is answered as the host is or refused without effect, by the table and the roles', () => {
    const tally = { allowed: new Set<string>(), refused: new Set<string>() }
    fc.assert(
      fc.property(
        fc.array(step, { minLength: 6, maxLength: 14 }),
        fc.uniqueArray(principals, { minLength: 1 }),
        fc.uniqueArray(fc.constantFrom(...operations), { minLength: 8, maxLength: 8 }),
        (steps, callers, asked) => {
          const hsm = furnishedHsm()
          enableAccessControl(hsm, { administrators: [ADMIN] })
          for (const action of steps) done(hsm, action)
          const roles = new Map<string, Role>(
            listRoleDefinitions(hsm).map((role) => [role.name, role]),
          )
          const assignments = listRoleAssignments(hsm)
          for (const operation of asked) {
            const { action } = OPERATION_ACCESS[operation]
            const scope = scopeOf(operation)
            const allowed = isAllowed(assignments, roles, callers, action, scope)
            tally[allowed ? 'allowed' : 'refused'].add(operation)
            const [mine, theirs] = [forkHsm(hsm), forkHsm(hsm)]
            const answer = outcome(() => CALLS[operation](as(mine, ...callers)))
            const expected = allowed
              ? outcome(() => CALLS[operation](theirs))
              : `403 AccessDenied Not authorized to access ${action} on ${scope}`
            expect([operation, answer]).toEqual([operation, expected])
            expect(exportState(mine)).toEqual(exportState(theirs))
          }
        },
      ),
      runs(40),
    )
    expect(tally.allowed.size).toBeGreaterThan(5)
    expect(tally.refused.size).toBeGreaterThan(20)
  })

  it.each(BUILT_IN_ROLES)(
    'with the role $roleName may make exactly the calls of that role',
    (role) => {
      const hsm = furnishedHsm()
      enableAccessControl(hsm, { administrators: [ADMIN] })
      createRoleAssignment(hsm, { principalId: 'ann', roleDefinitionId: role.name })
      const own = role.permissions[0]?.dataActions ?? []
      for (const operation of operations) {
        const answer = outcome(() => CALLS[operation](as(forkHsm(hsm), 'ann')))
        const isRefused = typeof answer === 'string' && answer.startsWith('403 AccessDenied')
        expect([operation, isRefused]).toEqual([
          operation,
          !own.includes(OPERATION_ACCESS[operation].action),
        ])
        if (!isRefused) expect(answer).toHaveProperty('result')
      }
    },
  )
})

function outcome(call: () => unknown): unknown {
  try {
    return { result: call() }
  } catch (error) {
    if (!(error instanceof HsmError)) throw error
    return `${error.status} ${error.code} ${error.message.replace(/ \(Activity.*/, '')}`
  }
}
