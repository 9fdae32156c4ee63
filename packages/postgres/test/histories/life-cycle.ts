/** The life cycle of one key, as a client sees it: what each operation may answer, and what it leaves. */

import type { Model, Operation } from './check-history.ts'

/** The operations on one key; `list` and `list-deleted` are what a listing says of it. */
export type Kind =
  | 'create'
  | 'rotate'
  | 'update'
  | 'delete'
  | 'recover'
  | 'purge'
  | 'backup'
  | 'restore'
  | 'get'
  | 'get-deleted'
  | 'sign'
  | 'versions'
  | 'list'
  | 'list-deleted'

/** What a client asked for. */
export interface Asked {
  readonly kind: Kind
  /** Unlike that of any other operation: `create` and `update` write it into a tag. */
  readonly id: string
  /** What `update` sets. */
  readonly enabled?: boolean
  /** The operation whose backup `restore` brings back. */
  readonly backup?: string
}

/** A version as it is shown. */
export interface Shown {
  readonly version: string
  readonly tag: string
  readonly enabled: boolean
}

/** What a client was answered. */
export interface Answer {
  readonly status: number
  /** The current version, where one is shown. */
  readonly shown?: Partial<Shown>
  /** All versions, in any order. */
  readonly versions?: readonly Shown[]
  /** Whether the key is in the list. */
  readonly listed?: boolean
}

/** A key between two operations. */
export interface KeyState {
  readonly status: 'absent' | 'active' | 'deleted'
  /**
   * In the order of creation. Where nothing was heard of a version since its creation, which got no answer, `version` is
   * `?` with the operation's id.
   */
  readonly versions: readonly Shown[]
  /** The versions in each backup that is brought back later. */
  readonly backups: Readonly<Record<string, readonly Shown[]>>
}

const NOWHERE: KeyState = { status: 'absent', versions: [], backups: {} }

type Outcome = Answer & { readonly after: KeyState }

type Row = (state: KeyState, asked: Asked, isRestored: boolean) => Outcome

const NOT_FOUND = 404
const CONFLICT = 409
const DISABLED = 403

const current = ({ versions }: KeyState): Shown => {
  const last = versions.at(-1)
  if (last === undefined) throw new Error('A key that is there has a version.')
  return last
}

const unchanged = (status: number, after: KeyState): Outcome => ({ status, after })

/** Another state of the key, and its current version as the answer. */
const shows = (after: KeyState): Outcome => ({ status: 200, shown: current(after), after })

/** A row for a key in one state; in any other it is not found. */
const only =
  (status: KeyState['status'], row: Row): Row =>
  (state, asked, isRestored) =>
    state.status === status ? row(state, asked, isRestored) : unchanged(NOT_FOUND, state)

const withVersion = (state: KeyState, id: string, tag: string): KeyState => ({
  ...state,
  status: 'active',
  versions: [...state.versions, { version: `?${id}`, tag, enabled: true }],
})

const ROWS: Readonly<Record<Kind, Row>> = {
  create: (state, { id }) =>
    state.status === 'deleted' ? unchanged(CONFLICT, state) : shows(withVersion(state, id, id)),
  rotate: only('active', (state, { id }) => shows(withVersion(state, id, current(state).tag))),
  update: only('active', (state, { id, enabled = true }) =>
    shows({
      ...state,
      versions: state.versions.with(-1, { ...current(state), tag: id, enabled }),
    }),
  ),
  delete: only('active', (state) => shows({ ...state, status: 'deleted' })),
  recover: only('deleted', (state) => shows({ ...state, status: 'active' })),
  purge: only('deleted', (state) => ({
    status: 204,
    after: { ...state, status: 'absent', versions: [] },
  })),
  backup: only('active', (state, { id }, isRestored) => ({
    status: 200,
    after: isRestored ? { ...state, backups: { ...state.backups, [id]: state.versions } } : state,
  })),
  restore: (state, { backup = '' }) => {
    const versions = state.backups[backup]
    if (state.status !== 'absent') return unchanged(CONFLICT, state)
    // Nobody has a backup that was not made.
    if (versions === undefined) return unchanged(Number.NaN, state)
    return shows({ ...state, status: 'active', versions })
  },
  get: only('active', shows),
  'get-deleted': only('deleted', shows),
  sign: only('active', (state) =>
    current(state).enabled
      ? { status: 200, shown: { version: current(state).version }, after: state }
      : unchanged(DISABLED, state),
  ),
  versions: (state) => ({
    status: 200,
    versions: state.status === 'active' ? state.versions : [],
    after: state,
  }),
  list: (state) => ({ status: 200, listed: state.status === 'active', after: state }),
  'list-deleted': (state) => ({ status: 200, listed: state.status === 'deleted', after: state }),
}

