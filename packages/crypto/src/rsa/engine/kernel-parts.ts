/** What multiplication and squaring have in common: look-ahead, sliding windows and the shape of a pass. */

import { type Code, type Local, V128, type ValueType } from '../../wasm/wasm-emitter.ts'
import {
  add,
  get,
  increase,
  int,
  intAdd,
  intLoad,
  intMultiply,
  intNotEqual,
  intShiftLeft,
  intShiftRight,
  load,
  multiply,
  repeatWhile,
  sequence,
  set,
  store,
  subtract,
  sum,
  times,
} from '../../wasm/wasm-instructions.ts'
import { AT, LIMB } from './memory-layout.ts'

/** Rows of a product, and columns, that are walked at a time. */
export const BLOCK = 4

/** The functions of the module, by number. */
export const FUNCTION = {
  carry: 0,
  multiply: 1,
  square: 2,
  squareRun: 3,
  select: 4,
  power: 5,
} as const

/** Makes four locals. */
export const fourLocals = (local: (type: ValueType) => Local): readonly Local[] =>
  Array.from({ length: BLOCK }, () => local(V128))

/** The element of a four-element ring. */
export function ringElement(ring: readonly Local[], index: number): Local {
  const element = ring[(index + BLOCK) % BLOCK]
  if (element === undefined) throw new RangeError('A ring has four elements.')
  return element
}

/**
 * The nearest multiple of 2^w: adding 1.5·2^(52+w) leaves a double no room for the bits below 2^w, and
 * subtracting it again leaves what was rounded. Exact for whole numbers below 2^(51+w).
 */
export const rounded = (value: Code): Code =>
  subtract(add(value, load(int(0), AT.rounding)), load(int(0), AT.rounding))

/** Divides a multiple of 2^w by 2^w. */
export const scaled = (multipleOfRadix: Code): Code =>
  multiply(multipleOfRadix, load(int(0), AT.scale))

/**
 * Finds one quotient digit of the block of rows to come, and its carry, ahead of time.
 *
 * Ñ = -1 modulo 2^w makes the digit the column's own lowest part: no multiplication finds it (Orup 1995).
 * Digit and carry go through the memory, not through locals: the stores hold the place of this chain of
 * dependent instructions between columns that do not wait for it, where the compiler would move it to its use.
 *
 * @param index - Which column of the four, from the lowest.
 * @param column - What stands in it without the digits of the columns below.
 * @param work - Two locals.
 */
export function lookAhead(
  index: number,
  column: Code,
  [value, high]: readonly [Local, Local],
): Code {
  const fromBelow = Array.from({ length: index }, (_, s) =>
    multiply(
      load(int(0), AT.quotients + LIMB * s),
      load(int(0), AT.modulus + LIMB * (index - 1 - s)),
    ),
  )
  const carried = index === 0 ? [] : [load(int(0), AT.carry)]
  return sequence(
    set(value, sum(column, ...fromBelow, ...carried)),
    set(high, rounded(get(value))),
    store(int(0), AT.quotients + LIMB * index, subtract(get(value), get(high))),
    store(int(0), AT.carry, scaled(get(high))),
  )
}

/**
 * One column of a product of four rows with a number that slides through a window of four locals:
 * rows[0]·b[j] + rows[1]·b[j-1] + rows[2]·b[j-2] + rows[3]·b[j-3].
 *
 * @param newest - Index of b[j] in the ring of the window.
 */
export const columnOfRows = (
  rows: readonly Local[],
  window: readonly Local[],
  newest: number,
): Code =>
  rows
    .map((row, s) => multiply(get(row), get(ringElement(window, newest - s))))
    .reduce((left, right) => add(left, right))

/** What a pass over all columns consists of. */
export interface Pass {
  /** The columns of one block; the first block also takes in the carry of the rows before. */
  readonly block: (isFirst: boolean) => Code
  /** Moves on to the next block. */
  readonly advance: Code
  /** How far the pass has come, in bytes of one number. */
  readonly position: Local
  readonly lookAhead: (index: number) => Code
}

/**
 * A pass with look-ahead: the first block, then four stretches of blocks with one quotient digit before each.
 *
 * A digit takes some 24 cycles from its column to its store, each digit waits for the one before, and the
 * next pass waits for all four. Spread over the pass, they are computed in the shade of its columns.
 *
 * @param ends - Where the stretches end, in bytes, as {@link stretchEnds} finds them.
 */
export const passWithLookAhead = (pass: Pass, ends: readonly Local[]): Code =>
  sequence(
    set(pass.position, int(0)),
    pass.block(true),
    pass.advance,
    times(BLOCK, (index) =>
      sequence(pass.lookAhead(index), blocksUpTo(pass, get(ringElement(ends, index)))),
    ),
  )

/** All blocks from here to `end`: one at least. */
export const blocksUpTo = (pass: Pass, end: Code): Code =>
  repeatWhile(sequence(pass.block(false), pass.advance), intNotEqual(get(pass.position), end))

/**
 * Finds where the stretches of a pass end that has `blocks` blocks after its first.
 *
 * @param ends - Four locals to write.
 * @param blocks - At least four, so that no stretch is empty.
 */
export const stretchEnds = (ends: readonly Local[], blocks: Code): Code =>
  times(BLOCK, (index) =>
    set(
      ringElement(ends, index),
      intShiftLeft(
        intAdd(int(1), intShiftRight(intMultiply(blocks, int(index + 1)), int(2))),
        int(6),
      ),
    ),
  )

/** k, the number of limbs. */
export const limbCount: Code = intLoad(int(0), AT.limbs)

/** Bytes of one number: 16·k. */
export const byteCount: Code = intShiftLeft(limbCount, int(4))

/** Counts `counter` down from `count` around `body`: once at least. */
export const countDown = (counter: Local, count: Code, body: Code): Code =>
  sequence(set(counter, count), repeatWhile(sequence(body, increase(counter, -1)), get(counter)))
