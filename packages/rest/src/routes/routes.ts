/**
 * All routes, and the one that matches a request.
 *
 * To add a subject of the administration: a file next to `role-routes.ts` with its operations' names and its routes, a
 * row in the two lists below, and a file next to `handler/role-operations.ts` with what each operation does.
 */

import type { ProfileName } from 'pocket-hsm'
import { BACKUP_ROUTES, type BackupOperationName } from './backup-routes.ts'
import { EKM_ROUTES, type EkmOperationName } from './ekm-routes.ts'
import { KEY_ROUTES, type KeyOperationName } from './key-routes.ts'
import { ROLE_ROUTES, type RoleOperationName } from './role-routes.ts'
import { type Route, type RouteMatch, routeFinder } from './route.ts'
import {
  SECURITY_DOMAIN_ROUTES,
  type SecurityDomainOperationName,
} from './security-domain-routes.ts'
import { SETTING_ROUTES, type SettingOperationName } from './setting-routes.ts'

/** The operations of the administration, by the names of the engine's functions: one type for each subject. */
export type AdministrationOperationName =
  | BackupOperationName
  | EkmOperationName
  | RoleOperationName
  | SecurityDomainOperationName
  | SettingOperationName

/** The operations of the REST API, by the names of the engine's functions. */
export type OperationName = KeyOperationName | AdministrationOperationName

/** The routes that only a Managed HSM has: one table for each subject. */
const ADMINISTRATION_ROUTES: readonly Route<AdministrationOperationName>[] = [
  ...ROLE_ROUTES,
  ...BACKUP_ROUTES,
  ...SETTING_ROUTES,
  ...SECURITY_DOMAIN_ROUTES,
  ...EKM_ROUTES,
]

/**
 * The routes of each kind of service. Those of the administration come before those of keys: `/keys/{name}/providers/…`
 * would be a key with the version `providers`.
 */
const MANAGED_HSM_ROUTES: readonly Route<OperationName>[] = [
  ...ADMINISTRATION_ROUTES,
  ...KEY_ROUTES,
]

/**
 * The operations of the REST API.
 *
 * @returns Each name once: those on keys, then those of the administration.
 *
 * @example
 * ```ts
 * import { OPERATION_NAMES } from '@pocket-hsm/rest'
 *
 * OPERATION_NAMES.includes('rotateKey') // true
 * ```
 */
export const OPERATION_NAMES: readonly OperationName[] = [
  ...new Set([...KEY_ROUTES, ...ADMINISTRATION_ROUTES].map(({ operation }) => operation)),
]

/** Returns the route of an operation: the first one, if it has several spellings. */
export function routeOf(operation: OperationName): Route<OperationName> | undefined {
  return MANAGED_HSM_ROUTES.find((route) => route.operation === operation)
}

const inManagedHsm = routeFinder(MANAGED_HSM_ROUTES)
const inVault = routeFinder<OperationName>(KEY_ROUTES)

/** Finds the route of a request to a service. */
export function matchRoute(
  method: string,
  pathname: string,
  profile: ProfileName,
): RouteMatch<OperationName> {
  return (profile === 'managed-hsm' ? inManagedHsm : inVault)(method, pathname)
}
