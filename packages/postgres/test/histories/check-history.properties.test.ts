/** The search compared with trying everything, on small histories. */

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { runs } from '../support/runs.ts'
import { checkHistory, type Model, type Operation } from './check-history.ts'

type Input = 'add' | 'swap' | 'read' | 'maybe add'

/** A number below four, with an operation whose result only its answer, or what follows, can tell. */
const model: Model<number, Input, number> = {
  initial: 0,
  next: (state, input, output) => {
    const possible = {
      add: [(state + 1) % 4],
      swap: [3 - state],
      read: [state],
      'maybe add': [state, (state + 1) % 4],
    }[input]
    // Each answers what the number is afterwards, a `maybe add` only whether that is even.
    if (output === undefined) return possible
    const shown = (next: number) => (input === 'maybe add' ? next % 2 : next)
    return possible.filter((next) => shown(next) === output)
  },
  keyOf: String,
  isRead: (input) => input === 'read',
  sameAs: (input) => input,
}

type History = readonly Operation<Input, number>[]

/** Tries every choice of the unanswered operations, in every order that respects time. */
function isLinearizable(history: History, states: readonly number[]): boolean {
  const answered = history.filter(({ output }) => output !== undefined)
  if (answered.length === 0) return true
  const bound = Math.min(...answered.map(({ returned }) => returned))
  return history
    .filter(({ called }) => called < bound)
    .some((operation) => {
      const next = states.flatMap((state) => model.next(state, operation.input, operation.output))
      const others = history.filter((other) => other !== operation)
      return next.some((state) => isLinearizable(others, [state]))
    })
}

const histories: fc.Arbitrary<History> = fc
  .array(
    fc.record({
      input: fc.constantFrom<Input>('add', 'swap', 'read', 'maybe add'),
      output: fc.option(fc.nat(3), { nil: undefined, freq: 5 }),
      called: fc.nat(20),
      length: fc.integer({ min: 1, max: 8 }),
    }),
    { maxLength: 6 },
  )
  .map((rows) =>
    rows.map(({ input, output, called, length }, index) => ({
      input,
      // No two instants are the same.
      called: called + index / 20,
      returned:
        output === undefined ? Number.POSITIVE_INFINITY : called + length + index / 20 + 0.01,
      ...(output !== undefined && { output }),
    })),
  )

it('agrees with trying everything', () => {
  const found = { linearizable: 0, 'not linearizable': 0 }
  fc.assert(
    fc.property(histories, (history) => {
      const { verdict } = checkHistory(model, history)
      expect(verdict).toBe(isLinearizable(history, [0]) ? 'linearizable' : 'not linearizable')
      if (verdict !== 'undecided') found[verdict] += 1
    }),
    runs(2000),
  )
  expect(Math.min(...Object.values(found))).toBeGreaterThan(100)
})
