/** A kernel with its memory: how numbers get in and out, and how its secrets are wiped. */

import { bigIntToBytes } from '../../encoding/bytes.ts'
import type { CurveName } from '../../key-material.ts'
import { CURVE_SHAPES, type CurveShape } from '../kernel/curve-shape.ts'
import { createKernel, type Kernel } from '../kernel/kernel.ts'
import { layoutOf, type MemoryLayout } from '../kernel/memory-layout.ts'
import { writeConstants } from './constants.ts'
import { DOMAIN_PARAMETERS, type DomainParameters } from './domain-parameters.ts'

/** A kernel that is ready for use. */
export interface Machine {
  readonly kernel: Kernel
  readonly shape: CurveShape
  readonly at: MemoryLayout
  /** Bytes of a coordinate and of the order. */
  readonly width: number
  /** p, n and p - n, big-endian and `width` bytes each. */
  readonly p: Uint8Array
  readonly n: Uint8Array
  readonly gap: Uint8Array
  readonly parameters: DomainParameters
  /** All of the memory, and all of it again. */
  readonly bytes: Uint8Array
  readonly words: Int32Array
}

/** Makes the machine of a curve; `undefined` where the host cannot run it. */
export function createMachine(crv: CurveName): Machine | undefined {
  const shape = CURVE_SHAPES[crv]
  const at = layoutOf(shape)
  const kernel = createKernel(shape, at)
  if (kernel === undefined) return undefined
  const parameters = DOMAIN_PARAMETERS[crv]
  const { p, n } = parameters
  const width = Math.ceil(shape.bits / 8)
  writeConstants(kernel, shape, at, parameters)
  const machine: Machine = {
    kernel,
    shape,
    at,
    width,
    p: bigIntToBytes(p, width),
    n: bigIntToBytes(n, width),
    gap: bigIntToBytes(p - n, width),
    parameters,
    bytes: new Uint8Array(kernel.memory.buffer),
    words: new Int32Array(kernel.memory.buffer),
  }
  wipe(machine)
  return machine
}

/** Writes big-endian bytes, `width` of them, for the kernel. */
export function writeBytes({ bytes, width }: Machine, address: number, value: Uint8Array): void {
  for (let i = 0; i < width; i++) bytes[address + i] = value[width - 1 - i] ?? 0
}

/** Reads what the kernel left, as `width` big-endian bytes into `to` from `offset` on. */
export function readBytes(
  { bytes, width }: Machine,
  address: number,
  to: Uint8Array,
  offset = 0,
): void {
  for (let i = 0; i < width; i++) to[offset + i] = bytes[address + width - 1 - i] ?? 0
}

/** Whether an element that the kernel left frozen is 0: its limbs are below 2^32. */
export function isZeroElement({ words, shape }: Machine, address: number): boolean {
  let bits = 0
  for (let i = 0; i < shape.limbs; i++) bits |= words[address / 4 + 2 * i] ?? 0
  return bits === 0
}

/** Overwrites everything that a call leaves in the memory. */
export function wipe({ bytes, at }: Machine): void {
  bytes.fill(0, at.scratch, at.scratchEnd)
}
