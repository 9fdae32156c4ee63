/**
 * Montgomery squaring of two numbers at once: each product of two different limbs is computed once.
 *
 * First all columns of a², then the rows q·M of the reduction, four at a time, with the same look-ahead as in
 * multiplication. The columns stay where they are: what moves down is the row at which a pass begins.
 */

import {
  type Code,
  defineFunction,
  I32,
  type Local,
  V128,
  type ValueType,
  type WasmFunction,
} from '../../wasm/wasm-emitter.ts'
import {
  add,
  call,
  get,
  increase,
  int,
  intAdd,
  intShiftRight,
  intSubtract,
  load,
  multiply,
  repeatWhile,
  sequence,
  set,
  store,
  sum,
  times,
  zero,
} from '../../wasm/wasm-instructions.ts'
import {
  BLOCK,
  byteCount,
  columnOfRows,
  countDown,
  FUNCTION,
  fourLocals,
  limbCount,
  lookAhead,
  type Pass,
  passWithLookAhead,
  ringElement,
  stretchEnds,
} from './kernel-parts.ts'
import { AT, LIMB } from './memory-layout.ts'

type NewLocal = (type: ValueType) => Local

/**
 * `square(source, target, factor)`: factor·a²/2^(wk) modulo N, for a number of k limbs with margins.
 *
 * The factor is 1 or 2 for each lane and costs nothing: it makes a squaring and a doubling of one step of
 * Fermat's test to base 2. target may be source.
 */
export const squareFunction = (): WasmFunction =>
  defineFunction([I32, I32, V128], (local) => {
    const [source, target, factor] = [0, 1, 2]
    const rows = fourLocals(local)
    const blocks = local(I32)
    return sequence(
      set(blocks, intShiftRight(limbCount, int(2))),
      writeDiagonal(local, source, blocks, rows),
      addRows(local, source, blocks, rows),
      reduce(local, blocks),
      call(FUNCTION.carry, intAdd(int(AT.product), byteCount), get(target), get(factor)),
    )
  })

const loadRows = (rows: readonly Local[], source: Local): Code =>
  times(BLOCK, (r) => set(ringElement(rows, r), load(get(source), LIMB * r)))

/** Writes the products within each block: all 2·k columns, so that none need be cleared before. */
function writeDiagonal(
  local: NewLocal,
  source: Local,
  blocks: Local,
  rows: readonly Local[],
): Code {
  const from = local(I32)
  const to = local(I32)
  const rest = local(I32)
  const product = (r: number, s: number) =>
    multiply(get(ringElement(rows, r)), get(ringElement(rows, s)))
  /** Rows r and s meet in column r + s: twice where they differ, once where they are the same. */
  const column = (index: number): Code => {
    const lower = [0, 1, 2].filter((r) => r < index - r && index - r < BLOCK)
    const square = index % 2 === 0 ? [product(index / 2, index / 2)] : []
    const [first, ...others] = lower.map((r) => product(r, index - r))
    const half = first === undefined ? [] : [sum(first, ...others)]
    const [term = zero, ...terms] = [...half, ...half, ...square]
    return sum(term, ...terms)
  }
  return sequence(
    set(from, get(source)),
    set(to, int(AT.product)),
    countDown(
      rest,
      get(blocks),
      sequence(
        loadRows(rows, from),
        times(2 * BLOCK, (index) => store(get(to), LIMB * index, column(index))),
        increase(from, LIMB * BLOCK),
        increase(to, 2 * LIMB * BLOCK),
      ),
    ),
  )
}

/** Adds the products of each block with the limbs above it, twice. */
function addRows(local: NewLocal, source: Local, blocks: Local, rows: readonly Local[]): Code {
  const window = fourLocals(local)
  const from = local(I32)
  const above = local(I32)
  const to = local(I32)
  const toRow = local(I32)
  const rest = local(I32)
  const count = local(I32)
  const doubled = (row: Local) => set(row, add(get(row), get(row)))
  const column = (o: number) =>
    sequence(
      set(ringElement(window, o), load(get(above), LIMB * o)),
      store(get(to), LIMB * o, add(columnOfRows(rows, window, o), load(get(to), LIMB * o))),
    )
  // The block after the last is the margin, whose zeros let the window run out.
  const block = sequence(
    times(BLOCK, column),
    increase(above, LIMB * BLOCK),
    increase(to, LIMB * BLOCK),
    increase(count, -1),
  )
  return sequence(
    set(from, get(source)),
    set(toRow, int(AT.product + LIMB * BLOCK)),
    countDown(
      rest,
      intSubtract(get(blocks), int(1)),
      sequence(
        loadRows(rows, from),
        times(BLOCK, (r) => doubled(ringElement(rows, r))),
        times(BLOCK, (r) => set(ringElement(window, r), zero)),
        increase(from, LIMB * BLOCK),
        set(above, get(from)),
        set(to, get(toRow)),
        set(count, intAdd(get(rest), int(1))),
        repeatWhile(block, get(count)),
        // A block further down is a block further right in its first row.
        increase(toRow, 2 * LIMB * BLOCK),
      ),
    ),
  )
}

/** Adds k rows q·M, which makes the lower k columns vanish. */
function reduce(local: NewLocal, blocks: Local): Code {
  const quotients = fourLocals(local)
  const window = fourLocals(local)
  const carry = local(V128)
  const work = [local(V128), local(V128)] as const
  const ends = Array.from({ length: BLOCK }, () => local(I32))
  const position = local(I32)
  const start = local(I32)
  const to = local(I32)
  const rest = local(I32)

  const column = (o: number, isFirst: boolean): Code => {
    const newest = o + BLOCK - 1
    const carried = isFirst && o === 0 ? [get(carry)] : []
    const rows = columnOfRows(quotients, window, newest)
    return sequence(
      set(ringElement(window, newest), load(get(position), AT.modulus + LIMB * newest)),
      store(get(to), LIMB * o, sum(rows, load(get(to), LIMB * o), ...carried)),
    )
  }
  const pass: Pass = {
    block: (isFirst) => times(BLOCK, (o) => column(o, isFirst)),
    advance: sequence(increase(position, LIMB * BLOCK), increase(to, LIMB * BLOCK)),
    position,
    lookAhead: (index) => lookAhead(index, load(get(start), LIMB * index), work),
  }
  return sequence(
    stretchEnds(ends, intSubtract(get(blocks), int(1))),
    set(start, int(AT.product)),
    times(BLOCK, pass.lookAhead),
    countDown(
      rest,
      get(blocks),
      sequence(
        times(BLOCK, (r) => set(ringElement(quotients, r), load(int(0), AT.quotients + LIMB * r))),
        set(carry, load(int(0), AT.carry)),
        times(BLOCK - 1, (r) => set(ringElement(window, r), load(int(0), AT.modulus + LIMB * r))),
        increase(start, LIMB * BLOCK),
        set(to, get(start)),
        passWithLookAhead(pass, ends),
      ),
    ),
  )
}
