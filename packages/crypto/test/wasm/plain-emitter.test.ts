import { describe, expect, it } from 'vitest'
import { NO_RESULT, OP, SIMD } from '../../src/wasm/opcodes.ts'
import {
  type Emitter,
  emitPlainModule,
  get,
  i32,
  i64,
  op,
  opAt,
  opWith,
  type PlainFunction,
  set,
  simd,
  simdAt,
  simdWith,
  TYPE,
} from '../../src/wasm/plain-emitter.ts'
import { instantiate, type WasmMemory } from '../../src/wasm/web-assembly.ts'

interface Exports {
  readonly memory: WasmMemory
  readonly [name: string]: ((...values: number[]) => number) | WasmMemory
}

function load(...functions: PlainFunction[]): Exports {
  const exports = instantiate(emitPlainModule(functions, 1)) as Exports | undefined
  if (exports === undefined) throw new Error('The module does not compile.')
  return exports
}

/** Runs `body`, whose result of 64 bits is stored at address 8. */
function run64(body: (out: Emitter) => void): bigint {
  const write = (out: Emitter) => {
    i32(out, 8)
    body(out)
    opAt(out, OP.i64Store, 0)
  }
  const { memory, run } = load({ name: 'run', parameters: [], body: write })
  if (typeof run === 'function') run()
  return new BigInt64Array(memory.buffer)[1] ?? 0n
}

const call = (exports: Exports, name: string, ...values: number[]) => {
  const exported = exports[name]
  if (typeof exported !== 'function') throw new Error(`${name} is not a function.`)
  return exported(...values)
}

describe('constants', () => {
  it.each([0, 1, -1, 63, 64, -64, -65, 127, 128, -128, -129, 2 ** 31 - 1, -(2 ** 31)])(
    'i32 %i',
    (value) => {
      const exports = load({
        name: 'run',
        parameters: [],
        result: TYPE.i32,
        body: (out) => i32(out, value),
      })
      expect(call(exports, 'run')).toBe(value)
    },
  )

  it.each([
    0,
    -1,
    64,
    -65,
    2 ** 31,
    -(2 ** 31) - 1,
    2 ** 35 + 12345,
    -(2 ** 40) - 77,
    2 ** 53,
    -(2 ** 53),
  ])('i64 %i', (value) => {
    expect(run64((out) => i64(out, value))).toBe(BigInt(value))
  })
})

describe('a module of the plain emitter', () => {
  it('has locals of several types after the parameters', () => {
    const exports = load({
      name: 'run',
      parameters: [TYPE.i32],
      result: TYPE.i32,
      locals: [
        [2, TYPE.i64],
        [1, TYPE.i32],
      ],
      body(out) {
        get(out, 0)
        op(out, OP.i64ExtendI32S)
        opWith(out, OP.tee, 1)
        get(out, 1)
        op(out, OP.i64Mul)
        set(out, 2)
        get(out, 2)
        op(out, OP.i32WrapI64)
        set(out, 3)
        get(out, 3)
      },
    })
    expect(call(exports, 'run', -12)).toBe(144)
  })

  it('numbers locals beyond 127', () => {
    const exports = load({
      name: 'run',
      parameters: [TYPE.i32],
      result: TYPE.i32,
      locals: [[300, TYPE.i32]],
      body(out) {
        get(out, 0)
        set(out, 299)
        get(out, 299)
        opWith(out, OP.tee, 130)
        get(out, 130)
        op(out, OP.i32Add)
      },
    })
    expect(call(exports, 'run', 21)).toBe(42)
  })

  it('loops, and calls another function', () => {
    const square: PlainFunction = {
      parameters: [TYPE.i32],
      result: TYPE.i32,
      body(out) {
        get(out, 0)
        get(out, 0)
        op(out, OP.i32Mul)
      },
    }
    const sumOfSquares: PlainFunction = {
      name: 'sumOfSquares',
      parameters: [TYPE.i32],
      result: TYPE.i32,
      locals: [[1, TYPE.i32]],
      body(out) {
        opWith(out, OP.loop, NO_RESULT)
        get(out, 0)
        opWith(out, OP.call, 0)
        get(out, 1)
        op(out, OP.i32Add)
        set(out, 1)
        get(out, 0)
        i32(out, 1)
        op(out, OP.i32Sub)
        opWith(out, OP.tee, 0)
        opWith(out, OP.brIf, 0)
        op(out, OP.end)
        get(out, 1)
      },
    }
    const exports = load(square, sumOfSquares)
    expect(call(exports, 'sumOfSquares', 10)).toBe(385)
    expect(Object.keys(exports)).toEqual(['memory', 'sumOfSquares'])
  })

  it('reads and writes behind an address, near and far', () => {
    const exports = load({
      name: 'run',
      parameters: [TYPE.i32],
      body(out) {
        get(out, 0)
        get(out, 0)
        opAt(out, OP.i64Load, 8)
        opAt(out, OP.i64Store, 4096)
      },
    })
    const words = new BigInt64Array(exports.memory.buffer)
    words[3] = -5n
    call(exports, 'run', 16)
    expect(words[(16 + 4096) / 8]).toBe(-5n)
  })

  it('computes with vectors', () => {
    const exports = load({
      name: 'run',
      parameters: [],
      body(out) {
        i32(out, 256)
        i32(out, 0)
        simdAt(out, SIMD.load, 0)
        simdWith(out, SIMD.const, [1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4, 0, 0, 0])
        simd(out, SIMD.i32x4Add)
        simdAt(out, SIMD.store, 0)
      },
    })
    const words = new Int32Array(exports.memory.buffer)
    words.set([10, 20, 30, -4])
    call(exports, 'run')
    expect([...words.subarray(64, 68)]).toEqual([11, 22, 33, 0])
  })

  it('is refused when it is longer than its capacity', () => {
    const body = (out: Emitter) => {
      for (let count = 0; count < 100; count++) op(out, 0x01)
    }
    expect(() => emitPlainModule([{ parameters: [], body }], 1, 100)).toThrow(RangeError)
  })
})
