/** The constants of a kernel: residues of powers of R, and the moduli, as limbs in its memory. */

import type { CurveShape } from '../kernel/curve-shape.ts'
import { combBits, isFolded } from '../kernel/curve-shape.ts'
import type { Kernel } from '../kernel/kernel.ts'
import type { MemoryLayout } from '../kernel/memory-layout.ts'
import type { DomainParameters } from './domain-parameters.ts'

/** Writes the constants of a curve into the memory of a fresh kernel. All of them are public. */
export function writeConstants(
  kernel: Kernel,
  shape: CurveShape,
  at: MemoryLayout,
  { p, n, b }: DomainParameters,
): void {
  const words = new BigUint64Array(kernel.memory.buffer)
  const writeInteger = (address: number, value: bigint) => {
    writeWords(words, at.bytesK, value)
    kernel.fromBytes(address, at.bytesK)
  }
  const exponent = BigInt(shape.limbBits * shape.limbs)
  const r = 1n << exponent
  const rModP = isFolded(shape) ? 1n : r % p
  const rModN = r % n
  writeInteger(at.p, p)
  words[(at.p + at.element) / 8] = inverseModuloPower(p, shape.limbBits)
  writeInteger(at.n, n)
  words[(at.n + at.element) / 8] = inverseModuloPower(n, shape.limbBits)
  writeInteger(at.one, 1n)
  writeInteger(at.r, rModP)
  writeInteger(at.rr, (rModP * rModP) % p)
  writeInteger(at.b, (b * rModP) % p)
  writeInteger(at.three, (3n * rModP) % p)
  writeInteger(at.nRr, (rModN * rModN) % n)
  writeInteger(at.nHalf, (rModN % 2n === 0n ? rModN : rModN + n) / 2n)
  // (2^D - 1)/2: 2^(D-1) less 1/2, which is (n + 1)/2.
  writeInteger(at.nShift, ((1n << BigInt(combBits(shape) - 1)) + n - (n + 1n) / 2n) % n)
}

/** Writes a number as 80 little-endian bytes. */
function writeWords(words: BigUint64Array, address: number, value: bigint): void {
  let rest = value
  for (let i = 0; i < 10; i++) {
    words[address / 8 + i] = BigInt.asUintN(64, rest)
    rest >>= 64n
  }
}

/** The inverse of an odd number modulo 2^bits, by Newton's iteration. */
function inverseModuloPower(odd: bigint, bits: number): bigint {
  let inverse = 1n
  for (let known = 1; known < bits; known *= 2) {
    inverse = BigInt.asUintN(bits, inverse * (2n - odd * inverse))
  }
  return inverse
}
