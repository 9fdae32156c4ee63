/** The management plane, and what is found in it. */

import { deletedHsmNotFound, groupNotFound, hsmNotFound } from './errors.ts'
import type { ManagedHsmHosting } from './hosting.ts'
import type { GroupResource, HsmResource, ManagementState } from './resources.ts'

/** The management plane: its state, and whoever runs its HSMs. */
export interface Plane {
  state: ManagementState
  readonly hosting: ManagedHsmHosting
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly tenantId: string
}

/** Names are compared without regard to case. */
export const keyOf = (name: string): string => name.toLowerCase()

/** Returns whether two names are the same. */
export const isSame = (a: string, b: string): boolean => keyOf(a) === keyOf(b)

/** Lists Managed HSMs, of all groups or of one. */
export function listHsms(
  { state }: Plane,
  { isDeleted = false, group }: { readonly isDeleted?: boolean; readonly group?: string },
): readonly HsmResource[] {
  return Object.values(state.hsms).filter(
    (hsm) =>
      (hsm.deletedAt !== undefined) === isDeleted &&
      (group === undefined || isSame(hsm.group, group)),
  )
}

/** Returns a Managed HSM; throws a 404. */
export function findHsm({ state }: Plane, group: string, name: string): HsmResource {
  const hsm = find(state, name)
  if (hsm !== undefined && hsm.deletedAt === undefined && isSame(hsm.group, group)) return hsm
  throw hsmNotFound(name, group)
}

/** Returns a deleted Managed HSM; throws a 404. */
export function findDeletedHsm({ state }: Plane, name: string, location?: string): HsmResource {
  const hsm = find(state, name)
  const isThere =
    location === undefined || isSame(hsm?.location ?? '', location.replaceAll(' ', ''))
  if (hsm?.deletedAt === undefined || !isThere) throw deletedHsmNotFound(name)
  return hsm
}

/** Returns a resource group; throws a 404. */
export function findGroup({ state }: Plane, name: string): GroupResource {
  const key = keyOf(name)
  const group = Object.hasOwn(state.groups, key) ? state.groups[key] : undefined
  if (group === undefined) throw groupNotFound(name)
  return group
}

/** Returns a Managed HSM, deleted or not. */
export function find({ hsms }: ManagementState, name: string): HsmResource | undefined {
  const key = keyOf(name)
  return Object.hasOwn(hsms, key) ? hsms[key] : undefined
}
