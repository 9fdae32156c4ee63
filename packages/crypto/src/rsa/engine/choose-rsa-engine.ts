/** Which engine computes for RSA: found out at the first operation, unless someone has decided. */

import { cryptoError } from '../../crypto-error.ts'
import { bigintEngine } from './bigint-engine.ts'
import { createKernel } from './kernel.ts'
import type { RsaEngine, RsaEngineName } from './rsa-engine.ts'
import { createWasmEngine } from './wasm-engine.ts'

/**
 * Decides which engine computes for RSA from now on, for all callers of this module.
 *
 * Both engines give the same bytes, keys from a seed included: the choice is one of speed, and of tests that
 * want to see both. It is the one setting that this package keeps.
 *
 * | choice | engine |
 * | --- | --- |
 * | `auto` | `wasm` where the host has SIMD in WebAssembly, otherwise `bigint`; so it is unless told |
 * | `wasm` | vectors of doubles in WebAssembly: some ten times faster than a plain one |
 * | `bigint` | the language's own long numbers, everywhere |
 *
 * @param choice - A row of the table.
 * @returns The name of the engine that computes now.
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - another choice, or `wasm` where the host cannot run it.
 *
 * @example
 * ```ts
 * import { chooseRsaEngine } from '@pocket-hsm/crypto'
 *
 * chooseRsaEngine('bigint') // 'bigint'
 * ```
 */
export function chooseRsaEngine(choice: RsaEngineName | 'auto'): RsaEngineName {
  if (choice !== 'auto' && choice !== 'wasm' && choice !== 'bigint') {
    throw cryptoError('INVALID_ARGUMENT', 'An RSA engine is auto, wasm or bigint.')
  }
  const engine = choice === 'bigint' ? bigintEngine : (wasmEngine() ?? bigintEngine)
  if (choice === 'wasm' && engine.name !== 'wasm') {
    throw cryptoError('INVALID_ARGUMENT', 'This host has no SIMD in WebAssembly.')
  }
  current = engine
  return engine.name
}

/** The engine that computes now. */
export function rsaEngine(): RsaEngine {
  current ??= wasmEngine() ?? bigintEngine
  return current
}

/**
 * Makes a function that prepares something for an object once, and again when the engine changes.
 *
 * What was prepared is forgotten with the object that it was prepared for.
 */
export function preparedOnce<From extends object, Prepared>(
  prepare: (from: From, engine: RsaEngine) => Prepared,
): (from: From) => Prepared {
  const known = new WeakMap<From, { readonly engine: RsaEngine; readonly prepared: Prepared }>()
  return (from) => {
    const engine = rsaEngine()
    const entry = known.get(from)
    if (entry?.engine === engine) return entry.prepared
    const prepared = prepare(from, engine)
    known.set(from, { engine, prepared })
    return prepared
  }
}

let current: RsaEngine | undefined
let wasm: { readonly engine: RsaEngine | undefined } | undefined

/** The one engine on WebAssembly: nothing is written or compiled before it is first asked for. */
function wasmEngine(): RsaEngine | undefined {
  if (wasm === undefined) {
    const kernel = createKernel()
    wasm = { engine: kernel === undefined ? undefined : createWasmEngine(kernel) }
  }
  return wasm.engine
}
