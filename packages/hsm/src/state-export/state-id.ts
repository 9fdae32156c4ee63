/**
 * Which state an HSM is in, for changes to say what they follow: the last tag of the export that described it first.
 * A tag depends on everything sealed before it, so that the identifier of a state covers its history, as a commit does.
 */

import { sharedContents } from '../copies/shared-contents.ts'
import { engineOf, type Hsm } from '../engine/hsm.ts'
import { allKeys } from '../state/find-keys.ts'
import { EMPTY_STATE, type HsmState } from '../state/hsm-state.ts'
import { type SealedItems, sealInParts, sealItems } from './sealed-items.ts'
import { serializeSettings } from './settings-json.ts'
import { serializeChanges } from './state-json.ts'

/** A state's name. */
export interface StateName {
  readonly id: string
  /** Whether it is the tag of the whole export, which cannot hold its own tag. */
  readonly isOwn: boolean
}

/** States are immutable, and forks share them: what one export found out serves all. */
const names = sharedContents<HsmState, StateName>('state')

/** Returns the identifier of the present state. If it was never exported, this takes as long as exporting it. */
export function stateId(hsm: Hsm): string {
  return stateName(hsm)?.id ?? sealState(hsm).id
}

/** What the present state is called, if an export has met it. */
export function stateName(hsm: Hsm): StateName | undefined {
  return names.get(engineOf(hsm).state)
}

/** Gives the present state the name that it keeps; one that it has already stays. */
export function nameState(hsm: Hsm, name: StateName): void {
  const { state } = engineOf(hsm)
  if (!names.has(state)) names.set(state, name)
}

/** Exports the whole of an HSM, and names its state. */
export function sealState(hsm: Hsm): SealedItems {
  const sealed = sealItems('state', engineOf(hsm).securityDomain, stateItems(hsm))
  nameState(hsm, { id: sealed.id, isOwn: true })
  return sealed
}

/** Does what {@link sealState} does, in parts, for a fork that does not change meanwhile; identifies its state at the end. */
export function* sealStateInParts(fork: Hsm): Generator<Uint8Array, undefined> {
  const { securityDomain } = engineOf(fork)
  const id = yield* sealInParts('state', securityDomain, stateItems(fork))
  nameState(fork, { id, isOwn: true })
}

function* stateItems(hsm: Hsm): Generator<string, undefined> {
  const { state } = engineOf(hsm)
  allKeys(state)
  const name = stateName(hsm)
  yield JSON.stringify(serializeSettings(hsm, name?.isOwn ? undefined : name?.id))
  yield* serializeChanges(EMPTY_STATE, state)
}
