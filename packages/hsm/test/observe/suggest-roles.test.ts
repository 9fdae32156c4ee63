/** The least rights that recorded calls need. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  createHsm,
  createKey,
  deleteKey,
  enableAccessControl,
  forkHsm,
  getKey,
  getRandomBytes,
  type Hsm,
  HsmError,
  type HsmOperation,
  listKeys,
  listRoleAssignments,
  purgeDeletedKey,
  readAudit,
  requiredDataActions,
  setRoleDefinition,
  sign,
  suggestRoles,
  unwrapKey,
  wrapKey,
} from '../../src/index.ts'
import { CALLS, furnishedHsm } from '../every-operation.ts'
import { ADMIN, ALICE, as, grant, guid, refusal } from '../roles/callers.ts'
import { runs } from '../runs.ts'

const PREFIX = 'Microsoft.KeyVault/managedHsm/'
const DIGEST = new Uint8Array(32)

/** An HSM with two keys, whose trail begins after them. */
function recorded(run: (hsm: Hsm) => void, offset = 2) {
  const hsm = createHsm()
  createKey(hsm, 'orders', { kty: 'EC' })
  createKey(hsm, 'kek', { kty: 'oct' })
  run(hsm)
  return { entries: readAudit(hsm).entries.slice(offset) }
}

const short = (actions: readonly string[] = []) => actions.map((each) => each.replace(PREFIX, ''))

describe('requiredDataActions', () => {
  it('has each data action once for each resource, without regard to the case of names', () => {
    const audit = recorded((hsm) => {
      for (const name of ['orders', 'ORDERS', 'orders']) getKey(hsm, name)
      sign(hsm, 'orders', { alg: 'ES256', value: DIGEST })
      listKeys(hsm)
      getRandomBytes(hsm, 1)
      listRoleAssignments(hsm, '/keys/kek')
    })
    expect(
      requiredDataActions(audit).map(({ action, scope }) => `${scope} ${short([action])}`),
    ).toEqual([
      '/ rng/action',
      '/keys keys/read/action',
      '/keys/kek roleAssignments/read/action',
      '/keys/orders keys/read/action',
      '/keys/orders keys/sign/action',
    ])
  })

  it('counts calls that failed, and not those whose key has no name', () => {
    const audit = recorded((hsm) => {
      refusal(() => getKey(hsm, 'nobody'))
      refusal(() => getKey(hsm, 'no name'))
    })
    expect(requiredDataActions(audit)).toHaveLength(1)
  })

  it('needs nothing for what time has done', () => {
    let now = 0
    const hsm = createHsm({ clock: () => now, softDeleteRetentionDays: 7 })
    createKey(hsm, 'orders', { kty: 'oct' })
    deleteKey(hsm, 'orders')
    now = 8 * 86_400_000
    const { entries } = readAudit(hsm)
    expect(entries.at(-1)).toMatchObject({ operation: 'purgeDeletedKey', byTime: true })
    expect(short(requiredDataActions({ entries }).map(({ action }) => action))).toEqual([
      'keys/create',
      'keys/delete',
    ])
  })
})

describe('suggestRoles', () => {
  it('suggests nothing for no calls', () => {
    expect(suggestRoles({ entries: [] })).toEqual([])
  })

  it('suggests the smallest built-in role, and one of the same data actions alone, at the keys used', () => {
    const audit = recorded((hsm) => {
      const { value } = wrapKey(hsm, 'kek', { alg: 'A256KW', value: DIGEST })
      unwrapKey(hsm, 'kek', { alg: 'A256KW', value })
    })
    const wanted = [`${PREFIX}keys/wrap/action`, `${PREFIX}keys/unwrap/action`]
    expect(suggestRoles(audit, { roleName: 'Wrapper' })).toEqual([
      {
        scopes: ['/keys/kek'],
        dataActions: wanted,
        builtIn: {
          name: '33413926-3206-4cdd-b39a-83574fe37a17',
          roleName: 'Managed HSM Crypto Service Encryption User',
          otherDataActions: [`${PREFIX}keys/read/action`],
        },
        definition: {
          roleName: 'Wrapper',
          description: 'What the recorded calls need, and nothing else.',
          actions: [],
          notActions: [],
          dataActions: wanted,
          notDataActions: [],
        },
      },
    ])
  })

  it('does not suggest for all keys what is needed on one', () => {
    const audit = recorded((hsm) => {
      sign(hsm, 'orders', { alg: 'ES256', value: DIGEST })
      listKeys(hsm)
      getRandomBytes(hsm, 1)
    })
    const suggestions = suggestRoles(audit)
    expect(
      suggestions.map(({ scopes, dataActions }) => [...scopes, ...short(dataActions)]),
    ).toEqual([
      ['/keys/orders', 'keys/sign/action'],
      ['/keys', 'keys/read/action'],
      ['/', 'rng/action'],
    ])
    expect(suggestions.map(({ definition }) => definition.roleName)).toEqual([
      'Least privilege',
      'Least privilege (all keys)',
      'Least privilege (HSM)',
    ])
  })

  it('suggests no built-in role where none is enough', () => {
    const audit = recorded((hsm) => {
      deleteKey(hsm, 'orders')
      purgeDeletedKey(hsm, 'orders')
    })
    expect(suggestRoles(audit)[0]?.builtIn).toBeUndefined()
  })

  it('refuses an unknown option', () => {
    expect(
      refusal(() => suggestRoles({ entries: [] }, { rolename: 'x' } as object)).message,
    ).toMatch(/roleName/)
  })

  it.each(['builtIn', 'definition'] as const)(
    'suggests a %s that is enough: with it the same calls are answered as they were',
    (kind) => {
      const operations = Object.keys(CALLS) as (keyof typeof CALLS)[]
      const some = fc.uniqueArray(fc.constantFrom(...operations), { minLength: 1, maxLength: 4 })
      fc.assert(
        fc.property(some, (asked) => {
          const hsm = furnishedHsm()
          const before = readAudit(hsm).entries.length
          const first = asked.map((operation) => outcome(operation, forkHsm(hsm)))
          const entries = first.flatMap(({ entry }) => entry.slice(before))
          enableAccessControl(hsm, { administrators: [ADMIN] })
          for (const [index, suggestion] of suggestRoles({ entries }).entries()) {
            if (suggestion[kind] === undefined) return
            const { definition, builtIn } = suggestion
            const role = kind === 'builtIn' && builtIn ? builtIn.name : guid(index)
            if (kind === 'definition') {
              const { roleName, description, ...permission } = definition
              setRoleDefinition(hsm, role, { roleName, description, permissions: [permission] })
            }
            for (const scope of suggestion.scopes) grant(hsm, ALICE, role, scope)
          }
          for (const [index, operation] of asked.entries()) {
            const { code } = outcome(operation, as(forkHsm(hsm), ALICE))
            expect([operation, code]).toEqual([operation, first[index]?.code])
          }
        }),
        runs(60),
      )
    },
  )
})

function outcome(operation: keyof typeof CALLS & HsmOperation, hsm: Hsm) {
  let code = 'success'
  try {
    CALLS[operation](hsm)
  } catch (error) {
    if (!(error instanceof HsmError)) throw error
    code = error.code
  }
  return { code, entry: readAudit(hsm).entries }
}
