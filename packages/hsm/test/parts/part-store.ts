/** A database of parts in memory, and the loop that runs an operation on a partial HSM of it: as short as it can be. */

import { engineOf, type Hsm } from '../../src/engine/hsm.ts'
import {
  createPartialHsm,
  exportParts,
  forkHsm,
  type HsmParts,
  type KeyPart,
  type LoadedPage,
  type MissingPart,
  missingParts,
  openKeyPart,
} from '../../src/index.ts'
import { nameKey } from '../../src/state/hsm-state.ts'

/** What the database holds of one HSM. */
export interface PartStore {
  readonly keys: Map<string, KeyPart>
  readonly purges: Map<string, number>
  nextSequence: number
  randomDraws: number
}

export const emptyStore = (): PartStore => ({
  keys: new Map(),
  purges: new Map(),
  nextSequence: 0,
  randomDraws: 0,
})

export const copyOfStore = (store: PartStore): PartStore => ({
  ...store,
  keys: new Map(store.keys),
  purges: new Map(store.purges),
})

/** Stores what a run has changed. New keys get their place here. */
export function storeParts(store: PartStore, { keys, gone, purges, randomDraws }: HsmParts): void {
  for (const name of gone) store.keys.delete(name)
  for (const part of keys) {
    const sequence = part.isNew ? store.nextSequence++ : part.sequence
    store.keys.set(part.name, { ...part, sequence })
  }
  for (const { name, times } of purges) store.purges.set(name, times)
  if (randomDraws !== undefined) store.randomDraws = randomDraws
}

/** What a run asks of the store. */
export interface Wanted {
  readonly names: ReadonlySet<string>
  readonly dueUntil: number
  readonly page: LoadedPage | undefined
  readonly isAll: boolean
}

export const NOTHING: Wanted = { names: new Set(), dueUntil: -1, page: undefined, isAll: false }

/** What a run asks after another has found something missing. */
export function wantedAfter(wanted: Wanted, missing: readonly MissingPart[]): Wanted {
  let next = wanted
  for (const part of missing) {
    if (part.kind === 'all') next = { ...next, isAll: true }
    if (part.kind === 'key') next = { ...next, names: new Set([...next.names, part.name]) }
    if (part.kind === 'due') next = { ...next, dueUntil: part.until }
    if (part.kind === 'page') next = { ...next, page: part }
  }
  return next
}

/** Loads what is wanted, opening each key from its bytes. */
export function load(template: Hsm, store: PartStore, wanted: Wanted, now: number): Hsm {
  const parts = [...store.keys.values()].filter((part) => isWanted(template, store, wanted, part))
  return createPartialHsm(template, {
    keys: parts.map(({ name, bytes, sequence }) => ({
      opened: openKeyPart(template, name, bytes),
      sequence,
    })),
    absent: [...wanted.names].filter((name) => !store.keys.has(name)),
    keyCount: wanted.isAll ? 'loaded' : store.keys.size,
    now,
    dueUntil: wanted.dueUntil,
    ...(wanted.page && { page: wanted.page }),
    purges: [...store.purges].map(([name, times]) => ({ name, times })),
    randomDraws: store.randomDraws,
  })
}

function isWanted(template: Hsm, store: PartStore, wanted: Wanted, part: KeyPart): boolean {
  const { dueAt = Infinity, noticeAt = Infinity } = part
  return (
    wanted.isAll ||
    wanted.names.has(part.name) ||
    Math.min(dueAt, noticeAt) <= wanted.dueUntil ||
    (wanted.page !== undefined && pageOf(template, store, wanted.page).includes(part.name))
  )
}

function pageOf(template: Hsm, store: PartStore, { list, after, count }: LoadedPage): string[] {
  const isByName = engineOf(template).profile.listOrder === 'name'
  const place = (part: KeyPart) => (isByName ? part.name : part.sequence)
  return [...store.keys.values()]
    .filter((part) => part.list === list && (after === undefined || place(part) > after))
    .sort((a, b) => (place(a) < place(b) ? -1 : 1))
    .slice(0, count)
    .map(({ name }) => name)
}

/** How many times a call may find something missing: a name, what is due, a page, everything. */
const MOST_RUNS = 8

/**
 * Runs work on partial HSMs until nothing is missing, and stores what it changed, whether it returns or throws.
 *
 * @returns The result, the last HSM and how many runs there were.
 */
export function runOn<Result>(
  template: Hsm,
  store: PartStore,
  now: number,
  work: (hsm: Hsm) => Result,
  first: Wanted = NOTHING,
): { readonly result: () => Result; readonly hsm: Hsm; readonly runs: number } {
  let wanted = first
  for (let runs = 1; runs <= MOST_RUNS; runs++) {
    const hsm = load(template, store, wanted, now)
    const before = forkHsm(hsm)
    const result = attempt(() => work(hsm))
    const missing = missingParts(hsm)
    if (missing.length === 0) {
      storeParts(store, exportParts(hsm, before))
      return { result, hsm, runs }
    }
    wanted = wantedAfter(wanted, missing)
  }
  throw new Error(`Something is still missing after ${MOST_RUNS} runs.`)
}

function attempt<Result>(work: () => Result): () => Result {
  try {
    const result = work()
    return () => result
  } catch (error) {
    return () => {
      throw error
    }
  }
}

export const wantNames = (...names: readonly string[]): Wanted => ({
  ...NOTHING,
  names: new Set(names.map(nameKey)),
})
