/** The engine for hosts without SIMD in WebAssembly: it computes with BigInt. */

import { modPow, modPowOfTwo } from '../../numbers/modular-exponentiation.ts'
import type { RsaEngine } from './rsa-engine.ts'

/** The engine that computes with BigInt. It has no state. */
export const bigintEngine: RsaEngine = {
  name: 'bigint',

  powerPair:
    ([p, q], [dp, dq]) =>
    ([a, b]) => [modPow(a, dp, p), modPow(b, dq, q)],

  publicPower: (modulus, exponent) => (base) => modPow(base, exponent, modulus),

  publicPowerPair:
    ([p, q], exponent) =>
    ([a, b]) => [modPow(a, exponent, p), modPow(b, exponent, q)],

  passFermat: ([a, b]) => [modPowOfTwo(a - 1n, a) === 1n, modPowOfTwo(b - 1n, b) === 1n],

  residues,
}

/** Divides the long number once for as many short ones as their product remains a safe integer. */
function residues(n: bigint, primes: Float64Array): Float64Array {
  const found = new Float64Array(primes.length)
  for (let from = 0, to = 0; from < primes.length; from = to) {
    let product = 1
    while (to < primes.length && product * (primes[to] ?? 1) <= Number.MAX_SAFE_INTEGER) {
      product *= primes[to] ?? 1
      to++
    }
    const remainder = Number(n % BigInt(product))
    for (let i = from; i < to; i++) found[i] = remainder % (primes[i] ?? 1)
  }
  return found
}
