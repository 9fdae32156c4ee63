/** The binary format of a WebAssembly module, as much of it as the RSA engine needs. */

import { type ByteWriter, createByteWriter } from './byte-writer.ts'

/** Writes instructions. Codes nest as expressions do: what an instruction takes is written before it. */
export type Code = (out: ByteWriter) => void

/** A 32-bit number, by its byte in the format. */
export const I32 = 0x7f

/** A vector of 128 bits. */
export const V128 = 0x7b

/** The types of value that the engine uses. */
export type ValueType = typeof I32 | typeof V128

/** A parameter or variable of a function: its place among them. */
export type Local = number

/** A function, ready to be written. */
export interface WasmFunction {
  readonly parameters: readonly ValueType[]
  readonly locals: readonly ValueType[]
  readonly body: Code
  /** The name under which the function is exported; without it, only this module calls it. */
  readonly name?: string
}

/**
 * Defines a function that answers nothing: results go through the memory.
 *
 * @param parameters - Types of the parameters, which are the first locals.
 * @param build - Makes the body; its argument makes a fresh local of a type.
 */
export function defineFunction(
  parameters: readonly ValueType[],
  build: (local: (type: ValueType) => Local) => Code,
  name?: string,
): WasmFunction {
  const locals: ValueType[] = []
  const body = build((type) => parameters.length + locals.push(type) - 1)
  return name === undefined ? { parameters, locals, body } : { parameters, locals, body, name }
}

/**
 * Writes a module of these functions and one memory, exported as `memory`.
 *
 * @param functions - In the order of the numbers by which they call each other.
 * @param pages - Size of the memory in pages of 65536 bytes; it does not grow.
 * @returns The bytes of the module.
 * @see WebAssembly Core Specification 2.0 section 5.5 - modules
 */
export function emitModule(functions: readonly WasmFunction[], pages: number): Uint8Array {
  const out = createByteWriter()
  for (const byte of MAGIC_AND_VERSION) out.byte(byte)
  section(out, SECTION.type, (inner) => vector(inner, functions, writeType))
  section(out, SECTION.function, (inner) =>
    vector(inner, functions, (entry, _function, index) => entry.unsigned(index)),
  )
  section(out, SECTION.memory, (inner) => {
    inner.unsigned(1)
    inner.byte(LIMITS_WITH_MAXIMUM)
    inner.unsigned(pages)
    inner.unsigned(pages)
  })
  section(out, SECTION.export, (inner) => writeExports(inner, functions))
  section(out, SECTION.code, (inner) => vector(inner, functions, writeFunction))
  return out.written()
}

const MAGIC_AND_VERSION = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00] as const
const SECTION = { type: 1, function: 3, memory: 5, export: 7, code: 10 } as const
const FUNCTION_TYPE = 0x60
const EXPORT_KIND = { function: 0, memory: 2 } as const
const LIMITS_WITH_MAXIMUM = 0x01
const END = 0x0b

/** Section 5.5.2: a number, the length of the content in bytes, the content. */
function section(out: ByteWriter, number: number, content: Code): void {
  out.byte(number)
  sized(out, content)
}

function sized(out: ByteWriter, content: Code): void {
  const inner = createByteWriter()
  content(inner)
  const bytes = inner.written()
  out.unsigned(bytes.length)
  out.bytes(bytes)
}

/** Section 5.1.3: how many, then one after the other. */
function vector<Item>(
  out: ByteWriter,
  items: readonly Item[],
  write: (out: ByteWriter, item: Item, index: number) => void,
): void {
  out.unsigned(items.length)
  items.forEach((item, index) => {
    write(out, item, index)
  })
}

/** Section 5.3.6. Each function has a type of its own: sharing would save a few bytes. */
function writeType(out: ByteWriter, { parameters }: WasmFunction): void {
  out.byte(FUNCTION_TYPE)
  vector(out, parameters, (entry, type) => entry.byte(type))
  out.unsigned(0)
}

/** Section 5.5.10. */
function writeExports(out: ByteWriter, functions: readonly WasmFunction[]): void {
  const named = functions.flatMap(({ name }, index) =>
    name === undefined ? [] : [{ name, index }],
  )
  out.unsigned(named.length + 1)
  writeName(out, 'memory')
  out.byte(EXPORT_KIND.memory)
  out.unsigned(0)
  for (const { name, index } of named) {
    writeName(out, name)
    out.byte(EXPORT_KIND.function)
    out.unsigned(index)
  }
}

/** Section 5.2.4. The names are ASCII: one byte for each letter. */
function writeName(out: ByteWriter, name: string): void {
  out.unsigned(name.length)
  for (let i = 0; i < name.length; i++) out.byte(name.charCodeAt(i))
}

/** Section 5.5.13. */
function writeFunction(out: ByteWriter, { locals, body }: WasmFunction): void {
  sized(out, (inner) => {
    vector(inner, locals, (entry, type) => {
      entry.unsigned(1)
      entry.byte(type)
    })
    body(inner)
    inner.byte(END)
  })
}
