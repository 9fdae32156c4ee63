/** Both engines of AES, the one in WebAssembly with a kernel whose memory tests can see. */

import type { AesEngine, GcmOutput } from '../../../src/aes/engine/aes-engine.ts'
import { type AesKernel, createAesKernel } from '../../../src/aes/engine/kernel.ts'
import { portableAes } from '../../../src/aes/engine/portable-engine.ts'
import { createWasmAes } from '../../../src/aes/engine/wasm-engine.ts'
import { expectSameBytes } from '../../same-bytes.ts'

/** A kernel of its own and its engine. */
export function freshEngine(): { readonly kernel: AesKernel; readonly engine: AesEngine } {
  const kernel = createAesKernel()
  if (kernel === undefined) throw new Error('This host has no SIMD in WebAssembly.')
  return { kernel, engine: createWasmAes(kernel) }
}

/** A row for each engine: its name, itself, how many times as many cases it can do in the same time. */
export const ENGINES: readonly (readonly [name: string, engine: AesEngine, cases: number])[] = [
  ['AES in WebAssembly', freshEngine().engine, 20],
  ['AES in TypeScript', portableAes, 1],
]

/** Compares two results of GCM. */
export function expectSameOutput(made: GcmOutput, expected: GcmOutput): void {
  expectSameBytes(made.text, expected.text)
  expectSameBytes(made.tag, expected.tag)
}
