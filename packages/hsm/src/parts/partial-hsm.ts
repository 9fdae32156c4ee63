/** An HSM that holds only some of its keys: those that a request names, out of a database that holds them all. */

import { emptyTrail } from '../audit/audit-trail.ts'
import { type Engine, engineOf, type Hsm, handleOf } from '../engine/hsm.ts'
import { type EventHub, emptyHub, type HsmListener } from '../events/event-hub.ts'
import { checkClock } from '../host.ts'
import {
  checkOptions,
  OPTION_CHECKS,
  optionTable,
  requireOption,
} from '../options/check-options.ts'
import type { Elsewhere, LoadedPage, MissingPart } from '../state/elsewhere.ts'
import { EMPTY_STATE, type HsmState, withEntry } from '../state/hsm-state.ts'
import { emptyMap, withValue } from '../state/sorted-map.ts'
import { entryOf, type OpenedKey } from './opened-key.ts'

/** What was loaded of an HSM. */
export interface LoadedParts {
  /** The keys, each at its place in the order of creation. */
  readonly keys: readonly { readonly opened: OpenedKey; readonly sequence: number }[]
  /** Names, upper-cased, that were looked for and that no key has. */
  readonly absent?: readonly string[]
  /** How many keys the HSM has, in every state, loaded or not; `'loaded'` if all of them are among `keys`. */
  readonly keyCount: number | 'loaded'
  /** The instant at which it was loaded, in milliseconds since 1970: its clock stands still there. */
  readonly now: number
  /** The Unix second up to which every due key, and every key with a due notice, is among `keys`. By default none is known of. */
  readonly dueUntil?: number
  /** The part of a list that is among `keys`. */
  readonly page?: LoadedPage
  /** Under a seed: how often names were purged. */
  readonly purges?: readonly { readonly name: string; readonly times: number }[]
  /** Under a seed: how many times random bytes were returned. */
  readonly randomDraws?: number
  /** Receives the events of every call. Unlike one that `onEvent` adds, it also gets those of what has fallen due before. */
  readonly listener?: HsmListener
}

const { custom, function: callback, listOf, members, number, string } = OPTION_CHECKS

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 0
const count = custom('a whole number from 0', isCount)

/** What `missingParts` returns for a page has more members. */
function isPage(value: unknown): boolean {
  const { list, after = '', count } = Object(value) as Partial<LoadedPage>
  const isList = list === 'active' || list === 'deleted'
  return isList && ['string', 'number'].includes(typeof after) && isCount(count)
}

/** What `exportParts` returns for a key has more members. */
function isPlacedKey(value: unknown): boolean {
  const { opened, sequence } = Object(value) as Partial<LoadedParts['keys'][number]>
  return typeof opened === 'object' && opened !== null && isCount(sequence)
}

type Purges = NonNullable<LoadedParts['purges']>[number]

const NEEDED = ['keys', 'keyCount', 'now'] as const

const PARTS = optionTable<LoadedParts>({
  keys: listOf(custom('an opened key with its place: { opened, sequence }', isPlacedKey)),
  absent: listOf(string),
  keyCount: custom(
    "a whole number from 0, or 'loaded'",
    (value) => value === 'loaded' || isCount(value),
  ),
  now: number,
  dueUntil: number,
  page: custom('a part of a list', isPage),
  purges: listOf(members<Purges>({ name: string, times: count })),
  randomDraws: count,
  listener: callback,
})

/**
 * Creates an HSM that holds some of the keys of another, which are stored elsewhere.
 *
 * Every operation runs on it as on the whole HSM, as long as it holds what the operation needs. If it does not, the operation
 * throws and changes nothing, and {@link missingParts} says what to load: then run it again on another partial HSM. Afterwards
 * `exportParts(hsm, fork)`, with a fork taken before, returns what to store.
 *
 * Its clock stands still, its audit trail begins empty, and it has no listener but the one that is given.
 *
 * @param template - An HSM with the settings and the administration, such as `importState` makes of the `hsm` of
 *   `exportParts`; its own keys do not count, and it is not changed.
 * @param loaded - See {@link LoadedParts}.
 * @throws {@link HsmError} 400 `BadParameter` - an unknown or missing member, a value of the wrong type, a key that `openKeyPart` has not
 *   made.
 * @see docs/decisions/0020-load-what-a-request-names.md
 *
 * @example
 * ```ts
 * import { createHsm, createKey, createPartialHsm, exportParts, getKey, missingParts } from 'pocket-hsm'
 *
 * const hsm = createHsm()
 * createKey(hsm, 'orders', { kty: 'EC-HSM' })
 * const keys = exportParts(hsm).keys.map(({ opened, sequence }) => ({ opened, sequence }))
 * const partial = createPartialHsm(hsm, { keys, keyCount: 2, now: Date.now() })
 * getKey(partial, 'orders').key.crv // 'P-256'
 * try {
 *   getKey(partial, 'invoices')
 * } catch {
 *   missingParts(partial) // [{ kind: 'key', name: 'INVOICES' }]
 * }
 * ```
 */
export function createPartialHsm(template: Hsm, loaded: LoadedParts): Hsm {
  const engine = engineOf(template)
  checkOptions('createPartialHsm', loaded, PARTS)
  for (const name of NEEDED) requireOption('createPartialHsm', name, loaded[name])
  const clock = checkClock(() => loaded.now)
  clock()
  return handleOf(template.profile, {
    ...engine,
    clock,
    trail: emptyTrail(engine.trail.limit),
    hub: hubOf(engine, loaded),
    state: loadedState(engine, loaded),
  })
}

/**
 * Returns what operations on a partial HSM have looked for and not found there: one item for each that threw for that
 * reason, so that there is none if every result counts.
 *
 * @param hsm - A partial HSM, a fork or a view of one; for any other HSM, nothing is missing.
 *
 * @example
 * ```ts
 * import { createHsm, missingParts } from 'pocket-hsm'
 *
 * missingParts(createHsm()) // []
 * ```
 */
export function missingParts(hsm: Hsm): readonly MissingPart[] {
  return [...(engineOf(hsm).state.elsewhere?.missing ?? [])]
}

function hubOf(source: Engine, { listener }: LoadedParts): EventHub {
  return listener ? { ...emptyHub(), subscriptions: [{ listener, source }] } : emptyHub()
}

function loadedState(engine: Engine, loaded: LoadedParts): HsmState {
  const { keys, keyCount, purges = [], randomDraws = 0 } = loaded
  const { administration } = engine.state
  let incarnations = engine.seed && emptyMap<number>()
  for (const { name, times } of purges) {
    if (incarnations !== undefined) incarnations = withValue(incarnations, name, times)
  }
  let state: HsmState = { ...EMPTY_STATE, incarnations, randomDraws, administration }
  for (const { opened, sequence } of keys)
    state = withEntry(state, engine, entryOf(opened, sequence))
  if (keyCount === 'loaded') return state
  return { ...state, elsewhere: elsewhereOf(loaded, keyCount - state.keys.size) }
}

function elsewhereOf({ absent = [], dueUntil = -1, page }: LoadedParts, keys: number): Elsewhere {
  return { absent: new Set(absent), keys, dueUntil, page, missing: [] }
}
