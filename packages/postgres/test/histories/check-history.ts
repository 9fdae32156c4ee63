/**
 * Whether a recorded history is linearizable: the search of Wing and Gong, with Lowe's memory of what was tried.
 *
 * @see J. M. Wing and C. Gong, "Testing and Verifying Concurrent Objects", 1993; G. Lowe, "Testing for
 * linearizability", 2017.
 */

/** One operation of a client. Instants are any numbers that increase; no two are the same. */
export interface Operation<Input, Output> {
  readonly input: Input
  readonly called: number
  /** When its client got the answer; `Infinity` if it never did. */
  readonly returned: number
  /** Absent if there was no answer: the operation may have happened, once and at any time after the call, or not. */
  readonly output?: Output
}

/** What one thing may do, an operation after the other. */
export interface Model<State, Input, Output> {
  readonly initial: State
  /** The states that may follow an operation with this answer; none if it cannot have been the answer. */
  readonly next: (state: State, input: Input, output: Output | undefined) => readonly State[]
  /** The same text for equal states, and for no others. */
  readonly keyOf: (state: State) => string
  /** Whether an operation with this answer changes nothing, in whatever state it happens. */
  readonly isRead: (input: Input, output: Output) => boolean
  /** The same text for operations that do the same; none if no other does. */
  readonly sameAs?: (input: Input) => string | undefined
}

/** What the search found. */
export type Verdict<State, Input, Output> =
  | { readonly verdict: 'linearizable'; readonly tried: number }
  | { readonly verdict: 'undecided'; readonly tried: number }
  | {
      readonly verdict: 'not linearizable'
      readonly tried: number
      /** The longest order that is possible, the state after it, and those of which none can come next. */
      readonly order: readonly Operation<Input, Output>[]
      readonly state: State
      readonly stuck: readonly Operation<Input, Output>[]
    }

/** Where the search is: which operations have happened, and what they have come to. */
interface Place<State> {
  readonly state: State
  readonly done: Uint32Array
  /** Everything before this index has happened. */
  readonly first: number
  readonly last: number
  readonly before?: Place<State> | undefined
  readonly length: number
}

const MOST_PLACES = 2_000_000

/**
 * Searches for an order that respects time and the model.
 *
 * @param most - After so many places without a result, the verdict is `undecided`.
 */
export function checkHistory<State, Input, Output>(
  model: Model<State, Input, Output>,
  history: readonly Operation<Input, Output>[],
  most: number = MOST_PLACES,
): Verdict<State, Input, Output> {
  const operations = history.toSorted((one, other) => one.called - other.called)
  const start: Place<State> = {
    state: model.initial,
    done: new Uint32Array(Math.ceil(operations.length / 32)),
    first: 0,
    last: -1,
    length: 0,
  }
  const open: Place<State>[] = [start]
  const seen = new Set<string>()
  let longest = start
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    const key = `${place.done.join()} ${model.keyOf(place.state)}`
    if (seen.has(key)) continue
    if (seen.size === most) return { verdict: 'undecided', tried: seen.size }
    seen.add(key)
    if (place.length > longest.length) longest = place
    const ready = readyAt(place, operations)
    if (ready.every((index) => operations[index]?.output === undefined)) {
      return { verdict: 'linearizable', tried: seen.size }
    }
    open.push(...placesAfter(place, ready, operations, model))
  }
  return {
    verdict: 'not linearizable',
    tried: seen.size,
    order: orderOf(longest, operations),
    state: longest.state,
    stuck: readyAt(longest, operations).flatMap((index) => operations[index] ?? []),
  }
}

const has = (done: Uint32Array, index: number): boolean =>
  (((done[index >>> 5] ?? 0) >>> (index & 31)) & 1) === 1

/** The operations that may happen next: called before any that has not happened was answered. */
function readyAt<Input, Output>(
  { done, first }: Place<unknown>,
  operations: readonly Operation<Input, Output>[],
): readonly number[] {
  const ready: number[] = []
  let bound = Number.POSITIVE_INFINITY
  for (let index = first; index < operations.length; index += 1) {
    const operation = operations[index]
    if (operation === undefined || operation.called > bound) break
    if (has(done, index)) continue
    ready.push(index)
    bound = Math.min(bound, operation.returned)
  }
  return ready.filter((index) => (operations[index]?.called ?? 0) < bound)
}

function placesAfter<State, Input, Output>(
  place: Place<State>,
  ready: readonly number[],
  operations: readonly Operation<Input, Output>[],
  model: Model<State, Input, Output>,
): readonly Place<State>[] {
  const now = model.keyOf(place.state)
  const after: Place<State>[] = []
  const alike = new Set<string>()
  for (const index of ready) {
    const operation = operations[index]
    if (operation === undefined) continue
    const { input, output } = operation
    const same = output === undefined ? model.sameAs?.(input) : undefined
    if (same !== undefined) {
      // Of those without an answer that do the same, the one that was called first stands for all.
      if (alike.has(same)) continue
      alike.add(same)
    }
    const states = model.next(place.state, input, output)
    const changed = states.filter((state) => model.keyOf(state) !== now)
    if (output !== undefined && states.length > changed.length && model.isRead(input, output)) {
      // In any order that goes on from here it may as well come next.
      return [placeAfter(place, index, place.state, operations.length)]
    }
    // An operation without an answer that changes nothing need not happen.
    const possible = output === undefined ? changed : states
    after.push(...possible.map((state) => placeAfter(place, index, state, operations.length)))
  }
  const returnedAt = ({ last }: Place<State>) => operations[last]?.returned ?? 0
  // What stands last is tried first: the operation that was answered first has most often happened first.
  return after.sort((one, other) => (returnedAt(one) < returnedAt(other) ? 1 : -1))
}

function placeAfter<State>(
  before: Place<State>,
  index: number,
  state: State,
  count: number,
): Place<State> {
  const done = before.done.slice()
  done[index >>> 5] = (done[index >>> 5] ?? 0) | (1 << (index & 31))
  let { first } = before
  while (first < count && has(done, first)) first += 1
  return { state, done, first, last: index, before, length: before.length + 1 }
}

function orderOf<Input, Output>(
  place: Place<unknown>,
  operations: readonly Operation<Input, Output>[],
): readonly Operation<Input, Output>[] {
  const order: Operation<Input, Output>[] = []
  for (let at: Place<unknown> | undefined = place; at?.before !== undefined; at = at.before) {
    const operation = operations[at.last]
    if (operation !== undefined) order.unshift(operation)
  }
  return order
}
