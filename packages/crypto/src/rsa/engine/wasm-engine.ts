/**
 * The WebAssembly engine: writes numbers into the kernel's memory, calls its functions and reads the results.
 *
 * Between two calls the memory is zero, except for a few constants. Every function here wipes what it wrote before it
 * returns, because numbers are secret and because the kernels rely on zeros around their numbers.
 */

import { bitLength } from '../../numbers/number-theory.ts'
import { bigintEngine } from './bigint-engine.ts'
import type { Kernel } from './kernel.ts'
import { RESIDUE_GROUP } from './kernel-residues.ts'
import { AT, LIMB, LONGEST_PRIME_BITS } from './memory-layout.ts'
import { type Montgomery, montgomeryOf, pairLimbs, quotientFree } from './montgomery.ts'
import { type Radix, radixFor, readLimbs, writeLimbs } from './radix.ts'
import { inBoth, type Pair, type RsaEngine } from './rsa-engine.ts'

/**
 * Creates an engine from a kernel. Nothing else may use the kernel's memory afterwards.
 *
 * The BigInt engine computes with even moduli, which no key has, and with primes of more than 4112 bits.
 */
export function createWasmEngine(kernel: Kernel): RsaEngine {
  const { buffer } = kernel.memory
  const machine = { kernel, doubles: new Float64Array(buffer), integers: new Int32Array(buffer) }
  return {
    name: 'wasm',
    powerPair: (moduli, exponents) => {
      const radix = radixOf([...moduli, ...exponents], LONGEST_PRIME_BITS)
      if (radix === undefined || !areOdd(moduli)) return bigintEngine.powerPair(moduli, exponents)
      return powerPair(machine, montgomeryOf(moduli, radix), exponents)
    },
    publicPower: (modulus, exponent) => {
      const radix = radixOf([modulus])
      // The other lane is idle: modulo 1 all its numbers are zero.
      const moduli = [modulus, 1n] as const
      if (radix === undefined || !areOdd(moduli)) return bigintEngine.publicPower(modulus, exponent)
      const power = publicPowerPair(machine, montgomeryOf(moduli, radix), exponent)
      return (base) => power([base, 0n])[0]
    },
    publicPowerPair: (moduli, exponent) => {
      const radix = radixOf(moduli)
      return radix === undefined || !areOdd(moduli)
        ? bigintEngine.publicPowerPair(moduli, exponent)
        : publicPowerPair(machine, montgomeryOf(moduli, radix), exponent)
    },
    passFermat: (candidates) => {
      const radix = radixOf(candidates, LONGEST_PRIME_BITS)
      return radix === undefined
        ? bigintEngine.passFermat(candidates)
        : passFermat(machine, candidates, radix)
    },
    residues: (n, primes) => residues(machine, n, primes),
  }
}

interface Machine {
  readonly kernel: Kernel
  /** The whole memory, as doubles and as 32-bit numbers. */
  readonly doubles: Float64Array
  readonly integers: Int32Array
}

/** Wider windows are faster as soon as a product costs much more than reading the table. */
const windowBitsFor = ({ limbs }: Radix): number => (limbs > 44 ? 5 : 4)

function powerPair(
  machine: Machine,
  montgomery: Montgomery,
  exponents: Pair<bigint>,
): (bases: Pair<bigint>) => Pair<bigint> {
  const { radix, moduli } = montgomery
  const windowBits = windowBitsFor(radix)
  const longest = Math.max(...[...moduli, ...exponents].map(bitLength))
  const windows = Math.max(2, Math.ceil(longest / windowBits))
  const steps = windowsOf(exponents, windows, windowBits)
  return (bases) => {
    const { kernel, doubles } = machine
    enter(machine, radix, montgomery.modulus)
    inBoth(bases, (base, lane) =>
      writeLimbs(base % moduli[lane], radix, doubles, AT.base / 8 + lane),
    )
    doubles.set(montgomery.square, AT.operand / 8)
    doubles.set(montgomery.one, AT.powers / 8)
    doubles.set(steps, AT.steps / 8)
    kernel.multiply(AT.operand, AT.base, AT.base)
    kernel.power(windows, windowBits)
    const powers = leaveMontgomery(machine, moduli, radix)
    wipe(machine, radix, windows, 1 << windowBits)
    return powers
  }
}

/** Returns the windows of both exponents as doubles, side by side, the highest first, including leading zeros. */
function windowsOf(exponents: Pair<bigint>, windows: number, windowBits: number): Float64Array {
  const steps = new Float64Array(2 * windows)
  inBoth(exponents, (exponent, lane) => {
    const digits = exponent.toString(1 << windowBits).padStart(windows, '0')
    for (let i = 0; i < windows; i++) steps[2 * i + lane] = Number.parseInt(digits.charAt(i), 32)
  })
  return steps
}

function publicPowerPair(
  machine: Machine,
  { radix, moduli, modulus, square }: Montgomery,
  exponent: bigint,
): (bases: Pair<bigint>) => Pair<bigint> {
  // Each run of squarings ends with a product, except for the zeros at the end.
  const runs =
    exponent
      .toString(2)
      .slice(1)
      .match(/0*1|0+$/g) ?? []
  const last = runs.length - 1
  return (bases) => {
    const { kernel, doubles } = machine
    enter(machine, radix, modulus)
    inBoth(bases, (base, lane) => {
      if (moduli[lane] === 1n) return
      writeLimbs(base % moduli[lane], radix, doubles, AT.operand / 8 + lane)
    })
    doubles.set(square, AT.result / 8)
    kernel.multiply(AT.result, AT.operand, AT.base)
    doubles.copyWithin(AT.result / 8, AT.base / 8, AT.base / 8 + 2 * radix.limbs)
    let byOperand = false
    runs.forEach((run, i) => {
      kernel.squareRun(AT.result, run.length, AT.one, 0)
      if (!run.endsWith('1')) return
      // The last product is by the base as it is, which also leaves Montgomery form.
      if (i === last) byOperand = true
      else kernel.multiply(AT.result, AT.base, AT.result)
    })
    const powers = leaveMontgomery(machine, moduli, radix, byOperand)
    wipe(machine, radix, 0, 0)
    return powers
  }
}

