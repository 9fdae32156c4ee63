/** The engine for hosts without SIMD in WebAssembly: the language's own long numbers. */

import { modPow, modPowOfTwo } from '../modular-exponentiation.ts'
import type { RsaEngine } from './rsa-engine.ts'

/** It has no state. */
export const bigintEngine: RsaEngine = {
  name: 'bigint',

  powerPair:
    ([p, q], [dp, dq]) =>
    ([a, b]) => [modPow(a, dp, p), modPow(b, dq, q)],

  publicPower: (modulus, exponent) => (base) => modPow(base, exponent, modulus),

  passFermat: ([a, b]) => [modPowOfTwo(a - 1n, a) === 1n, modPowOfTwo(b - 1n, b) === 1n],
}
