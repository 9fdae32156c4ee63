/** What requests make of the state of the management plane: each is all or nothing. */

import {
  badManagementRequest,
  deletedHsmNotFound,
  managementConflict,
  managementError,
} from './errors.ts'
import {
  find,
  findDeletedHsm,
  findGroup,
  findHsm,
  isSame,
  keyOf,
  listHsms,
  type Plane,
} from './find.ts'
import type { HsmRequest } from './parse-resource.ts'
import {
  EMPTY_MANAGEMENT,
  type GroupResource,
  type HsmResource,
  type ManagementState,
  purgeDate,
  type StoredOperation,
} from './resources.ts'

const NAME = /^[a-zA-Z](?:-?[a-zA-Z0-9]){2,23}$/
const LONGEST_NAME = 24
const GROUP_NAME = /^[-\w.()]{1,90}$/

/** The service's limit for one region. */
const MOST_HSMS_OF_A_REGION = 5
const MOST_GROUPS = 980

/** Returns whether a name can be that of a Managed HSM: 3 to 24 letters, digits and single hyphens, a letter first. */
export const isHsmName = (name: string): boolean => name.length <= LONGEST_NAME && NAME.test(name)

/** Returns whether a name is in use, by a deleted Managed HSM too. */
export function isNameTaken({ state, hosting }: Plane, name: string): boolean {
  return find(state, name) !== undefined || hosting.isTaken(name)
}

/** Purges what has been deleted for as long as it is kept. */
export function applyTime(plane: Plane): void {
  for (const hsm of listHsms(plane, { isDeleted: true })) {
    if (purgeDate(hsm) <= plane.now()) purge(plane, hsm)
  }
}

/** Creates, updates or recovers a Managed HSM. */
export function putHsm(
  plane: Plane,
  group: string,
  name: string,
  request: HsmRequest,
): HsmResource {
  findGroup(plane, group)
  if (request.isRecovery) return recoverHsm(plane, group, name)
  const there = find(plane.state, name)
  if (there?.deletedAt !== undefined) {
    throw managementConflict(
      `A Managed HSM with the name '${name}' is in a deleted state. Recover or purge it, or use another name.`,
    )
  }
  if (there !== undefined) {
    if (isSame(there.group, group)) return updateHsm(plane, there, request)
    throw managementConflict(`The name '${name}' is already in use.`)
  }
  return createHsmResource(plane, group, name, request)
}

function createHsmResource(
  plane: Plane,
  group: string,
  name: string,
  request: HsmRequest,
): HsmResource {
  const { location, administrators, isRecovery: _, ...rest } = request
  if (!isHsmName(name)) {
    throw badManagementRequest(
      'The name of a Managed HSM must have 3 to 24 letters, digits and hyphens, and begin with a letter.',
    )
  }
  if (plane.hosting.isTaken(name)) throw managementConflict(`The name '${name}' is already in use.`)
  if (location === undefined) throw badManagementRequest('location is required.')
  if (administrators === undefined) {
    throw badManagementRequest('initialAdminObjectIds is required: at least one object id.')
  }
  const inRegion = Object.values(plane.state.hsms).filter((hsm) => hsm.location === location)
  if (inRegion.length >= MOST_HSMS_OF_A_REGION) {
    throw managementError(
      409,
      'QuotaExceeded',
      `A subscription has at most ${MOST_HSMS_OF_A_REGION} Managed HSMs in a region, deleted ones included.`,
    )
  }
  const hsm: HsmResource = {
    tags: {},
    sku: { family: 'B', name: 'Standard_B1' },
    networkAcls: {
      bypass: 'AzureServices',
      defaultAction: 'Allow',
      ipRules: [],
      virtualNetworkRules: [],
    },
    publicNetworkAccess: 'Enabled',
    regions: [],
    tenantId: plane.tenantId,
    softDeleteRetentionDays: 90,
    purgeProtection: false,
    ...rest,
    name,
    group: findGroup(plane, group).name,
    location,
    administrators,
    ...(plane.hosting.hasAccessControl === false && { isOpen: true }),
    createdAt: plane.now(),
  }
  const { softDeleteRetentionDays, purgeProtection } = hsm
  plane.hosting.create({ name, softDeleteRetentionDays, purgeProtection, administrators })
  return store(plane, hsm)
}

/** Changes what may change; the rest is as it was, whatever the request says. */
function updateHsm(plane: Plane, hsm: HsmResource, request: HsmRequest): HsmResource {
  const { location, purgeProtection, tags, identity, networkAcls, publicNetworkAccess, regions } =
    request
  if (location !== undefined && location !== hsm.location) {
    throw managementError(
      409,
      'InvalidResourceLocation',
      `The Managed HSM '${hsm.name}' is in ${hsm.location}, and cannot be moved to ${location}.`,
    )
  }
  if (hsm.purgeProtection && purgeProtection === false) {
    throw badManagementRequest('The property "enablePurgeProtection" cannot be set to false.')
  }
  if (purgeProtection === true && !hsm.purgeProtection) plane.hosting.protect?.(hsm.name)
  return store(plane, {
    ...hsm,
    ...(purgeProtection !== undefined && { purgeProtection }),
    ...(tags && { tags }),
    ...(identity && { identity }),
    ...(networkAcls && { networkAcls: { ...hsm.networkAcls, ...networkAcls } }),
    ...(publicNetworkAccess && { publicNetworkAccess }),
    ...(regions && { regions }),
  })
}