const WRITES: readonly Kind[] = [
  ...(['create', 'rotate', 'update', 'delete', 'recover', 'purge', 'backup', 'restore'] as const),
]

/** What every operation of its kind does alike. */
const ALIKE: readonly Kind[] = ['rotate', 'delete', 'recover', 'purge']

/** An operation of a key's history. */
export type KeyOperation = Operation<Asked, Answer>

/**
 * The model of a key in one history: what is known of the versions in it makes it stricter.
 *
 * @param history - The operations on the key: a version that one of them says it has created was created by no other.
 */
export function lifeCycleOf(history: readonly KeyOperation[]): Model<KeyState, Asked, Answer> {
  const creatorOf = new Map(
    history.flatMap(({ input: { kind, id }, output }) => {
      const version = output?.shown?.version
      const isCreation = kind === 'create' || kind === 'rotate'
      return isCreation && version !== undefined ? [[version, id]] : []
    }),
  )
  const restored = new Set(history.map(({ input }) => input.backup))
  const mayBe = (unknown: string, version: string) => {
    const creator = creatorOf.get(version)
    return creator === undefined || `?${creator}` === unknown
  }
  return {
    initial: NOWHERE,
    next: (state, asked, answer) => {
      const outcome = ROWS[asked.kind](state, asked, restored.has(asked.id))
      if (answer === undefined) return [outcome.after]
      if (answer.status !== outcome.status || answer.listed !== outcome.listed) return []
      const pairs: Pair[][] =
        outcome.versions === undefined
          ? pairsOfOne(outcome.shown, answer.shown)
          : pairsOfAll(outcome.versions, answer.versions ?? [])
      return pairs.flatMap((each) => bound(outcome.after, each, mayBe) ?? [])
    },
    keyOf: (state) => JSON.stringify(state),
    isRead: ({ kind }, { status }) => !WRITES.includes(kind) || status >= 400,
    sameAs: ({ kind, backup }) => (ALIKE.includes(kind) ? kind : backup),
  }
}

/** A version as the model has it, and as it was shown. */
type Pair = readonly [expected: string, shown: string]

const sameBeside = (expected: Partial<Shown>, shown: Partial<Shown>): boolean =>
  expected.tag === shown.tag && expected.enabled === shown.enabled

const mayPair = (expected: string, shown: string): boolean =>
  expected === shown || expected.startsWith('?')

function pairsOfOne(expected: Partial<Shown> = {}, shown: Partial<Shown> = {}): Pair[][] {
  const [one, other] = [expected.version ?? '', shown.version ?? '']
  return sameBeside(expected, shown) && mayPair(one, other) ? [[[one, other]]] : []
}

/** Each way to pair all of both. */
function pairsOfAll(expected: readonly Shown[], shown: readonly Shown[]): Pair[][] {
  const [first, ...others] = expected
  if (first === undefined || expected.length !== shown.length) {
    return expected.length === shown.length ? [[]] : []
  }
  return shown.flatMap((each) => {
    if (!sameBeside(first, each) || !mayPair(first.version, each.version)) return []
    const rest = pairsOfAll(
      others,
      shown.filter((other) => other !== each),
    )
    return rest.map((pairs): Pair[] => [[first.version, each.version], ...pairs])
  })
}

/** The state in which versions that were unknown have their names; none if that cannot be. */
function bound(
  state: KeyState,
  pairs: readonly Pair[],
  mayBe: (unknown: string, version: string) => boolean,
): KeyState | undefined {
  const names = new Map(pairs.filter(([expected, shown]) => expected !== shown))
  if (names.size === 0) return state
  const known = new Set(
    [state.versions, ...Object.values(state.backups)].flat().map(({ version }) => version),
  )
  for (const [unknown, version] of names) {
    if (known.has(version) || !mayBe(unknown, version)) return undefined
  }
  const named = (versions: readonly Shown[]) =>
    versions.map((each) => ({ ...each, version: names.get(each.version) ?? each.version }))
  const backups = Object.entries(state.backups).map(([id, versions]) => [id, named(versions)])
  return { ...state, versions: named(state.versions), backups: Object.fromEntries(backups) }
}
