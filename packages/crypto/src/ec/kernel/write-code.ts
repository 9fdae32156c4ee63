/** What the functions of a kernel have in common: loops over limbs, and calls written down as tables. */

import { NO_RESULT, OP } from '../../wasm/opcodes.ts'
import { type Emitter, get, i32, i64, op, opAt, opWith, set } from '../../wasm/plain-emitter.ts'

/** A call: the number of a function and its arguments, each an address, another number, or {@link parameter}. */
export type Step = readonly [callee: number, ...values: readonly number[]]

/** As an argument of a {@link Step}: the parameter of that place of the function which contains the step. */
export const parameter = (place: number): number => -1 - place

/** Writes calls, one after the other. */
export function writeSteps(out: Emitter, steps: readonly Step[]): void {
  for (const [callee, ...values] of steps) {
    for (const value of values) {
      if (value < 0) get(out, -1 - value)
      else i32(out, value)
    }
    opWith(out, OP.call, callee)
  }
}

/** Writes a loop: `local` goes from `first` up to but not including `end`, once at least. */
export function countUp(
  out: Emitter,
  local: number,
  first: number,
  end: number,
  stride: number,
  body: () => void,
): void {
  i32(out, first)
  set(out, local)
  opWith(out, OP.loop, NO_RESULT)
  body()
  get(out, local)
  i32(out, stride)
  op(out, OP.i32Add)
  opWith(out, OP.tee, local)
  i32(out, end)
  op(out, OP.i32Ne)
  opWith(out, OP.brIf, 0)
  op(out, OP.end)
}

/** Pushes the limb `offset` bytes behind the element at the address in `base`. */
export function limb(out: Emitter, base: number, offset: number): void {
  get(out, base)
  get(out, offset)
  op(out, OP.i32Add)
  opAt(out, OP.i64Load, 0)
}

/** Pushes the limb `offset` bytes behind a fixed address. */
export function limbAt(out: Emitter, base: number, offset: number): void {
  get(out, offset)
  opAt(out, OP.i64Load, base)
}

/** Pushes the sum of two locals of 32 bits: an address, before the value that is stored there. */
export function sumOf(out: Emitter, left: number, right: number): void {
  get(out, left)
  get(out, right)
  op(out, OP.i32Add)
}

/** Applies an instruction of 64 bits with a constant as its right operand. */
export function withConstant(out: Emitter, opcode: number, value: number): void {
  i64(out, value)
  op(out, opcode)
}

/** Fills memory with zeros. */
export function clear(out: Emitter, address: () => void, size: number): void {
  address()
  i32(out, 0)
  i32(out, size)
  memoryFill(out)
}

/** `memory.fill`. */
function memoryFill(out: Emitter): void {
  op(out, 0xfc)
  op(out, 0x0b)
  op(out, 0)
}

/** Copies `size` bytes: `memory.copy`. */
export function copy(out: Emitter, to: () => void, from: () => void, size: number): void {
  to()
  from()
  i32(out, size)
  op(out, 0xfc)
  op(out, 0x0a)
  op(out, 0)
  op(out, 0)
}
