import { describe, expect, it } from 'vitest'
import { modPow, modPowOfTwo } from '../../../src/numbers/modular-exponentiation.ts'
import { oddPrimesBelow } from '../../../src/numbers/small-primes.ts'
import { bigintEngine } from '../../../src/rsa/engine/bigint-engine.ts'
import { createKernel } from '../../../src/rsa/engine/kernel.ts'
import { AT } from '../../../src/rsa/engine/memory-layout.ts'
import { radixFor } from '../../../src/rsa/engine/radix.ts'
import { createWasmEngine } from '../../../src/rsa/engine/wasm-engine.ts'
import { edgeModuli, edgeOperands, randomNumbers } from './operands.ts'

const kernel = createKernel()
if (kernel === undefined) throw new Error('These tests need SIMD in WebAssembly.')
const wasmEngine = createWasmEngine(kernel)

describe.each([wasmEngine, bigintEngine])('the engine $name', (engine) => {
  describe.each([512, 640, 1024, 1280, 1536, 2048])('with moduli of %i bits', (bits) => {
    const radixBits = radixFor(bits)?.bits ?? 0
    const random = randomNumbers(`engine ${bits}`)
    const moduli = edgeModuli(bits, radixBits)

    it('raises edge cases to edge cases', () => {
      moduli.forEach((p, i) => {
        const q = moduli[(i + 1) % moduli.length] ?? p
        const exponents = edgeOperands(q, bits, radixBits)
        edgeOperands(p, bits, radixBits).forEach((a, j) => {
          const [dp = 0n, dq = 0n] = [exponents[(i + j) % 12], exponents[(i + 2 * j) % 12]]
          const b = q - 1n - (a % q)
          const expected = [modPow(a, dp, p), modPow(b, dq, q)]
          expect(engine.powerPair([p, q], [dp, dq])([a, b])).toEqual(expected)
        })
      })
    })

    it('raises random numbers, and more than once', () => {
      for (let i = 0; i < 4096 / bits; i++) {
        const [p, q, dp, dq] = [random(bits) | 1n, random(bits) | 1n, random(bits), random(bits)]
        const power = engine.powerPair([p, q], [dp, dq])
        for (let j = 0; j < 3; j++) {
          const [a, b] = [random(bits + 64), random(bits)]
          expect(power([a, b])).toEqual([modPow(a, dp, p), modPow(b, dq, q)])
        }
      }
    })

    it('runs Fermat’s test to base 2 on two candidates', () => {
      for (const p of moduli) {
        const q = random(bits) | 1n
        const expected = [p, q].map((n) => modPowOfTwo(n - 1n, n) === 1n)
        expect(engine.passFermat([p, q])).toEqual(expected)
      }
    })
  })

  it('raises to a public exponent at every size', () => {
    for (const bits of [512, 1024, 1025, 1536, 2048, 3072, 4096, 6144, 8192, 8300]) {
      const random = randomNumbers(`public ${bits}`)
      for (const n of [...edgeModuli(bits, 23), random(bits) | 1n]) {
        for (const e of [1n, 2n, 3n, 17n, 65537n, 65536n, random(70)]) {
          const a = random(bits)
          const power = engine.publicPower(n, e)
          expect(power(a)).toBe(modPow(a, e, n))
          expect(power(n - 1n)).toBe(e % 2n === 1n ? n - 1n : 1n)
        }
      }
    }
  })

  it('raises two numbers to one public exponent at every size', () => {
    for (const bits of [512, 520, 1024, 1025, 1536, 2048, 4096, 4112]) {
      const random = randomNumbers(`public pair ${bits}`)
      const moduli = [...edgeModuli(bits, 23), random(bits) | 1n]
      moduli.forEach((p, i) => {
        const q = moduli[(i + 1) % moduli.length] ?? p
        for (const e of [1n, 2n, 3n, 65537n, random(256)]) {
          const power = engine.publicPowerPair([p, q], e)
          const [a, b] = [random(2 * bits), random(bits)]
          expect(power([a, b])).toEqual([modPow(a, e, p), modPow(b, e, q)])
          expect(power([p - 1n, q])).toEqual([e % 2n === 1n ? p - 1n : 1n, 0n])
        }
      })
    }
  })

  it('raises to one public exponent modulo numbers of different lengths', () => {
    const [p, q] = [(1n << 1023n) + 1n, (1n << 513n) + 3n]
    const expected = [modPow(5n, 65537n, p), modPow(1n << 700n, 65537n, q)]
    expect(engine.publicPowerPair([p, q], 65537n)([5n, 1n << 700n])).toEqual(expected)
  })

  it('tells primes from composites, of different lengths', () => {
    const mersenne = (exponent: number) => (1n << BigInt(exponent)) - 1n
    expect(engine.passFermat([mersenne(521), mersenne(607)])).toEqual([true, true])
    expect(engine.passFermat([mersenne(1279), mersenne(521) - 2n])).toEqual([true, false])
    expect(engine.passFermat([mersenne(607) - 2n, mersenne(2203)])).toEqual([false, true])
    expect(engine.passFermat([3n, 9n])).toEqual([true, false])
  })

  it('divides by all small primes', () => {
    const primes = oddPrimesBelow(1 << 19)
    for (const bits of [1, 31, 32, 33, 512, 1024, 1536, 2048, 2049, 4096]) {
      const random = randomNumbers(`residues ${bits}`)
      for (const n of [(1n << BigInt(bits)) - 1n, 1n << BigInt(bits), random(bits)]) {
        const residues = engine.residues(n, primes)
        expect(residues).toHaveLength(primes.length)
        const product = (from: number) => BigInt(primes[from] ?? 1) * BigInt(primes[from + 1] ?? 1)
        const wrong = primes.filter((prime, i) => {
          const residue = residues[i] ?? Number.NaN
          // Two primes to a division, to save time.
          const expected = Number(n % product(i - (i % 2))) % prime
          return Math.abs(residue) >= prime || (residue + prime) % prime !== expected
        })
        expect([...wrong]).toEqual([])
      }
    }
  })

  it('divides by few primes, and divides zero', () => {
    expect([...engine.residues(100n, Float64Array.of(3, 7))].map((r) => (r + 21) % 7)).toEqual([
      1, 2,
    ])
    expect([...engine.residues(0n, Float64Array.of(3, 7))]).toEqual([0, 0])
  })

  it('does not change the primes', () => {
    const primes = Float64Array.of(3, 5, 7)
    engine.residues(1n << 1000n, primes)
    expect([...primes]).toEqual([3, 5, 7])
  })

  it('accepts moduli that are even or very long', () => {
    const long = (1n << 5000n) + 1n
    expect(engine.powerPair([10n, long], [3n, 5n])([7n, 1n << 1001n])).toEqual([
      3n,
      modPow(1n << 1001n, 5n, long),
    ])
    expect(engine.publicPower(10n, 3n)(7n)).toBe(3n)
    expect(engine.publicPowerPair([10n, (1n << 9000n) + 1n], 3n)([7n, 2n])).toEqual([3n, 8n])
    expect(engine.passFermat([long, 7n])).toEqual([false, true])
  })

  it('accepts an exponent that is longer than the modulus', () => {
    const d = (1n << 700n) - 3n
    expect(engine.powerPair([97n, 101n], [d, 5n])([5n, 7n])).toEqual([
      modPow(5n, d, 97n),
      modPow(7n, 5n, 101n),
    ])
  })
})

