/** The least rights with which calls can be made again: built-in roles, and custom ones. */

import { leastBuiltInRole, type Permission, roleAllows, sortActions } from '@pocket-hsm/access'
import { checkOptions, OPTION_CHECKS, optionTable } from '../options/check-options.ts'
import { type RecordedCalls, requiredDataActions } from './required-data-actions.ts'

/** A custom role, as `az keyvault role definition create --role-definition` takes it. */
export interface SuggestedDefinition extends Permission {
  readonly roleName: string
  readonly description: string
}

/** The rights at some scopes: one of the two roles is enough. */
export interface RoleSuggestion {
  /** Where to assign the role: keys, all keys, or the HSM. */
  readonly scopes: readonly string[]
  readonly dataActions: readonly string[]
  /** The built-in role with the fewest data actions that allows all; absent if none does. */
  readonly builtIn?: {
    /** Its GUID. */
    readonly name: string
    readonly roleName: string
    /** What it allows besides. */
    readonly otherDataActions: readonly string[]
  }
  /** A role of exactly these data actions. */
  readonly definition: SuggestedDefinition
}

/** How to name what is suggested. */
export interface SuggestRolesOptions {
  /** The name of the custom role; that of a second one has its kind of scope behind it. Defaults to `Least privilege`. */
  readonly roleName?: string | undefined
}

/** The kinds of scope, the narrowest first. */
const KINDS = [
  { kind: 'keys', isOf: (scope: string) => scope.startsWith('/keys/') },
  { kind: 'all keys', isOf: (scope: string) => scope === '/keys' },
  { kind: 'HSM', isOf: (scope: string) => scope === '/' },
] as const

/**
 * Suggests the roles with which a caller could have made the calls of an audit trail, and little else.
 *
 * There is at most one suggestion for each kind of scope: the keys used, all keys, the HSM. What is needed on one key is not
 * suggested for all.
 *
 * @param audit - What `readAudit` returned; filter it by caller or outcome there.
 * @param options - See {@link SuggestRolesOptions}.
 * @returns One to three suggestions, or none if there were no calls.
 * @throws {@link HsmError} 400 `BadParameter` - an unknown option.
 *
 * @example
 * ```ts
 * import { createHsm, createKey, forkHsm, readAudit, sign, suggestRoles } from 'pocket-hsm'
 *
 * const hsm = createHsm()
 * createKey(hsm, 'orders', { kty: 'EC-HSM' })
 * sign(hsm, 'orders', { alg: 'ES256', value: new Uint8Array(32) })
 * const [suggestion] = suggestRoles({ entries: readAudit(hsm).entries.slice(1) })
 * suggestion?.scopes // ['/keys/orders']
 * suggestion?.builtIn?.roleName // 'Managed HSM Crypto User'
 * suggestion?.definition.dataActions // ['Microsoft.KeyVault/managedHsm/keys/sign/action']
 * ```
 */
export function suggestRoles(
  audit: RecordedCalls,
  options: SuggestRolesOptions = {},
): readonly RoleSuggestion[] {
  checkOptions('suggestRoles', options, OPTIONS)
  const roleName = options.roleName ?? 'Least privilege'
  const needed = requiredDataActions(audit)
  const parts = KINDS.map(({ kind, isOf }) => ({
    kind,
    needed: needed.filter(({ scope }) => isOf(scope)),
  })).filter((part) => part.needed.length > 0)
  return parts.map((part, index) => ({
    scopes: [...new Set(part.needed.map(({ scope }) => scope))],
    ...rolesFor(
      sortActions(part.needed.map(({ action }) => action)),
      index === 0 ? roleName : `${roleName} (${part.kind})`,
    ),
  }))
}

function rolesFor(
  dataActions: readonly string[],
  roleName: string,
): Omit<RoleSuggestion, 'scopes'> {
  const builtIn = leastBuiltInRole(dataActions)
  const wanted = { permissions: [{ ...NOTHING, dataActions }] }
  const own = builtIn?.permissions.flatMap((permission) => permission.dataActions) ?? []
  return {
    dataActions,
    ...(builtIn && {
      builtIn: {
        name: builtIn.name,
        roleName: builtIn.roleName,
        otherDataActions: own.filter((action) => !roleAllows(wanted, action)),
      },
    }),
    definition: {
      roleName,
      description: 'What the recorded calls need, and nothing else.',
      ...NOTHING,
      dataActions: [...dataActions],
    },
  }
}

const NOTHING: Permission = { actions: [], notActions: [], dataActions: [], notDataActions: [] }

const OPTIONS = optionTable<SuggestRolesOptions>({ roleName: OPTION_CHECKS.string })
