/** Exponentiation on two lanes: runs of squarings, and windows with a table that is read whole. */

import { type Code, defineFunction, I32, V128, type WasmFunction } from '../../wasm/wasm-emitter.ts'
import {
  add,
  and,
  call,
  equal,
  get,
  increase,
  int,
  intAdd,
  intNotEqual,
  intShiftLeft,
  intShiftRight,
  intSubtract,
  load,
  or,
  repeatWhile,
  sequence,
  set,
  store,
  times,
  zero,
} from '../../wasm/wasm-instructions.ts'
import { byteCount, countDown, FUNCTION, fourLocals, ringElement } from './kernel-parts.ts'
import { AT, LIMB } from './memory-layout.ts'

/**
 * `squareRun(number, count, factors, stride)`: squares the number at that address `count` times in place, each
 * time multiplied by the factors at the next address: `stride` is 16, or 0 where they are the same for all.
 */
export const squareRunFunction = (): WasmFunction =>
  defineFunction(
    [I32, I32, I32, I32],
    () => {
      const [number, count, factors, stride] = [0, 1, 2, 3]
      return repeatWhile(
        sequence(
          call(FUNCTION.square, get(number), get(number), load(get(factors))),
          set(factors, intAdd(get(factors), get(stride))),
          increase(count, -1),
        ),
        get(count),
      )
    },
    'squareRun',
  )

/** Entries of the table of powers that are read in one pass. */
const ENTRIES = 4

/**
 * `select(window, target, passes)`: copies from the table the power that each lane's window names.
 *
 * Every entry of the table is read, whatever the windows: the addresses tell a cache nothing. The window's
 * number is a double, as are the limbs, and the comparison makes a mask of it.
 */
export const selectFunction = (): WasmFunction =>
  defineFunction([I32, I32, I32], (local) => {
    const [window, target, passes] = [0, 1, 2]
    const masks = fourLocals(local)
    const entries = Array.from({ length: ENTRIES }, () => local(I32))
    const index = local(V128)
    const position = local(I32)
    const bytes = local(I32)
    const entry = (i: number) => ringElement(entries, i)
    const at = (i: number) => intAdd(get(entry(i)), get(position))
    const masked = (i: number) => and(load(at(i)), get(ringElement(masks, i)))
    const to = intAdd(get(target), get(position))
    const overLimbs = (body: Code) =>
      sequence(
        set(position, int(0)),
        repeatWhile(
          sequence(body, increase(position, LIMB)),
          intNotEqual(get(position), get(bytes)),
        ),
      )
    return sequence(
      set(bytes, byteCount),
      overLimbs(store(to, 0, zero)),
      set(index, zero),
      set(entry(0), int(AT.powers)),
      repeatWhile(
        sequence(
          times(ENTRIES, (i) =>
            sequence(
              set(ringElement(masks, i), equal(load(get(window)), get(index))),
              set(index, add(get(index), load(int(0), AT.one))),
              i === 0 ? sequence() : set(entry(i), intAdd(get(entry(i - 1)), get(bytes))),
            ),
          ),
          overLimbs(
            store(to, 0, or(load(to), or(or(masked(0), masked(1)), or(masked(2), masked(3))))),
          ),
          set(entry(0), intAdd(get(entry(ENTRIES - 1)), get(bytes))),
          increase(passes, -1),
        ),
        get(passes),
      ),
    )
  })

/**
 * `power(windows, windowBits)`: raises the base, with a fixed number of windows of fixed width.
 *
 * Before: the base in Montgomery form and with margins at `AT.base`; 1 in Montgomery form at `AT.powers`; two
 * or more pairs of windows at `AT.steps`, the highest first. After: the power in Montgomery form at `AT.result`.
 * What is done, and in which order, depends on the two parameters and k alone.
 */
export const powerFunction = (): WasmFunction =>
  defineFunction(
    [I32, I32],
    (local) => {
      const [windows, windowBits] = [0, 1]
      const entry = local(I32)
      const window = local(I32)
      const rest = local(I32)
      const entries = intShiftLeft(int(1), get(windowBits))
      const select = (target: number) =>
        call(FUNCTION.select, get(window), int(target), intShiftRight(entries, int(2)))
      const nextEntry = intAdd(get(entry), byteCount)
      return sequence(
        set(entry, int(AT.powers)),
        countDown(
          rest,
          intSubtract(entries, int(1)),
          sequence(
            call(FUNCTION.multiply, get(entry), int(AT.base), nextEntry),
            set(entry, nextEntry),
          ),
        ),
        set(window, int(AT.steps)),
        select(AT.result),
        countDown(
          rest,
          intSubtract(get(windows), int(1)),
          sequence(
            increase(window, LIMB),
            call(FUNCTION.squareRun, int(AT.result), get(windowBits), int(AT.one), int(0)),
            select(AT.operand),
            call(FUNCTION.multiply, int(AT.result), int(AT.operand), int(AT.result)),
          ),
        ),
      )
    },
    'power',
  )
