/** Export of an HSM in parts, one for each key, for a database that many servers share. */

import { type Engine, engineOf, type Hsm, handleOf } from '../engine/hsm.ts'
import type { ListName } from '../state/elsewhere.ts'
import { allKeys } from '../state/find-keys.ts'
import { EMPTY_STATE, type Entry, instantsOf, nameKey } from '../state/hsm-state.ts'
import { emptyMap } from '../state/sorted-map.ts'
import { differences } from '../state/sorted-map-difference.ts'
import { checkFork } from '../state-export/check-fork.ts'
import { exportState } from '../state-export/export-state.ts'
import { purgeCounts } from '../state-export/state-json.ts'
import { type OpenedKey, openedKeyOf, sealKey } from './opened-key.ts'

/** A key as a database keeps it. Only `bytes` hold anything secret, and they are sealed. */
export interface KeyPart {
  /** The name of the key, upper-cased: names are case-insensitive. */
  readonly name: string
  /** The list that shows it; absent while it is being purged. */
  readonly list?: ListName
  /** Its place in the order of creation. */
  readonly sequence: number
  /** Whether it was created since, so that its place is only relative to those of other new keys. */
  readonly isNew: boolean
  /** The Unix second at which time will change it; absent if none will. */
  readonly dueAt?: number
  /** The Unix second of the next notice of an expiry, for listeners; absent if there is none. */
  readonly noticeAt?: number
  /** The key with all its versions, sealed under the security domain together with its name. */
  readonly bytes: Uint8Array
  /** The same key, to be used in partial HSMs without opening the bytes. */
  readonly opened: OpenedKey
}

/** What an HSM holds, or what has changed in it. */
export interface HsmParts {
  /** The settings and all that is of no key, as `exportState` seals an HSM without keys; absent if nothing of it has changed. */
  readonly hsm?: Uint8Array
  /** The keys that were created or changed, in the order of creation. */
  readonly keys: readonly KeyPart[]
  /** The names, upper-cased, of keys that are no more. */
  readonly gone: readonly string[]
  /** Under a seed: how often each name was purged, where that has changed. */
  readonly purges: readonly { readonly name: string; readonly times: number }[]
  /** Under a seed: how many times random bytes were returned, if that has changed. */
  readonly randomDraws?: number
  /** The most keys that the HSM may have, if keys were created; absent if there is no limit. */
  readonly keyLimit?: number
}

/**
 * Exports an HSM in parts: those that are different from an earlier fork, or all of them.
 *
 * Like `exportChanges` it costs what has changed; unlike it, the parts can be stored and read one by one, for a partial HSM
 * that holds only some of them. Exporting changes nothing and draws nothing.
 *
 * @param since - A fork of the HSM, taken earlier with `forkHsm`; by default, everything is exported.
 * @returns The parts. The same state gives the same bytes.
 * @throws {@link HsmError} 400 `BadParameter` - `since` is no fork of the HSM.
 * @throws {@link HsmError} 503 `PartNotLoaded` - a partial HSM, without `since`.
 * @see docs/decisions/0020-load-what-a-request-names.md
 *
 * @example
 * ```ts
 * import { createHsm, createKey, exportParts, forkHsm } from 'pocket-hsm'
 *
 * const hsm = createHsm()
 * const before = forkHsm(hsm)
 * createKey(hsm, 'orders', { kty: 'oct-HSM' })
 * const { keys } = exportParts(hsm, before)
 * keys.map(({ name, list }) => [name, list]) // [['ORDERS', 'active']]
 * ```
 */
export function exportParts(hsm: Hsm, since?: Hsm): HsmParts {
  const engine = engineOf(hsm)
  const earlier = since === undefined ? undefined : engineOf(since)
  const { state } = engine
  if (earlier === undefined) allKeys(state)
  else checkFork(engine, earlier)
  const before = earlier?.state ?? EMPTY_STATE
  const changes = [...differences(before.keys, state.keys)]
  const isLarger = changes.some(({ before: was }) => was === undefined)
  const isOther = earlier === undefined || state.administration !== before.administration
  return {
    ...(isOther && { hsm: exportState(withoutKeys(hsm)) }),
    keys: changes
      .flatMap(({ before: was, after }) =>
        after === undefined ? [] : [keyPart(engine, was, after)],
      )
      .sort((a, b) => a.sequence - b.sequence),
    gone: changes.flatMap(({ key, after }) => (after === undefined ? [key] : [])),
    purges: [...purgeCounts(before, state)],
    ...(state.randomDraws !== before.randomDraws && { randomDraws: state.randomDraws }),
    ...(isLarger && Number.isFinite(engine.limits.keys) && { keyLimit: engine.limits.keys }),
  }
}

function keyPart(engine: Engine, before: Entry | undefined, entry: Entry): KeyPart {
  const { record, sequence } = entry
  const { dueAt, noticeAt } = instantsOf(engine, entry)
  const list = record.state === 'active' || record.state === 'deleted' ? record.state : undefined
  return {
    name: nameKey(record.name),
    ...(list && { list }),
    sequence,
    isNew: before?.sequence !== sequence,
    ...(dueAt !== undefined && { dueAt }),
    ...(noticeAt !== undefined && { noticeAt }),
    bytes: sealKey(engine.securityDomain, entry),
    opened: openedKeyOf(entry),
  }
}

/** An HSM with the same settings and administration, and no keys. */
function withoutKeys(hsm: Hsm): Hsm {
  const engine = engineOf(hsm)
  const { administration } = engine.state
  const incarnations = engine.seed && emptyMap<number>()
  return handleOf(hsm.profile, {
    ...engine,
    state: { ...EMPTY_STATE, incarnations, administration },
  })
}
