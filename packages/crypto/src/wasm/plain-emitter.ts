/**
 * Writes a WebAssembly module straight into one byte array, instruction by instruction.
 *
 * The first module of a process is written by code that nothing has compiled yet, so the time it takes is that of
 * the interpreter. This emitter therefore has few functions, no closures for instructions and no array that grows.
 * A body is a function that calls the functions below in the order of the stack machine: operands first.
 *
 * @see WebAssembly Core Specification 2.0 chapter 5
 */

/** The module so far. */
export interface Emitter {
  /** Fixed size; what is written behind its end is lost, and `emitPlainModule` throws. */
  readonly bytes: Uint8Array
  /** Bytes written. */
  length: number
}

/** Types of values, by their byte in the format. */
export const TYPE = { i32: 0x7f, i64: 0x7e, f64: 0x7c, v128: 0x7b } as const

/** One of {@link TYPE}. */
export type PlainType = (typeof TYPE)[keyof typeof TYPE]

/** A function of a module. */
export interface PlainFunction {
  /** The name under which the module exports it; without a name only the module itself calls it. */
  readonly name?: string
  /** Types of the parameters, which are the locals from 0 on. */
  readonly parameters: readonly PlainType[]
  /** The type of the result; without it the function returns nothing. */
  readonly result?: PlainType
  /** Runs of further locals, numbered after the parameters: how many, of which type. */
  readonly locals?: readonly (readonly [count: number, type: PlainType])[]
  /** Writes the instructions, without the final `end`. */
  readonly body: (out: Emitter) => void
}

/** Writes an instruction of one byte, such as `i64.add`. */
export function op(out: Emitter, opcode: number): void {
  out.bytes[out.length++] = opcode
}

/** Writes an instruction with an unsigned number, 0 to 2^31 - 1: a local, a function, a label, a block type. */
export function opWith(out: Emitter, opcode: number, index: number): void {
  out.bytes[out.length++] = opcode
  if (index < 0x80) out.bytes[out.length++] = index
  else unsigned(out, index)
}

/** `local.get`: pushes a local. */
export function get(out: Emitter, local: number): void {
  out.bytes[out.length++] = 0x20
  if (local < 0x80) out.bytes[out.length++] = local
  else unsigned(out, local)
}

/** `local.set`: pops into a local. */
export function set(out: Emitter, local: number): void {
  opWith(out, 0x21, local)
}

/** Writes a load or a store of `offset` bytes behind the address; the alignment hint is the weakest. */
export function opAt(out: Emitter, opcode: number, offset: number): void {
  out.bytes[out.length++] = opcode
  out.bytes[out.length++] = 0
  if (offset < 0x80) out.bytes[out.length++] = offset
  else unsigned(out, offset)
}

/** `i32.const`, from -2^31 to 2^31 - 1. */
export function i32(out: Emitter, value: number): void {
  out.bytes[out.length++] = 0x41
  signed(out, value)
}

/** `i64.const`, from -2^53 to 2^53. */
export function i64(out: Emitter, value: number): void {
  out.bytes[out.length++] = 0x42
  signed(out, value)
}

/** Writes a vector instruction without immediates, such as `i64x2.add`. */
export function simd(out: Emitter, opcode: number): void {
  out.bytes[out.length++] = 0xfd
  unsigned(out, opcode)
}

/** Writes a load or store of a vector. */
export function simdAt(out: Emitter, opcode: number, offset: number): void {
  simd(out, opcode)
  out.bytes[out.length++] = 0
  unsigned(out, offset)
}

/** Writes a vector instruction with bytes behind it: a lane, the 16 of `v128.const` or of `i8x16.shuffle`. */
export function simdWith(out: Emitter, opcode: number, immediates: readonly number[]): void {
  simd(out, opcode)
  for (const byte of immediates) out.bytes[out.length++] = byte
}

/**
 * Writes a module of these functions and one memory, exported as `memory`.
 *
 * @param functions - In the order of the numbers by which they call each other.
 * @param pages - Size of the memory in pages of 65536 bytes; it does not grow.
 * @param capacity - Bytes that the module may have at most.
 * @returns The bytes of the module.
 * @throws RangeError when the module is longer than `capacity`: a mistake of the caller's code, not of its data.
 * @see WebAssembly Core Specification 2.0 section 5.5 - modules
 */
