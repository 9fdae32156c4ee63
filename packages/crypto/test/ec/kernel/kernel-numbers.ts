/** Numbers in a kernel's memory, and the arithmetic of BigInt to compare with. */

import { createMachine, type Machine } from '../../../src/ec/engine/machine.ts'
import { isFolded } from '../../../src/ec/kernel/curve-shape.ts'
import type { CurveName } from '../../../src/key-material.ts'
import { testRandom } from '../../test-keys.ts'

export const CURVE_NAMES: readonly CurveName[] = ['P-256', 'P-384', 'P-521', 'P-256K']

/** A machine with accessors for its elements. */
export interface NumberMachine extends Machine {
  readonly p: never
  readonly n: never
  readonly modulus: bigint
  readonly order: bigint
  /** R modulo p: 1 where products are folded. */
  readonly r: bigint
  readonly readNumber: (address: number) => bigint
  readonly writeNumber: (address: number, value: bigint) => void
  readonly readLimbs: (address: number) => readonly bigint[]
  readonly writeLimbs: (address: number, limbs: readonly bigint[]) => void
}

export function numberMachine(crv: CurveName): NumberMachine {
  const machine = createMachine(crv)
  if (machine === undefined) throw new Error('This host cannot run the kernel.')
  const { shape, kernel, parameters } = machine
  const words = new BigInt64Array(kernel.memory.buffer)
  const bits = BigInt(shape.limbBits)
  const readLimbs = (address: number) => [...words.subarray(address / 8, address / 8 + shape.limbs)]
  const writeLimbs = (address: number, limbs: readonly bigint[]) => words.set(limbs, address / 8)
  return {
    ...(machine as Machine & { p: never; n: never }),
    modulus: parameters.p,
    order: parameters.n,
    r: isFolded(shape) ? 1n : (1n << (bits * BigInt(shape.limbs))) % parameters.p,
    readLimbs,
    writeLimbs,
    readNumber: (address) => numberOf(readLimbs(address), bits),
    writeNumber: (address, value) => writeLimbs(address, limbsOf(value, bits, shape.limbs)),
  }
}

/** The number that limbs are. */
export const numberOf = (limbs: readonly bigint[], bits: bigint): bigint =>
  limbs.reduceRight((sum, limb) => (sum << bits) + limb, 0n)

/** Limbs from 0 to 2^w - 1, and the rest in the top one. */
function limbsOf(value: bigint, bits: bigint, count: number): readonly bigint[] {
  const low = Array.from({ length: count - 1 }, (_, i) =>
    BigInt.asUintN(Number(bits), value >> (bits * BigInt(i))),
  )
  return [...low, value >> (bits * BigInt(count - 1))]
}

/** The residue from 0 to m - 1. */
export const mod = (value: bigint, m: bigint): bigint => ((value % m) + m) % m

/** The inverse of a number that has one. */
export function inverse(value: bigint, m: bigint): bigint {
  let [a, b, u, v] = [mod(value, m), m, 1n, 0n]
  while (a !== 0n) {
    const quotient = b / a
    ;[a, b] = [b - quotient * a, a]
    ;[u, v] = [v - quotient * u, u]
  }
  return mod(v, m)
}

/** Numbers below a bound, the same at every run. */
export function numbersBelow(bound: bigint, label: string): () => bigint {
  const random = testRandom(label)
  return () => BigInt(`0x${Buffer.from(random(80)).toString('hex')}`) % bound
}
