/** The operations of the management plane by name. */

import type { ResponseParts } from '../responses/response-parts.ts'
import {
  deleteGroup,
  deleteHsm,
  isHsmName,
  isNameTaken,
  patchHsm,
  purgeHsm,
  putGroup,
  putHsm,
  storeOperation,
} from './commands.ts'
import { managementError } from './errors.ts'
import { findDeletedHsm, findGroup, findHsm, listHsms, type Plane } from './find.ts'
import { parseCheckName, parseGroup, parseHsmRequest } from './parse-resource.ts'
import {
  deletedHsmBody,
  groupBody,
  hsmBody,
  type ResourceContext,
  regionBodies,
} from './resources.ts'
import type { ManagementOperation } from './routes.ts'

/** The cloud that the management plane describes. */
export interface Cloud {
  readonly subscriptionId: string
  readonly subscriptionName: string
  readonly tenantId: string
  /** The URL of the token issuer; absent for the management plane's own origin. */
  readonly loginEndpoint?: string | undefined
  /** The ending of the hosts of Managed HSMs, without a dot at the start; absent for that of {@link suffixOf}. */
  readonly hsmSuffix?: string | undefined
}

/** A request whose operation is to be run. */
export interface ManagementCall {
  readonly plane: Plane
  readonly cloud: Cloud
  readonly url: URL
  /** The parameters of the path; empty for those that it does not have. */
  readonly path: Readonly<
    Record<'subscription' | 'group' | 'location' | 'operation' | 'name', string>
  >
  readonly apiVersion: string
  readonly body: unknown
}

type Operation = (call: ManagementCall) => ResponseParts

const ok = (json: unknown, status = 200): ResponseParts => ({ status, json })
const list = (value: readonly unknown[]): ResponseParts => ok({ value })

/** The locations that can be chosen: names only, nothing is there. */
const LOCATIONS: readonly string[] = [
  'eastus',
  'eastus2',
  'westus',
  'westus2',
  'westus3',
  'centralus',
  'southcentralus',
  'northeurope',
  'westeurope',
  'uksouth',
  'switzerlandnorth',
  'australiaeast',
  'japaneast',
  'southeastasia',
]

/** The operations. */
export const MANAGEMENT_OPERATIONS: Readonly<Record<ManagementOperation, Operation>> = {
  getMetadata: (call) => ok(metadataOf(call)),
  listTenants: ({ cloud: { tenantId } }) =>
    list([
      { id: `/tenants/${tenantId}`, tenantId, tenantCategory: 'Home', displayName: 'pocket-hsm' },
    ]),
  listSubscriptions: ({ cloud }) => list([subscriptionBody(cloud)]),
  getSubscription: ({ cloud }) => ok(subscriptionBody(cloud)),
  listLocations: ({ cloud: { subscriptionId } }) =>
    list(
      LOCATIONS.map((name) => ({
        id: `/subscriptions/${subscriptionId}/locations/${name}`,
        name,
        displayName: name,
        regionalDisplayName: name,
        type: 'Region',
      })),
    ),
  listGroups: ({ plane, cloud }) =>
    list(Object.values(plane.state.groups).map((group) => groupBody(group, cloud.subscriptionId))),
  getGroup: ({ plane, cloud, path }) =>
    ok(groupBody(findGroup(plane, path.group), cloud.subscriptionId)),
  putGroup: ({ plane, cloud, path, body }) => {
    const isNew = putGroup(plane, parseGroup(path.group, body))
    return ok(groupBody(findGroup(plane, path.group), cloud.subscriptionId), isNew ? 201 : 200)
  },
  deleteGroup: (call) => {
    deleteGroup(call.plane, call.path.group)
    return accepted(call, undefined)
  },
  getOperation: (call) => {
    const { plane, path } = call
    const found = plane.state.operations.find(({ id }) => id === path.operation.toLowerCase())
    if (found === undefined) {
      throw managementError(404, 'OperationNotFound', 'The operation was not found.')
    }
    const hsm = found.hsm === undefined ? undefined : plane.state.hsms[found.hsm]
    return hsm === undefined ? { status: 200 } : ok(hsmBody(hsm, contextOf(call)))
  },
  listResources: () => list([]),
  listVaults: () => list([]),
  listDirectoryObjects: () => list([]),
  listHsms: (call) => {
    const { group } = call.path
    const hsms = listHsms(call.plane, group === '' ? {} : { group })
    return list(hsms.map((hsm) => hsmBody(hsm, contextOf(call))))
  },
  getHsm: (call) =>
    ok(hsmBody(findHsm(call.plane, call.path.group, call.path.name), contextOf(call))),
  putHsm: (call) => {
    const { plane, path } = call
    const isThere = Object.hasOwn(plane.state.hsms, path.name.toLowerCase())
    const request = parseHsmRequest(call.body)
    const hsm = putHsm(plane, path.group, path.name, request)
    if (isThere && !request.isRecovery) return ok(hsmBody(hsm, contextOf(call)))
    return accepted(call, hsm.name)
  },
  patchHsm: (call) => {
    const { plane, path } = call
    const hsm = patchHsm(plane, path.group, path.name, parseHsmRequest(call.body))
    return ok(hsmBody(hsm, contextOf(call)))
  },
  deleteHsm: (call) => {
    const { plane, path } = call
    return deleteHsm(plane, path.group, path.name) ? accepted(call, undefined) : { status: 204 }
  },
  listRegions: ({ plane, path }) => list(regionBodies(findHsm(plane, path.group, path.name))),
  listDeletedHsms: (call) =>
    list(
      listHsms(call.plane, { isDeleted: true }).map((hsm) => deletedHsmBody(hsm, contextOf(call))),
    ),
  getDeletedHsm: (call) => {
    const { plane, path } = call
    return ok(deletedHsmBody(findDeletedHsm(plane, path.name, path.location), contextOf(call)))
  },
  purgeHsm: (call) => {
    purgeHsm(call.plane, call.path.location, call.path.name)
    return accepted(call, undefined)
  },
  checkName: ({ plane, body }) => {
    const name = parseCheckName(body)
    if (!isHsmName(name)) {
      const message =
        'The name must have 3 to 24 letters, digits and hyphens, and begin with a letter.'
      return ok({ nameAvailable: false, reason: 'AccountNameInvalid', message })
    }
    if (!isNameTaken(plane, name)) return ok({ nameAvailable: true })
    const message = `The name '${name}' is already in use.`
    return ok({ nameAvailable: false, reason: 'AlreadyExists', message })
  },
}