export function emitPlainModule(
  functions: readonly PlainFunction[],
  pages: number,
  capacity = 65536,
): Uint8Array {
  const out: Emitter = { bytes: new Uint8Array(capacity), length: 0 }
  for (const byte of MAGIC_AND_VERSION) op(out, byte)
  writeTypes(out, functions)
  writeIndices(out, functions.length)
  writeMemory(out, pages)
  writeExports(out, functions)
  writeBodies(out, functions)
  if (out.length > capacity)
    throw new RangeError(`The module has ${out.length} bytes, above ${capacity}.`)
  return out.bytes.subarray(0, out.length)
}

const MAGIC_AND_VERSION = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00] as const
const SECTION = { type: 1, function: 3, memory: 5, export: 7, code: 10 } as const

/** Section 5.2.2, unsigned LEB128. */
function unsigned(out: Emitter, value: number): void {
  let rest = value
  while (rest >= 0x80) {
    out.bytes[out.length++] = (rest & 0x7f) | 0x80
    rest >>>= 7
  }
  out.bytes[out.length++] = rest
}

/** Section 5.2.2, signed LEB128: above 31 bits by division, since shifts cut numbers down to 32 bits. */
function signed(out: Emitter, value: number): void {
  let rest = value
  // Bit 6 of the last byte is the sign: as long as it differs from the rest, another byte follows.
  while (rest < -0x40 || rest > 0x3f) {
    const low = ((rest % 0x80) + 0x80) % 0x80
    out.bytes[out.length++] = low | 0x80
    rest = (rest - low) / 0x80
  }
  out.bytes[out.length++] = rest & 0x7f
}

/** Section 5.5.3. Each function has a type of its own: sharing them would save a few bytes. */
function writeTypes(out: Emitter, functions: readonly PlainFunction[]): void {
  const start = open(out, SECTION.type)
  unsigned(out, functions.length)
  for (const { parameters, result } of functions) {
    op(out, 0x60)
    unsigned(out, parameters.length)
    for (const type of parameters) op(out, type)
    op(out, result === undefined ? 0 : 1)
    if (result !== undefined) op(out, result)
  }
  close(out, start)
}

/** Section 5.5.6. */
function writeIndices(out: Emitter, count: number): void {
  const start = open(out, SECTION.function)
  unsigned(out, count)
  for (let index = 0; index < count; index++) unsigned(out, index)
  close(out, start)
}

/** Section 5.5.8: one memory with a minimum and a maximum. */
function writeMemory(out: Emitter, pages: number): void {
  const start = open(out, SECTION.memory)
  op(out, 1)
  op(out, 1)
  unsigned(out, pages)
  unsigned(out, pages)
  close(out, start)
}

/** Section 5.5.10. */
function writeExports(out: Emitter, functions: readonly PlainFunction[]): void {
  const start = open(out, SECTION.export)
  unsigned(out, 1 + functions.filter(({ name }) => name !== undefined).length)
  writeExport(out, 'memory', 2, 0)
  functions.forEach(({ name }, index) => {
    if (name !== undefined) writeExport(out, name, 0, index)
  })
  close(out, start)
}

/** The names are ASCII: one byte for each letter. */
function writeExport(out: Emitter, name: string, kind: number, index: number): void {
  unsigned(out, name.length)
  for (let at = 0; at < name.length; at++) op(out, name.charCodeAt(at))
  op(out, kind)
  unsigned(out, index)
}

/** Section 5.5.13. */
function writeBodies(out: Emitter, functions: readonly PlainFunction[]): void {
  const section = open(out, SECTION.code)
  unsigned(out, functions.length)
  for (const { locals = [], body } of functions) {
    const start = reserveSize(out)
    unsigned(out, locals.length)
    for (const [count, type] of locals) {
      unsigned(out, count)
      op(out, type)
    }
    body(out)
    op(out, 0x0b)
    close(out, start)
  }
  close(out, section)
}

function open(out: Emitter, section: number): number {
  op(out, section)
  return reserveSize(out)
}

/** Leaves three bytes for a size that is not known yet. */
function reserveSize(out: Emitter): number {
  out.length += 3
  return out.length
}

/** Fills in the size of what was written since `start`: LEB128 padded to three bytes, which the format allows. */
function close(out: Emitter, start: number): void {
  const size = out.length - start
  out.bytes[start - 3] = (size & 0x7f) | 0x80
  out.bytes[start - 2] = ((size >> 7) & 0x7f) | 0x80
  out.bytes[start - 1] = size >> 14
}
