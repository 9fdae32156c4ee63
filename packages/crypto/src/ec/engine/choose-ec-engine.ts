/** Which implementation computes on the elliptic curves: found out at the first operation, unless it was chosen. */

import { cryptoError } from '../../crypto-error.ts'
import type { CurveName } from '../../key-material.ts'
import { CURVE_SHAPES } from '../kernel/curve-shape.ts'
import type { CurveEngine, EcEngineName } from './ec-engine.ts'
import { createNobleEngine } from './noble-engine.ts'
import { createWasmEngine } from './wasm-engine.ts'

/**
 * Chooses the implementation of elliptic curves, from now on and for all callers of this module.
 *
 * Both implementations return the same bytes: the choice is one of speed, and for tests that cover both.
 *
 * | choice | implementation |
 * | --- | --- |
 * | `auto` | `wasm` where the host has WebAssembly with SIMD, otherwise `noble`; the default |
 * | `wasm` | WebAssembly: ten times faster and more |
 * | `noble` | `@noble/curves`, on every host |
 *
 * @param choice - A row of the table.
 * @returns The name of the implementation that computes now.
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - another choice, or `wasm` where the host cannot run it.
 *
 * @example
 * ```ts
 * import { chooseEcEngine } from '@pocket-hsm/crypto'
 *
 * chooseEcEngine('noble') // 'noble'
 * ```
 */
export function chooseEcEngine(choice: EcEngineName | 'auto'): EcEngineName {
  if (choice !== 'auto' && choice !== 'wasm' && choice !== 'noble') {
    throw cryptoError(
      'INVALID_ARGUMENT',
      `The EC engine is ${String(choice)}; it must be auto, wasm or noble.`,
    )
  }
  const available = choice !== 'noble' && wasmEngine('P-256') !== undefined ? 'wasm' : 'noble'
  if (choice === 'wasm' && available !== 'wasm') {
    throw cryptoError(
      'INVALID_ARGUMENT',
      'The EC engine wasm is not available: this host has no WebAssembly with SIMD.',
    )
  }
  prefersNoble = choice === 'noble'
  return available
}

/** The engine that computes on a curve now. */
export function ecEngine(crv: CurveName): CurveEngine {
  return (prefersNoble ? undefined : wasmEngine(crv)) ?? nobleEngine(crv)
}

let prefersNoble = false
const wasmEngines = new Map<CurveName, CurveEngine | undefined>()
const nobleEngines = new Map<CurveName, CurveEngine>()

/** Nothing is written or compiled before a curve is first used, and then once, also if the host refuses. */
function wasmEngine(crv: CurveName): CurveEngine | undefined {
  const known = wasmEngines.get(crv)
  if (known !== undefined || wasmEngines.has(crv)) return known
  const made = createWasmEngine(crv)
  wasmEngines.set(crv, made)
  return made
}

function nobleEngine(crv: CurveName): CurveEngine {
  const known = nobleEngines.get(crv)
  if (known !== undefined) return known
  const made = createNobleEngine(crv, Math.ceil(CURVE_SHAPES[crv].bits / 8))
  nobleEngines.set(crv, made)
  return made
}
