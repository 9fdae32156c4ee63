/** The members of the administration state that exports, changes and journals have. */

import { EKM } from '../external-keys/ekm-state.ts'
import { JOBS } from '../jobs/job.ts'
import { ACCESS_CONTROL } from '../roles/access-control.ts'
import { ASSIGNMENTS } from '../roles/role-assignments.ts'
import { CUSTOM_ROLES } from '../roles/role-definitions.ts'
import { SETTINGS } from '../settings/setting.ts'
import { ACTIVATION } from '../state/activation.ts'
import { type AdministrationMember, readMember, withMember } from '../state/administration.ts'
import type { HsmState } from '../state/hsm-state.ts'
import { unknownStateFormat } from './state-errors.ts'

/** Every member, in the order in which it is exported: see `state/administration.ts` for how to add one. */
const MEMBERS = [
  SETTINGS,
  JOBS,
  ACTIVATION,
  ACCESS_CONTROL,
  CUSTOM_ROLES,
  ASSIGNMENTS,
  EKM,
] as readonly AdministrationMember<unknown>[]

/** One change of one member. */
export interface AdministrationChangeJson {
  /** The name of the member. */
  readonly member: string
  readonly change: unknown
}

/** Describes what is different in the administration of two states. */
export function* serializeAdministration(
  before: HsmState,
  after: HsmState,
): Generator<AdministrationChangeJson, undefined> {
  if (before.administration === after.administration) return
  for (const member of MEMBERS) {
    const changes = member.changes(readMember(before, member), readMember(after, member))
    for (const change of changes) yield { member: member.name, change }
  }
}

/** The state after one change; a member of a later program is refused, as nothing may be lost in silence. */
export function withAdministrationChange(
  state: HsmState,
  { member: name, change }: AdministrationChangeJson,
): HsmState {
  const member = MEMBERS.find((each) => each.name === name)
  if (member === undefined) throw unknownStateFormat(`of the administration's ${name}`)
  return withMember(state, member, member.apply(readMember(state, member), change))
}

/** Returns a state with the members that stay with an HSM taken from another state. */
export function withMembersThatStay(state: HsmState, from: HsmState): HsmState {
  let next = state
  for (const member of MEMBERS) {
    if (member.staysWithHsm) next = withMember(next, member, readMember(from, member))
  }
  return next
}