/** How many of the highest bits of n - 1 are computed by a shift instead of squarings. */
const HEAD_BITS = 9

function passFermat(machine: Machine, candidates: Pair<bigint>, radix: Radix): Pair<boolean> {
  const { kernel, doubles } = machine
  const exponents = inBoth(candidates, (n) => n - 1n)
  const steps = Math.max(1, ...candidates.map((n) => bitLength(n) - HEAD_BITS))
  const moduli = inBoth(candidates, (n) => quotientFree(n, radix))
  enter(machine, radix, pairLimbs(moduli, radix))
  inBoth(candidates, (n, lane) => {
    // 2 to the highest bits, in Montgomery form.
    const head = exponents[lane] >> BigInt(steps)
    const start = (1n << (head + BigInt(radix.bits * radix.limbs))) % n
    writeLimbs(start, radix, doubles, AT.result / 8 + lane)
    const bits = exponents[lane].toString(2).padStart(steps, '0').slice(-steps)
    for (let i = 0; i < steps; i++) {
      // A squaring, times 1 for '0' and times 2 for '1'.
      doubles[AT.steps / 8 + 2 * i + lane] = bits.charCodeAt(i) - 47
    }
  })
  kernel.squareRun(AT.result, steps, AT.steps, LIMB)
  const powers = leaveMontgomery(machine, candidates, radix)
  wipe(machine, radix, steps, 0)
  return inBoth(powers, (power) => power === 1n)
}

function residues({ kernel, doubles }: Machine, n: bigint, primes: Float64Array): Float64Array {
  const groups = Math.ceil(primes.length / RESIDUE_GROUP)
  const words = Math.ceil(bitLength(n) / 32)
  const end = AT.primes / 8 + groups * RESIDUE_GROUP
  if (words === 0 || words > LONGEST_PRIME_BITS || 8 * end > doubles.byteLength) {
    return bigintEngine.residues(n, primes)
  }
  const hex = n.toString(16).padStart(8 * words, '0')
  for (let i = 0; i < words; i++) {
    doubles[AT.steps / 8 + i] = Number.parseInt(hex.slice(8 * i, 8 * i + 8), 16)
  }
  setBoth(doubles, AT.one, 1)
  setBoth(doubles, AT.toWhole, 1.5 * 2 ** 52)
  setBoth(doubles, AT.wordBase, 2 ** 32)
  doubles.set(primes, AT.primes / 8)
  // The last group is filled with a divisor whose results are not read.
  doubles.fill(3, AT.primes / 8 + primes.length, end)
  kernel.residues(words, groups)
  const found = doubles.slice(AT.primes / 8, AT.primes / 8 + primes.length)
  doubles.fill(0, AT.steps / 8, AT.steps / 8 + words)
  doubles.fill(0, AT.primes / 8, end)
  return found
}

/** Writes the constants of the moduli. */
function enter({ doubles, integers }: Machine, radix: Radix, modulus: Float64Array): void {
  setBoth(doubles, AT.rounding, 1.5 * 2 ** (52 + radix.bits))
  setBoth(doubles, AT.scale, 2 ** -radix.bits)
  setBoth(doubles, AT.one, 1)
  integers[AT.limbs / 4] = radix.limbs
  doubles.set(modulus, AT.modulus / 8)
}

function setBoth(doubles: Float64Array, address: number, value: number): void {
  doubles[address / 8] = value
  doubles[address / 8 + 1] = value
}

/**
 * Multiplies the result by a number that is not in Montgomery form, 1 or the number at `AT.operand`, which converts it
 * back. Then reads and reduces it: it may be negative, and many times N.
 */
function leaveMontgomery(
  { kernel, doubles }: Machine,
  moduli: Pair<bigint>,
  radix: Radix,
  byOperand = false,
): Pair<bigint> {
  if (!byOperand) {
    doubles.fill(0, AT.operand / 8, AT.operand / 8 + 2 * radix.limbs)
    setBoth(doubles, AT.operand, 1)
  }
  kernel.multiply(AT.result, AT.operand, AT.result)
  return inBoth(moduli, (n, lane) => {
    if (n === 1n) return 0n
    const remainder = readLimbs(doubles, AT.result / 8 + lane, radix) % n
    return remainder < 0n ? remainder + n : remainder
  })
}

/** Overwrites with zeros every number and quotient digit that was written. */
function wipe({ doubles }: Machine, { limbs }: Radix, steps: number, powers: number): void {
  const clear = (address: number, vectors: number) =>
    doubles.fill(0, address / 8, address / 8 + 2 * vectors)
  clear(AT.quotients, 5)
  clear(AT.product, 2 * limbs + 8)
  for (const address of [AT.modulus, AT.base, AT.operand, AT.result]) clear(address, limbs)
  clear(AT.steps, steps)
  clear(AT.powers, powers * limbs)
}

/** Returns the radix for the longest of these numbers, or `undefined` if it has more than `mostBits` bits. */
function radixOf(
  numbers: readonly bigint[],
  mostBits = Number.POSITIVE_INFINITY,
): Radix | undefined {
  const longest = Math.max(...numbers.map(bitLength))
  return longest > mostBits ? undefined : radixFor(longest)
}

const areOdd = (numbers: readonly bigint[]): boolean => numbers.every((n) => n % 2n === 1n)
