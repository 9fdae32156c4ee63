/** The kernel of a curve: a WebAssembly module that is written, compiled and filled with constants when first used. */

import { OP } from '../../wasm/opcodes.ts'
import {
  emitPlainModule,
  get,
  i32,
  op,
  type PlainFunction,
  set,
  TYPE,
} from '../../wasm/plain-emitter.ts'
import { instantiate, type WasmMemory } from '../../wasm/web-assembly.ts'
import { freezeFunction, fromBytesFunction, toBytesFunction } from './canonical.ts'
import { combFunction, combStepFunction, loadEntryFunction, selectEntryFunction } from './comb.ts'
import { baseComb, type CurveShape, isFolded } from './curve-shape.ts'
import { foldTopFunction } from './field-fold.ts'
import { subtractTwiceFunction, sumFunction, tripleHalfFunction } from './field-linear.ts'
import { multiplyFunction, squareFunction } from './field-multiply.ts'
import { FN } from './function-numbers.ts'
import { invertFunction } from './inverse.ts'
import type { MemoryLayout } from './memory-layout.ts'
import { orderMultiplyFunction } from './order-multiply.ts'
import { addPointSteps, doubleSteps } from './point-formulas.ts'
import {
  checkPointSteps,
  compareSteps,
  invertFieldSteps,
  publicKeySteps,
  recodeSteps,
  signSteps,
  toAffineSteps,
  verifySteps,
} from './programs.ts'
import { addToFunction, normaliseFunction, packFunction } from './table-functions.ts'
import { parameter, type Step, writeSteps } from './write-code.ts'

/** What a kernel exports; `function-numbers.ts` says what the functions do. Every number is an address or a count. */
export interface Kernel {
  readonly memory: WasmMemory
  readonly multiply: (to: number, a: number, b: number) => void
  readonly square: (to: number, a: number) => void
  readonly add: (to: number, a: number, b: number) => void
  readonly subtract: (to: number, a: number, b: number) => void
  readonly leave: (to: number, a: number) => void
  readonly orderMultiply: (to: number, a: number, b: number) => void
  readonly freeze: (to: number, a: number, modulus: number) => void
  readonly fromBytes: (to: number, bytes: number) => void
  readonly toBytes: (bytes: number, a: number) => void
  readonly invert: (to: number, a: number, modulus: number) => void
  readonly double: (count: number) => void
  readonly normalise: (points: number, count: number) => void
  readonly addTo: (to: number, from: number, affine: number) => void
  readonly pack: (table: number, points: number, count: number) => void
  readonly publicKey: () => void
  readonly sign: () => void
  readonly verify: (table: number) => void
  readonly compare: () => void
  readonly checkPoint: () => void
}

/**
 * Writes and compiles the kernel of a curve.
 *
 * @returns The exports, with a memory of zeros; `undefined` where the host has no WebAssembly or no SIMD in it.
 */
export function createKernel(shape: CurveShape, layout: MemoryLayout): Kernel | undefined {
  return instantiate(emitKernel(shape, layout)) as Kernel | undefined
}

/** The bytes of the module, in the order of {@link FN}. */
export function emitKernel(shape: CurveShape, at: MemoryLayout): Uint8Array {
  const functions: PlainFunction[] = []
  functions[FN.multiply] = multiplyFunction(shape)
  functions[FN.square] = squareFunction(shape)
  functions[FN.add] = sumFunction(shape, 'add')
  functions[FN.subtract] = sumFunction(shape, 'subtract')
  functions[FN.subtractTwice] = subtractTwiceFunction(shape)
  functions[FN.tripleHalf] = tripleHalfFunction(shape)
  functions[FN.orderMultiply] = orderMultiplyFunction(shape, at)
  functions[FN.freeze] = freezeFunction(shape)
  functions[FN.fromBytes] = fromBytesFunction(shape)
  functions[FN.toBytes] = toBytesFunction(shape)
  functions[FN.invert] = invertFunction(shape, at)
  functions[FN.invertField] = program(invertFieldSteps(at), 2)
  functions[FN.double] = doubleFunction(doubleSteps(shape, at))
  functions[FN.addPoint] = program(addPointSteps(at), 0)
  functions[FN.loadEntry] = loadEntryFunction(shape, at)
  functions[FN.selectEntry] = selectEntryFunction(shape, at)
  functions[FN.combStep] = combStepFunction(shape, at)
  functions[FN.baseStep] = combStepFunction(baseComb(shape), at)
  functions[FN.comb] = combFunction(shape, at)
  functions[FN.recode] = program(recodeSteps(at), 2)
  functions[FN.toAffine] = program(toAffineSteps(at), 0)
  functions[FN.normalise] = normaliseFunction(at)
  functions[FN.addTo] = addToFunction(at)
  functions[FN.pack] = packFunction(shape, at)
  functions[FN.publicKey] = program(publicKeySteps(at), 0, 'publicKey')
  functions[FN.sign] = program(signSteps(at), 0, 'sign')
  functions[FN.verify] = program(verifySteps(at), 1, 'verify')
  functions[FN.compare] = program(compareSteps(at), 0, 'compare')
  functions[FN.checkPoint] = program(checkPointSteps(shape, at), 0, 'checkPoint')
  functions[FN.leave] = isFolded(shape)
    ? foldTopFunction(shape)
    : program([[FN.multiply, parameter(0), parameter(1), at.one]], 2, 'leave')
  return emitPlainModule(functions, at.pages)
}

function program(steps: readonly Step[], parameters: number, name?: string): PlainFunction {
  return {
    ...(name !== undefined && { name }),
    parameters: new Array<typeof TYPE.i32>(parameters).fill(TYPE.i32),
    body: (out) => writeSteps(out, steps),
  }
}

/** (count): as many doublings, 1 or more. */
function doubleFunction(steps: readonly Step[]): PlainFunction {
  return {
    name: 'double',
    parameters: [TYPE.i32],
    body(out) {
      op(out, OP.loop)
      op(out, 0x40)
      writeSteps(out, steps)
      get(out, 0)
      i32(out, 1)
      op(out, OP.i32Sub)
      set(out, 0)
      get(out, 0)
      op(out, OP.brIf)
      op(out, 0)
      op(out, OP.end)
    },
  }
}
