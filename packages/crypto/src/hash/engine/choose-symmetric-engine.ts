/** Which engine computes AES and hashes: found out at the first use, unless a caller has chosen one. */

import { cryptoError } from '../../crypto-error.ts'
import { OP, SIMD } from '../../wasm/opcodes.ts'
import { emitPlainModule, op, simd, simdWith } from '../../wasm/plain-emitter.ts'
import { instantiate } from '../../wasm/web-assembly.ts'

/** An engine for AES and hashes. */
export type SymmetricEngineName = 'wasm' | 'portable'

/**
 * Chooses the engine that computes AES and hashes from now on, for all callers of this module.
 *
 * Both engines return the same bytes: the choice is one of speed, of constant time,
 * and of tests that run with both.
 *
 * | choice | engine |
 * | --- | --- |
 * | `auto` | `wasm` where the host has SIMD in WebAssembly, otherwise `portable`: the default |
 * | `wasm` | kernels in WebAssembly: 3 to 10 times as fast as noble, AES and GHASH in constant time |
 * | `portable` | TypeScript and @noble/hashes, on every host; AES is slow and uses a table |
 *
 * @param choice - A row of the table.
 * @returns The name of the engine that computes now.
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - another choice, or `wasm` where the host cannot run it.
 *
 * @example
 * ```ts
 * import { chooseSymmetricEngine } from '@pocket-hsm/crypto'
 *
 * chooseSymmetricEngine('portable') // 'portable'
 * ```
 */
export function chooseSymmetricEngine(choice: SymmetricEngineName | 'auto'): SymmetricEngineName {
  if (choice !== 'auto' && choice !== 'wasm' && choice !== 'portable') {
    throw cryptoError(
      'INVALID_ARGUMENT',
      `Invalid symmetric engine '${choice}': use auto, wasm or portable.`,
    )
  }
  const engine = choice === 'portable' ? 'portable' : bestEngine()
  if (choice === 'wasm' && engine !== 'wasm') {
    throw cryptoError('INVALID_ARGUMENT', 'This host has no SIMD in WebAssembly.')
  }
  current = engine
  return engine
}

/** Returns the name of the engine that computes now. */
export function symmetricEngine(): SymmetricEngineName {
  current ??= bestEngine()
  return current
}

let current: SymmetricEngineName | undefined

/** Compiles a module whose only function swizzles one vector. */
function bestEngine(): SymmetricEngineName {
  const zeros = Array.from({ length: 16 }, () => 0)
  const probe = emitPlainModule(
    [
      {
        parameters: [],
        body(out) {
          simdWith(out, SIMD.const, zeros)
          simdWith(out, SIMD.const, zeros)
          simd(out, SIMD.swizzle)
          op(out, OP.drop)
        },
      },
    ],
    1,
    256,
  )
  return instantiate(probe) === undefined ? 'portable' : 'wasm'
}
