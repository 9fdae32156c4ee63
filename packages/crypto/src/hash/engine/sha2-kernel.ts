/** The WebAssembly modules of SHA-2, one for each word length: written, compiled and instantiated on request. */

import { SIMD } from '../../wasm/opcodes.ts'
import {
  emitPlainModule,
  get,
  i32,
  op,
  type PlainFunction,
  simd,
  simdAt,
  TYPE,
} from '../../wasm/plain-emitter.ts'
import { instantiate, type WasmMemory } from '../../wasm/web-assembly.ts'
import { compressFunction } from './sha2-compress.ts'
import { AT } from './sha2-layout.ts'
import { swapBytes, WORDS, type WordBits, type Words } from './sha2-words.ts'

/** What a kernel exports. Addresses are in bytes. */
export interface Sha2Kernel {
  readonly memory: WasmMemory
  /** Absorbs `count` blocks, 1 or more, at `blocks` into the state at `from`; writes the new state at `to`. */
  readonly compress: (from: number, to: number, blocks: number, count: number) => void
  /** Writes the state at `from` as big-endian bytes at `to`; or the other way around. */
  readonly swap: (from: number, to: number) => void
  /** Changes all bytes of the block at `AT.data` by xor with `byte`. */
  readonly xorBlock: (byte: number) => void
  /** Overwrites `length` bytes at `address` with zeros. */
  readonly wipe: (address: number, length: number) => void
}

/** Room for one more block behind the data, where padding may go. */
const PAGES = 1

/**
 * Makes the kernel of a word length, with a memory of its own that holds zeros.
 *
 * @returns The kernel; `undefined` where the host cannot run it.
 */
export const createSha2Kernel = (bits: WordBits): Sha2Kernel | undefined =>
  instantiate(emitSha2Kernel(bits)) as Sha2Kernel | undefined

/**
 * Writes the bytes of the module.
 *
 * @returns A fresh array; nothing in it depends on what is hashed.
 */
export const emitSha2Kernel = (bits: WordBits): Uint8Array =>
  emitPlainModule(
    [compressFunction(WORDS[bits]), swapFunction(WORDS[bits]), xorBlockFunction(WORDS[bits]), WIPE],
    PAGES,
    8192,
  )

const swapFunction = (words: Words): PlainFunction => ({
  name: 'swap',
  parameters: [TYPE.i32, TYPE.i32],
  body(out) {
    for (let offset = 0; offset < 8 * words.bytes; offset += 16) {
      get(out, 1)
      get(out, 0)
      simdAt(out, SIMD.load, offset)
      swapBytes(out, words)
      simdAt(out, SIMD.store, offset)
    }
  },
})

const xorBlockFunction = (words: Words): PlainFunction => ({
  name: 'xorBlock',
  parameters: [TYPE.i32],
  body(out) {
    for (let offset = AT.data; offset < AT.data + 16 * words.bytes; offset += 16) {
      i32(out, 0)
      i32(out, 0)
      simdAt(out, SIMD.load, offset)
      get(out, 0)
      simd(out, SIMD.i8x16Splat)
      simd(out, SIMD.xor)
      simdAt(out, SIMD.store, offset)
    }
  },
})

const WIPE: PlainFunction = {
  name: 'wipe',
  parameters: [TYPE.i32, TYPE.i32],
  body(out) {
    get(out, 0)
    i32(out, 0)
    get(out, 1)
    for (const byte of OP_MEMORY_FILL) op(out, byte)
  },
}

/** `memory.fill` of memory 0. */
const OP_MEMORY_FILL = [0xfc, 0x0b, 0x00] as const