describe('the memory of the engine wasm', () => {
  const memory = new Uint8Array(kernel.memory.buffer)
  const remains = () => memory.subarray(AT.quotients).some((byte) => byte !== 0)
  const random = randomNumbers('memory')
  const odd = (bits: number) => random(bits) | 1n

  it.each([512, 1024, 2048, 4096])('is wiped after each use with numbers of %i bits', (bits) => {
    wasmEngine.powerPair([odd(bits), odd(bits)], [random(bits), random(bits)])([odd(bits), 5n])
    expect(remains()).toBe(false)
    wasmEngine.publicPower(odd(2 * bits), 65537n)(random(bits))
    expect(remains()).toBe(false)
    wasmEngine.publicPowerPair([odd(bits), odd(bits)], 65537n)([random(bits), random(bits)])
    expect(remains()).toBe(false)
    wasmEngine.passFermat([odd(bits), odd(bits - 1)])
    expect(remains()).toBe(false)
    wasmEngine.residues(random(bits), oddPrimesBelow(1 << 15))
    expect(remains()).toBe(false)
  })

  it('is not zero after the kernel has written to it', () => {
    kernel.multiply(AT.base, AT.operand, AT.result)
    memory.fill(1, AT.result, AT.result + 8)
    expect(remains()).toBe(true)
    memory.fill(0, AT.quotients)
  })
})
