/**
 * The instructions that the RSA engine is written in, as expressions: `add(get(a), get(b))` writes a, b, f64x2.add.
 *
 * Arithmetic without a prefix is that of f64x2, two doubles side by side, which is nearly all there is. Names
 * that begin with `int` are of 32-bit numbers: addresses and counters.
 *
 * @see WebAssembly Core Specification 2.0 sections 5.4.1 to 5.4.8
 */

import type { ByteWriter } from './byte-writer.ts'
import type { Code, Local } from './wasm-emitter.ts'

/** An instruction that takes two values and answers one. */
type Binary = (left: Code, right: Code) => Code

/** One after the other. */
export const sequence =
  (...codes: readonly Code[]): Code =>
  (out) => {
    for (const code of codes) code(out)
  }

/** Writes `make(0)` to `make(count - 1)`. */
export const times = (count: number, make: (index: number) => Code): Code =>
  sequence(...Array.from({ length: count }, (_, index) => make(index)))

/** The value of a local. */
export const get = (local: Local): Code => withIndex(0x20, local)

/** Gives a local another value. */
export const set =
  (local: Local, value: Code): Code =>
  (out) => {
    value(out)
    out.byte(0x21)
    out.unsigned(local)
  }

/** Runs `body`, then again as long as `condition` is not zero: once at least. */
export const repeatWhile =
  (body: Code, condition: Code): Code =>
  (out) => {
    out.byte(0x03)
    out.byte(NO_RESULT)
    body(out)
    condition(out)
    out.byte(0x0d)
    out.unsigned(0)
    out.byte(END)
  }

/** Calls the function of that number in the module. */
export const call = (functionIndex: number, ...values: readonly Code[]): Code =>
  sequence(...values, withIndex(0x10, functionIndex))

/** A constant, from -2^31 to 2^31 - 1. */
export const int =
  (value: number): Code =>
  (out) => {
    out.byte(0x41)
    out.signed(value)
  }

/** i32.add; what overflows is cut off, here and in the next three. */
export const intAdd: Binary = binary(0x6a)
/** i32.sub. */
export const intSubtract: Binary = binary(0x6b)
/** i32.mul. */
export const intMultiply: Binary = binary(0x6c)
/** i32.shl. */
export const intShiftLeft: Binary = binary(0x74)
/** i32.shr_u: zeros come in from the left. */
export const intShiftRight: Binary = binary(0x76)
/** i32.ne: 1 or 0. */
export const intNotEqual: Binary = binary(0x47)

/** Adds a constant to a local. */
export const increase = (local: Local, by: number): Code => set(local, intAdd(get(local), int(by)))

/** Reads 4 bytes at `address + offset`. */
export const intLoad = (address: Code, offset: number): Code =>
  sequence(address, (out) => {
    out.byte(0x28)
    memoryArgument(out, 2, offset)
  })

/** Reads 16 bytes at `address + offset`. */
export const load = (address: Code, offset = 0): Code =>
  sequence(address, (out) => {
    simd(out, 0x00)
    memoryArgument(out, 4, offset)
  })

/** Reads the double at `address + offset` into both lanes. */
export const loadIntoBoth = (address: Code, offset = 0): Code =>
  sequence(address, (out) => {
    simd(out, 0x0a)
    memoryArgument(out, 3, offset)
  })

/** Writes 16 bytes at `address + offset`. */
export const store = (address: Code, offset: number, value: Code): Code =>
  sequence(address, value, (out) => {
    simd(out, 0x0b)
    memoryArgument(out, 4, offset)
  })

/** Zero in both lanes. */
export const zero: Code = (out) => {
  simd(out, 0x0c)
  for (let i = 0; i < 16; i++) out.byte(0)
}

/** f64x2.add. */
export const add: Binary = simdBinary(0xf0)
/** f64x2.sub. */
export const subtract: Binary = simdBinary(0xf1)
/** f64x2.mul. */
export const multiply: Binary = simdBinary(0xf2)
/** f64x2.div. */
export const divide: Binary = simdBinary(0xf3)

/** f64x2.eq: all bits of a lane set where the two doubles are the same, none where they are not. */
export const equal: Binary = simdBinary(0x47)
/** v128.and. */
export const and: Binary = simdBinary(0x4e)
/** v128.or. */
export const or: Binary = simdBinary(0x50)

/** What `terms` add up to, from left to right. */
export const sum = (first: Code, ...terms: readonly Code[]): Code => terms.reduce(add, first)

const NO_RESULT = 0x40
const END = 0x0b

function withIndex(opcode: number, index: number): Code {
  return (out) => {
    out.byte(opcode)
    out.unsigned(index)
  }
}

function binary(opcode: number): Binary {
  return (left, right) => (out) => {
    left(out)
    right(out)
    out.byte(opcode)
  }
}

function simdBinary(opcode: number): Binary {
  return (left, right) => (out) => {
    left(out)
    right(out)
    simd(out, opcode)
  }
}

function simd(out: ByteWriter, opcode: number): void {
  out.byte(0xfd)
  out.unsigned(opcode)
}

/** Section 5.4.6: the alignment as a power of two, then the offset. */
function memoryArgument(out: ByteWriter, alignment: number, offset: number): void {
  out.unsigned(alignment)
  out.unsigned(offset)
}