/** Updates a Managed HSM that is there. */
export function patchHsm(
  plane: Plane,
  group: string,
  name: string,
  request: HsmRequest,
): HsmResource {
  return updateHsm(plane, findHsm(plane, group, name), request)
}

function recoverHsm(plane: Plane, group: string, name: string): HsmResource {
  const hsm = findDeletedHsm(plane, name)
  if (!isSame(hsm.group, group)) throw deletedHsmNotFound(name)
  const { deletedAt: _, ...recovered } = hsm
  plane.hosting.setReachable(hsm.name, true)
  return store(plane, recovered)
}

/** Deletes a Managed HSM; returns whether there was one. */
export function deleteHsm(plane: Plane, group: string, name: string): boolean {
  const hsm = find(plane.state, name)
  if (hsm === undefined || hsm.deletedAt !== undefined || !isSame(hsm.group, group)) return false
  plane.hosting.setReachable(hsm.name, false)
  store(plane, { ...hsm, deletedAt: plane.now() })
  return true
}

/** Purges a deleted Managed HSM. */
export function purgeHsm(plane: Plane, location: string, name: string): void {
  const hsm = findDeletedHsm(plane, name, location)
  if (hsm.purgeProtection) {
    throw managementError(
      405,
      'MethodNotAllowed',
      'The operation "DeletedManagedHsmPurge" is not allowed because purge protection is enabled for this Managed HSM.',
    )
  }
  purge(plane, hsm)
}

function purge(plane: Plane, { name }: HsmResource): void {
  plane.hosting.destroy(name)
  const { [keyOf(name)]: _, ...hsms } = plane.state.hsms
  plane.state = { ...plane.state, hsms }
}

/** Creates or replaces a resource group; returns whether it is new. */
export function putGroup(plane: Plane, group: GroupResource): boolean {
  const key = keyOf(group.name)
  const { groups } = plane.state
  const isNew = !Object.hasOwn(groups, key)
  if (!GROUP_NAME.test(group.name) || group.name.endsWith('.')) {
    throw managementError(
      400,
      'InvalidResourceGroup',
      'The name of a resource group must have 1 to 90 letters, digits, periods, underscores, hyphens and parentheses.',
    )
  }
  if (isNew && Object.keys(groups).length >= MOST_GROUPS) {
    throw managementError(409, 'QuotaExceeded', `There are ${MOST_GROUPS} resource groups already.`)
  }
  const before = groups[key]
  if (before !== undefined && before.location !== group.location) {
    throw managementError(
      409,
      'InvalidResourceGroupLocation',
      `The resource group '${before.name}' is in ${before.location}.`,
    )
  }
  const next = before === undefined ? group : { ...group, name: before.name }
  plane.state = { ...plane.state, groups: { ...groups, [key]: next } }
  return isNew
}

/** Deletes a resource group with all that is in it. */
export function deleteGroup(plane: Plane, name: string): void {
  findGroup(plane, name)
  for (const hsm of listHsms(plane, { group: name })) deleteHsm(plane, name, hsm.name)
  const { [keyOf(name)]: _, ...groups } = plane.state.groups
  plane.state = { ...plane.state, groups }
}

/** Only the latest results of operations are kept. */
const MOST_OPERATIONS = 100

/** Stores the result of an operation, for the client to fetch; returns its identifier, a GUID that counts. */
export function storeOperation(plane: Plane, result: Omit<StoredOperation, 'id'>): string {
  const before = plane.state.operations
  const last = Number.parseInt(before.at(-1)?.id.slice(-12) ?? '0', 16)
  const id = `00000000-0000-4000-8000-${(last + 1).toString(16).padStart(12, '0')}`
  plane.state = {
    ...plane.state,
    operations: [...before, { id, ...result }].slice(-MOST_OPERATIONS),
  }
  return id
}

/** The state of a plane that begins: with the given one, or with one resource group. */
export function firstState(
  state: ManagementState | undefined,
  group: GroupResource,
): ManagementState {
  return state ?? { ...EMPTY_MANAGEMENT, groups: { [keyOf(group.name)]: group } }
}

function store(plane: Plane, hsm: HsmResource): HsmResource {
  plane.state = { ...plane.state, hsms: { ...plane.state.hsms, [keyOf(hsm.name)]: hsm } }
  return hsm
}