function contextOf({ plane, cloud, url }: ManagementCall): ResourceContext {
  const suffix = suffixOf(cloud, url)
  return {
    subscriptionId: cloud.subscriptionId,
    addressOf: (name) => `${url.protocol}//${name.toLowerCase()}.${suffix}`,
    isActivated: plane.hosting.isActivated,
  }
}

const LOOPBACK = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/

/** The ending of hosts: that of the cloud, unless the client has called this machine. */
function suffixOf({ hsmSuffix }: Cloud, { hostname, port }: URL): string {
  if (hsmSuffix !== undefined) return hsmSuffix
  return LOOPBACK.test(hostname) ? `localhost${port && `:${port}`}` : 'managedhsm.azure.net'
}

/** A 202 that leads to the result, which is there already. */
function accepted(call: ManagementCall, hsm: string | undefined): ResponseParts {
  const { plane, cloud, url, apiVersion, path } = call
  const id = storeOperation(plane, hsm === undefined ? {} : { hsm: hsm.toLowerCase() })
  const location = path.location || locationOf(plane, path.name) || 'eastus'
  const version = encodeURIComponent(apiVersion)
  return {
    status: 202,
    headers: {
      location: `${url.origin}/subscriptions/${cloud.subscriptionId}/providers/Microsoft.KeyVault/locations/${encodeURIComponent(location)}/managedHsmOperationResults/${id}?api-version=${version}`,
      'retry-after': '1',
    },
  }
}

const locationOf = ({ state }: Plane, name: string): string | undefined =>
  state.hsms[name.toLowerCase()]?.location

function subscriptionBody({ subscriptionId, subscriptionName, tenantId }: Cloud): unknown {
  return {
    id: `/subscriptions/${subscriptionId}`,
    authorizationSource: 'RoleBased',
    managedByTenants: [],
    subscriptionId,
    tenantId,
    displayName: subscriptionName,
    state: 'Enabled',
    subscriptionPolicies: {
      locationPlacementId: 'Public_2014-09-01',
      quotaId: 'PayAsYouGo_2014-09-01',
      spendingLimit: 'Off',
    },
  }
}

/** What `az cloud register` reads: one cloud, whose addresses are all here. */
function metadataOf({ url, cloud }: ManagementCall): unknown {
  const { origin } = url
  return {
    name: 'pocket-hsm',
    // An authority that ends in /adfs is asked for no instance discovery, which would go to Microsoft.
    authentication: {
      loginEndpoint: cloud.loginEndpoint ?? `${origin}/adfs`,
      audiences: ['https://management.core.windows.net/', 'https://management.azure.com/'],
      tenant: cloud.tenantId,
      identityProvider: 'ADFS',
    },
    resourceManager: origin,
    graphAudience: origin,
    graph: origin,
    microsoftGraphResourceId: origin,
    media: origin,
    batch: origin,
    activeDirectoryDataLake: origin,
    portal: origin,
    gallery: origin,
    sqlManagement: origin,
    suffixes: {
      mhsmDns: suffixOf(cloud, url),
      keyVaultDns: suffixOf(cloud, url),
      storage: 'core.windows.net',
    },
  }
}
