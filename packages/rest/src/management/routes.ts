/** The paths of the management plane. */

import { type Route, type RouteFinder, routeFinder } from '../routes/route.ts'

/** The operations of the management plane. */
export type ManagementOperation =
  | 'getMetadata'
  | 'listTenants'
  | 'listSubscriptions'
  | 'getSubscription'
  | 'listLocations'
  | 'listGroups'
  | 'getGroup'
  | 'putGroup'
  | 'deleteGroup'
  | 'getOperation'
  | 'listResources'
  | 'listVaults'
  | 'listDirectoryObjects'
  | 'listHsms'
  | 'getHsm'
  | 'putHsm'
  | 'patchHsm'
  | 'deleteHsm'
  | 'listRegions'
  | 'listDeletedHsms'
  | 'getDeletedHsm'
  | 'purgeHsm'
  | 'checkName'

/** A row: method, path, operation, whether it has a body. */
type Row = readonly [string, string, ManagementOperation, Route['body']?]

const SUBSCRIPTION = 'subscriptions/{subscription}'
const GROUPS = `${SUBSCRIPTION}/resourcegroups`
const GROUP = `${GROUPS}/{group}`
const PROVIDER = 'providers/Microsoft.KeyVault'
const HSM = `${GROUP}/${PROVIDER}/managedHSMs/{name}`
const DELETED = `${SUBSCRIPTION}/${PROVIDER}/locations/{location}/deletedManagedHSMs/{name}`

const ROWS: readonly Row[] = [
  ['GET', 'metadata/endpoints', 'getMetadata'],
  ['GET', 'tenants', 'listTenants'],
  ['GET', 'subscriptions', 'listSubscriptions'],
  ['GET', SUBSCRIPTION, 'getSubscription'],
  ['GET', `${SUBSCRIPTION}/locations`, 'listLocations'],
  ['GET', GROUPS, 'listGroups'],
  ['GET', GROUP, 'getGroup'],
  ['HEAD', GROUP, 'getGroup'],
  ['PUT', GROUP, 'putGroup', 'object'],
  ['DELETE', GROUP, 'deleteGroup'],
  ['GET', `${SUBSCRIPTION}/operationresults/{operation}`, 'getOperation'],
  [
    'GET',
    `${SUBSCRIPTION}/${PROVIDER}/locations/{location}/managedHsmOperationResults/{operation}`,
    'getOperation',
  ],
  ['GET', `${SUBSCRIPTION}/resources`, 'listResources'],
  ['GET', `${SUBSCRIPTION}/${PROVIDER}/vaults`, 'listVaults'],
  ['GET', `${GROUP}/${PROVIDER}/vaults`, 'listVaults'],
  ['GET', `${SUBSCRIPTION}/${PROVIDER}/deletedVaults`, 'listVaults'],
  ['GET', `${SUBSCRIPTION}/${PROVIDER}/managedHSMs`, 'listHsms'],
  ['GET', `${GROUP}/${PROVIDER}/managedHSMs`, 'listHsms'],
  ['GET', HSM, 'getHsm'],
  ['PUT', HSM, 'putHsm', 'object'],
  ['PATCH', HSM, 'patchHsm', 'object'],
  ['DELETE', HSM, 'deleteHsm'],
  ['GET', `${HSM}/regions`, 'listRegions'],
  ['GET', `${SUBSCRIPTION}/${PROVIDER}/deletedManagedHSMs`, 'listDeletedHsms'],
  ['GET', DELETED, 'getDeletedHsm'],
  ['POST', `${DELETED}/purge`, 'purgeHsm'],
  ['POST', `${SUBSCRIPTION}/${PROVIDER}/checkMhsmNameAvailability`, 'checkName', 'object'],
  ['POST', 'v1.0/directoryObjects/getByIds', 'listDirectoryObjects', 'object'],
]

/** Finds the route of a request. */
export const matchManagementRoute: RouteFinder<ManagementOperation> =
  routeFinder<ManagementOperation>(
    ROWS.map(([method, path, operation, body = 'none']) => ({ method, path, operation, body })),
  )

/** Below these paths everything is the management plane's; none of them is a path of a key vault. */
const ROOTS = /^\/+(?:subscriptions|tenants|metadata\/endpoints|v1\.0\/directoryObjects)(?:\/|$)/i

/** Returns whether a path is one of the management plane's. */
export function isManagementPath(pathname: string): boolean {
  return ROOTS.test(pathname)
}
