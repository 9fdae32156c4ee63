/** Export of what has changed in an HSM. */

import { engineOf, type Hsm } from '../engine/hsm.ts'
import { checkFork } from './check-fork.ts'
import { sealItems } from './sealed-items.ts'
import { nameState, stateId, stateName } from './state-id.ts'
import { type CountersJson, countersOf, serializeChanges } from './state-json.ts'

/** The first item of changes. */
export interface ChangesHeadJson extends CountersJson {
  /** What the state is called to which they belong. */
  readonly follows: string
  /** What the state is called to which they lead, where that was exported before. */
  readonly state?: string
}

/**
 * Exports what an HSM holds otherwise than a fork of it did, for a journal: a whole export, then changes, one after
 * the other.
 *
 * It costs what has changed, however many keys there are. Only where the state of `since` was in no export before, the
 * first call takes as long as one of {@link exportState}. Encrypted, and without any effect, as that is.
 *
 * @param since - A fork of the HSM, taken earlier with `forkHsm`.
 * @returns The changes, for {@link applyChanges}; `undefined` if there are none.
 * @throws {@link HsmError} 400 `BadParameter` - `since` is no fork of the HSM.
 *
 * @example
 * ```ts
 * import { applyChanges, createHsm, createKey, exportChanges, exportState, forkHsm, importState } from 'pocket-hsm'
 *
 * const hsm = createHsm({ seed: 'orders test' })
 * const copy = importState(exportState(hsm), { seed: 'orders test' })
 * const saved = forkHsm(hsm)
 * exportChanges(hsm, saved) // undefined
 * createKey(hsm, 'orders', { kty: 'EC-HSM' })
 * const changes = exportChanges(hsm, saved)
 * if (changes !== undefined) applyChanges(copy, changes)
 * ```
 */
export function exportChanges(hsm: Hsm, since: Hsm): Uint8Array | undefined {
  const [engine, earlier] = [engineOf(hsm), engineOf(since)]
  checkFork(engine, earlier)
  if (engine.state === earlier.state) return undefined
  const changes = serializeChanges(earlier.state, engine.state)
  const first = changes.next()
  const [counters, before] = [countersOf(engine.state), countersOf(earlier.state)]
  const follows = stateId(since)
  if (first.done && JSON.stringify(counters) === JSON.stringify(before)) {
    nameState(hsm, { id: follows, isOwn: false })
    return undefined
  }
  const known = stateName(hsm)?.id
  const head: ChangesHeadJson = { follows, ...(known && { state: known }), ...counters }
  const sealed = sealItems('changes', engine.securityDomain, items())
  nameState(hsm, { id: sealed.id, isOwn: false })
  return sealed.bytes

  function* items(): Generator<string, undefined> {
    yield JSON.stringify(head)
    if (!first.done) yield first.value
    yield* changes
  }
}
