/** The engine's WebAssembly module: written, compiled and instantiated on first use. */

import { emitPlainModule } from '../../wasm/plain-emitter.ts'
import { instantiate, type WasmMemory } from '../../wasm/web-assembly.ts'
import { carryFunction } from './kernel-carry.ts'
import { multiplyFunction } from './kernel-multiply.ts'
import { powerFunction, selectFunction, squareRunFunction } from './kernel-power.ts'
import { residuesFunction } from './kernel-residues.ts'
import { squareFunction } from './kernel-square.ts'

/** The exports of the module; each function is documented where its instructions are written. */
export interface Kernel {
  readonly memory: WasmMemory
  readonly multiply: (a: number, b: number, target: number) => void
  readonly squareRun: (number: number, count: number, factors: number, stride: number) => void
  readonly power: (windows: number, windowBits: number) => void
  readonly residues: (words: number, groups: number) => void
}

/** 0.6 MB: the numbers take 198 kB, the 43389 odd primes below 2^19 take 347 kB. */
const PAGES = 9

/** Bytes reserved for the module, which is smaller: a test compares the two. */
const CAPACITY = 16384

/**
 * Writes the bytes of the module.
 *
 * @returns A fresh array; nothing in it depends on a key.
 */
export const emitKernel = (): Uint8Array =>
  // In the order of the numbers in FUNCTION.
  emitPlainModule(
    [
      carryFunction,
      multiplyFunction,
      squareFunction,
      squareRunFunction,
      selectFunction,
      powerFunction,
      residuesFunction,
    ],
    PAGES,
    CAPACITY,
  )

/** Creates a kernel with a memory of its own; returns `undefined` where the host cannot run it. */
export const createKernel = (): Kernel | undefined =>
  instantiate(emitKernel()) as Kernel | undefined
