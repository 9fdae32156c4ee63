/** The WebAssembly module of AES and GHASH: written, compiled and instantiated when first asked for. */

import { OP } from '../../wasm/opcodes.ts'
import {
  emitPlainModule,
  get,
  i32,
  op,
  type PlainFunction,
  TYPE,
} from '../../wasm/plain-emitter.ts'
import { instantiate, type WasmMemory } from '../../wasm/web-assembly.ts'
import { blockFunction, DECRYPTION, ENCRYPTION } from './kernel-cipher.ts'
import { HASH, PREPARE_HASH } from './kernel-ghash.ts'
import { HASH_LANES, MULTIPLY_LANES } from './kernel-ghash-lanes.ts'
import { EXPAND_KEY } from './kernel-key-schedule.ts'
import { PREPARE_LANES, TRANSPOSE } from './kernel-lane-table.ts'
import { CBC_DECRYPT, CBC_ENCRYPT, CTR, UNWRAP, WRAP } from './kernel-modes.ts'
import { fillZero, memoryFill } from './kernel-parts.ts'
import { AT, LANES_END } from './memory-layout.ts'

/** What the module exports; each function is described where it is written. Flags are 0 or 1. */
export interface AesKernel {
  readonly memory: WasmMemory
  readonly expandKey: (keyLength: number, isDecryption: number) => void
  readonly ctr: (address: number, steps: number) => void
  readonly cbcEncrypt: (blocks: number) => void
  readonly cbcDecrypt: (steps: number) => void
  readonly wrap: (semiblocks: number, step: number) => void
  readonly unwrap: (semiblocks: number, step: number) => void
  readonly prepareHash: () => void
  readonly hash: (address: number, blocks: number) => void
  readonly prepareLanes: () => void
  readonly hashLanes: (address: number, groups: number) => void
  readonly wipe: (end: number, lanes: number) => void
}

const PAGES = 1

/**
 * Writes the bytes of the module.
 *
 * @returns A fresh array; nothing in it depends on a key.
 */
export const emitAesKernel = (): Uint8Array =>
  // The first of them in the order of the numbers in FUNCTION.
  emitPlainModule(
    [
      blockFunction(ENCRYPTION),
      blockFunction(DECRYPTION),
      HASH,
      TRANSPOSE,
      MULTIPLY_LANES,
      EXPAND_KEY,
      CTR,
      CBC_ENCRYPT,
      CBC_DECRYPT,
      WRAP,
      UNWRAP,
      PREPARE_HASH,
      PREPARE_LANES,
      HASH_LANES,
      WIPE,
    ],
    PAGES,
    16384,
  )

/** Makes a kernel with a memory of its own; `undefined` where the host cannot run it. */
export const createAesKernel = (): AesKernel | undefined =>
  instantiate(emitAesKernel()) as AesKernel | undefined

/** Overwrites with zeros what is secret up to `end`, and the memory of the lanes where they were used. */
const WIPE: PlainFunction = {
  name: 'wipe',
  parameters: [TYPE.i32, TYPE.i32],
  body(out) {
    i32(out, AT.schedule)
    i32(out, 0)
    get(out, 0)
    i32(out, AT.schedule)
    op(out, OP.i32Sub)
    memoryFill(out)
    get(out, 1)
    op(out, OP.if)
    op(out, 0x40)
    i32(out, AT.lanes)
    fillZero(out, LANES_END - AT.lanes)
    op(out, OP.end)
  },
}
