/** What the management plane stores, and its JSON on the wire. */

import { toIsoInstant } from '../wire/instant.ts'

type Json = Readonly<Record<string, unknown>>

/** The parts of a Managed HSM that requests may set and that are returned as they were sent. */
export interface SentParts {
  readonly tags: Readonly<Record<string, string>>
  readonly sku: Json
  readonly identity?: Json
  readonly networkAcls: Json
  readonly publicNetworkAccess: string
  readonly regions: readonly Json[]
}

/** A Managed HSM as the management plane stores it. */
export interface HsmResource extends SentParts {
  readonly name: string
  readonly group: string
  readonly location: string
  readonly tenantId: string
  readonly administrators: readonly string[]
  /** Whether it was made without access control: its administrators have no role, and everyone may do everything. */
  readonly isOpen?: true
  readonly softDeleteRetentionDays: number
  readonly purgeProtection: boolean
  /** Milliseconds since 1970. */
  readonly createdAt: number
  /** Milliseconds since 1970; absent unless it is deleted. */
  readonly deletedAt?: number
}

/** A resource group. */
export interface GroupResource {
  readonly name: string
  readonly location: string
  readonly tags: Readonly<Record<string, string>>
}

/** A long-running operation: it has ended when it is stored, and clients fetch its result once. */
export interface StoredOperation {
  readonly id: string
  /** The Managed HSM that is its result; absent for none. */
  readonly hsm?: string
}

/** Everything that the management plane stores: JSON. Keys are names in lower case. */
export interface ManagementState {
  readonly groups: Readonly<Record<string, GroupResource>>
  readonly hsms: Readonly<Record<string, HsmResource>>
  readonly operations: readonly StoredOperation[]
}

/** A management plane without anything in it. */
export const EMPTY_MANAGEMENT: ManagementState = { groups: {}, hsms: {}, operations: [] }

/** What JSON depends on besides the resource. */
export interface ResourceContext {
  readonly subscriptionId: string
  readonly addressOf: (name: string) => string
  readonly isActivated: (name: string) => boolean
}

const PROVIDER = 'Microsoft.KeyVault'

const READY = 'The Managed HSM is provisioned and ready to use.'
const OPEN =
  'It has no access control: every caller may do everything, and initialAdminObjectIds has no effect.'

const NOT_ACTIVATED =
  'Your HSM has been provisioned, but cannot be used for cryptographic operations until it is activated. To activate the HSM, download the security domain.'
const ACTIVATED = 'Your HSM is activated and can be used for cryptographic operations.'

/** The identifier of a resource of a group. */
const idIn = (subscriptionId: string, group: string, rest = ''): string =>
  `/subscriptions/${subscriptionId}/resourceGroups/${group}${rest}`

const hsmId = ({ subscriptionId }: ResourceContext, { group, name }: HsmResource): string =>
  idIn(subscriptionId, group, `/providers/${PROVIDER}/managedHSMs/${name}`)

/** The JSON of a Managed HSM. */
export function hsmBody(hsm: HsmResource, context: ResourceContext): Json {
  const isActivated = context.isActivated(hsm.name)
  return {
    sku: hsm.sku,
    id: hsmId(context, hsm),
    name: hsm.name,
    type: `${PROVIDER}/managedHSMs`,
    location: hsm.location,
    tags: hsm.tags,
    ...(hsm.identity && { identity: hsm.identity }),
    systemData: { createdAt: toIsoInstant(hsm.createdAt), createdByType: 'User' },
    properties: {
      tenantId: hsm.tenantId,
      hsmUri: `${context.addressOf(hsm.name)}/`,
      initialAdminObjectIds: hsm.administrators,
      enableSoftDelete: true,
      softDeleteRetentionInDays: hsm.softDeleteRetentionDays,
      enablePurgeProtection: hsm.purgeProtection,
      provisioningState: 'Succeeded',
      statusMessage: hsm.isOpen ? `${READY} ${OPEN}` : READY,
      networkAcls: hsm.networkAcls,
      publicNetworkAccess: hsm.publicNetworkAccess,
      regions: hsm.regions,
      securityDomainProperties: {
        activationStatus: isActivated ? 'Active' : 'NotActivated',
        activationStatusMessage: isActivated ? ACTIVATED : NOT_ACTIVATED,
      },
    },
  }
}

const DAY = 86_400_000

/** When a deleted Managed HSM is purged: milliseconds since 1970. */
export function purgeDate({ deletedAt = 0, softDeleteRetentionDays }: HsmResource): number {
  return deletedAt + softDeleteRetentionDays * DAY
}

/** The JSON of a deleted Managed HSM. */
export function deletedHsmBody(hsm: HsmResource, context: ResourceContext): Json {
  const { subscriptionId } = context
  return {
    id: `/subscriptions/${subscriptionId}/providers/${PROVIDER}/locations/${hsm.location}/deletedManagedHSMs/${hsm.name}`,
    name: hsm.name,
    type: `${PROVIDER}/deletedManagedHSMs`,
    properties: {
      mhsmId: hsmId(context, hsm),
      location: hsm.location,
      deletionDate: toIsoInstant(hsm.deletedAt ?? 0),
      scheduledPurgeDate: toIsoInstant(purgeDate(hsm)),
      purgeProtectionEnabled: hsm.purgeProtection,
      tags: hsm.tags,
    },
  }
}

/** The JSON of a region of a Managed HSM, its own one first. */
export function regionBodies({ location, regions }: HsmResource): readonly Json[] {
  const others = regions.filter(({ name }) => name !== location)
  return [
    { name: location, provisioningState: 'Succeeded', isPrimary: true },
    ...others.map(({ name }) => ({ name, provisioningState: 'Succeeded', isPrimary: false })),
  ]
}

/** The JSON of a resource group. */
export function groupBody({ name, location, tags }: GroupResource, subscriptionId: string): Json {
  return {
    id: idIn(subscriptionId, name),
    name,
    type: 'Microsoft.Resources/resourceGroups',
    location,
    tags,
    properties: { provisioningState: 'Succeeded' },
  }
}
