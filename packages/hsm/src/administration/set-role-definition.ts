/** Create or update role definition: PUT {scope}/providers/Microsoft.Authorization/roleDefinitions/{name}. */

import type { Hsm } from '../engine/hsm.ts'
import { runOperation } from '../engine/run-operation.ts'
import { badParameter } from '../hsm-error.ts'
import { checkOptions, OPTION_CHECKS, optionTable } from '../options/check-options.ts'
import {
  CUSTOM_ROLES,
  copyDefinition,
  type RoleDefinition,
  roleDefinition,
} from '../roles/role-definitions.ts'
import { readMember, withMember } from '../state/administration.ts'
import { getValue, withValue } from '../state/sorted-map.ts'
import { copyOfText } from '../state/text-copy.ts'
import {
  needCustomRole,
  needHsmScope,
  type PermissionInput,
  parsePermissions,
  readGuid,
  readScope,
  stateKeyOf,
} from './role-input.ts'

/** A custom role. */
export interface RoleDefinitionParameters {
  /** Defaults to the empty text. */
  readonly roleName?: string | undefined
  readonly description?: string | undefined
  /** What is absent of a permission is empty. Defaults to none: a role that allows nothing. */
  readonly permissions?: readonly PermissionInput[] | undefined
  /** `/` alone, which it defaults to. */
  readonly assignableScopes?: readonly string[] | undefined
  /** Where it is defined: `/`, which it defaults to. */
  readonly scope?: string | undefined
}

/** The documentation's limit. */
const MOST_CUSTOM_ROLES = 50
const LONGEST_NAME = 512
const LONGEST_DESCRIPTION = 2048

/**
 * Creates a custom role, or replaces one as a whole. All or nothing.
 *
 * @param name - A GUID that the caller chooses.
 * @param parameters - See {@link RoleDefinitionParameters}; every member is optional.
 * @returns The definition, completed.
 * @throws {@link HsmError} 400 `BadParameter` - a name that is no GUID, the GUID or the name of a built-in role, another
 *   scope than `/`, more than 50 custom roles, permissions of more than 500 actions; of a strict HSM also a data action
 *   that does not exist.
 * @see Key Vault REST API, Role Definitions - Create Or Update
 *
 * @example
 * ```ts
 * import { createHsm, setRoleDefinition } from 'pocket-hsm'
 *
 * const dataActions = ['Microsoft.KeyVault/managedHsm/keys/sign/action']
 * const { roleType } = setRoleDefinition(createHsm(), '0f8e14c2-6c1b-4d6f-9a55-2f3f8c1c9a10', {
 *   roleName: 'Signer',
 *   permissions: [{ dataActions }],
 * })
 * roleType // 'CustomRole'
 * ```
 */
export function setRoleDefinition(
  hsm: Hsm,
  name: string,
  parameters: RoleDefinitionParameters = {},
): RoleDefinition {
  return runOperation(hsm, 'setRoleDefinition', (call) => {
    const { scope, roleName, description, permissions, assignableScopes } = parameters ?? {}
    const { engine } = call
    const place = readScope(call, scope ?? '/')
    checkOptions('setRoleDefinition', parameters ?? {}, OPTIONS)
    needHsmScope(place)
    const guid = readGuid('definition', name, engine)
    needCustomRole(engine, guid, roleName ?? undefined)
    const definition = roleDefinition({
      name: guid,
      roleName: textOf('roleName', roleName, LONGEST_NAME),
      description: textOf('description', description, LONGEST_DESCRIPTION),
      roleType: 'CustomRole',
      permissions: parsePermissions(permissions ?? [], engine.strict),
    })
    checkAssignableScopes(assignableScopes ?? ['/'])
    const custom = readMember(engine.state, CUSTOM_ROLES)
    const key = stateKeyOf(guid)
    if (custom.size >= MOST_CUSTOM_ROLES && getValue(custom, key) === undefined) {
      throw badParameter(`The limit of ${MOST_CUSTOM_ROLES} custom roles has been reached.`)
    }
    engine.state = withMember(engine.state, CUSTOM_ROLES, withValue(custom, key, definition))
    return copyDefinition(definition)
  })
}

function textOf(name: string, text: string | null | undefined, longest: number): string {
  const given = text ?? ''
  if (given.length <= longest) return copyOfText(given)
  throw badParameter(`${name} has more than ${longest} characters.`)
}

function checkAssignableScopes(scopes: readonly string[]): void {
  if (scopes.every((scope) => scope === '/')) return
  throw badParameter('assignableScopes must be ["/"]: a Managed HSM supports no other scope.')
}

const { listOf, members, string } = OPTION_CHECKS

const texts = listOf(string)

const OPTIONS = optionTable<RoleDefinitionParameters>({
  roleName: string,
  description: string,
  permissions: listOf(
    members(
      optionTable<PermissionInput>({
        actions: texts,
        notActions: texts,
        dataActions: texts,
        notDataActions: texts,
      }),
    ),
  ),
  assignableScopes: texts,
  scope: string,
})
