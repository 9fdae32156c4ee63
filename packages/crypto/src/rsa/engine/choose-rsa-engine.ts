/** Selects the engine for RSA: at the first operation, unless `chooseRsaEngine` was called before. */

import { cryptoError } from '../../crypto-error.ts'
import { bigintEngine } from './bigint-engine.ts'
import { createKernel } from './kernel.ts'
import type { RsaEngine, RsaEngineName } from './rsa-engine.ts'
import { createWasmEngine } from './wasm-engine.ts'

/**
 * Selects the engine for all RSA operations from now on, for all users of this module.
 *
 * Both engines return the same bytes, including keys from a seed. They differ in speed, and a test can run with
 * either. This is the only setting that the package keeps.
 *
 * | choice | engine |
 * | --- | --- |
 * | `auto` | `wasm` where the host has SIMD in WebAssembly, otherwise `bigint`; the default |
 * | `wasm` | vectors of doubles in WebAssembly: about ten times faster than BigInt |
 * | `bigint` | BigInt, which every host has |
 *
 * @param choice - A row of the table.
 * @returns The name of the selected engine.
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
    throw cryptoError('INVALID_ARGUMENT', `The RSA engine must be 'auto', 'wasm' or 'bigint'.`)
  }
  const engine = choice === 'bigint' ? bigintEngine : (wasmEngine() ?? bigintEngine)
  if (choice === 'wasm' && engine.name !== 'wasm') {
    throw cryptoError(
      'INVALID_ARGUMENT',
      `The RSA engine 'wasm' needs SIMD in WebAssembly, which this host does not have.`,
    )
  }
  current = engine
  return engine.name
}

/** Returns the selected engine. */
export function rsaEngine(): RsaEngine {
  current ??= wasmEngine() ?? bigintEngine
  return current
}

/**
 * Creates a function that prepares a value for an object once, and again after the engine has changed.
 *
 * The prepared value lives as long as the object that it was prepared for.
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

/** Returns the only WebAssembly engine; its module is written and compiled at the first call. */
function wasmEngine(): RsaEngine | undefined {
  if (wasm === undefined) {
    const kernel = createKernel()
    wasm = { engine: kernel === undefined ? undefined : createWasmEngine(kernel) }
  }
  return wasm.engine
}
