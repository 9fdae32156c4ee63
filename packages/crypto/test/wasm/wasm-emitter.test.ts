import { bytesToHex } from '@noble/hashes/utils.js'
import { describe, expect, it } from 'vitest'
import { createByteWriter } from '../../src/wasm/byte-writer.ts'
import { type Code, defineFunction, emitModule, I32, V128 } from '../../src/wasm/wasm-emitter.ts'
import * as code from '../../src/wasm/wasm-instructions.ts'
import { instantiate, type WasmMemory } from '../../src/wasm/web-assembly.ts'

const { get, int, set } = code

function unsigned(value: number): string {
  const out = createByteWriter()
  out.unsigned(value)
  return bytesToHex(out.written())
}

function signed(value: number): string {
  const out = createByteWriter()
  out.signed(value)
  return bytesToHex(out.written())
}

describe('LEB128', () => {
  // DWARF 4, figures 22 and 23, and the ends of the ranges.
  it.each([
    [2, '02'],
    [127, '7f'],
    [128, '8001'],
    [129, '8101'],
    [12857, 'b964'],
    [2 ** 32 - 1, 'ffffffff0f'],
  ])('writes %i unsigned', (value, hex) => {
    expect(unsigned(value)).toBe(hex)
  })

  it.each([
    [2, '02'],
    [-2, '7e'],
    [63, '3f'],
    [64, 'c000'],
    [-64, '40'],
    [-65, 'bf7f'],
    [127, 'ff00'],
    [-127, '817f'],
    [128, '8001'],
    [-128, '807f'],
    [2 ** 31 - 1, 'ffffffff07'],
    [-(2 ** 31), '8080808078'],
  ])('writes %i signed', (value, hex) => {
    expect(signed(value)).toBe(hex)
  })
})

describe('a byte writer', () => {
  it('keeps what it has when it grows', () => {
    const out = createByteWriter()
    for (let i = 0; i < 300; i++) out.byte(i & 255)
    out.bytes(new Uint8Array(1000).fill(7))
    const written = out.written()
    expect(written).toHaveLength(1300)
    expect([written[0], written[299], written[300], written[1299]]).toEqual([0, 43, 7, 7])
  })
})

interface Exports {
  readonly memory: WasmMemory
  readonly run: (argument: number) => void
}

type Body = Parameters<typeof defineFunction>[1]

/** Runs a body with `argument` in local 0 and doubles from address 0 on; answers the pair that it left at 32. */
function run(body: Body, argument: number, doubles: readonly number[]): readonly number[] {
  const { memory, run } = instantiate(
    emitModule([defineFunction([I32], body, 'run')], 1),
  ) as Exports
  const view = new Float64Array(memory.buffer, 0, 6)
  view.set(doubles)
  run(argument)
  return [...view.subarray(4)]
}

describe('an emitted module', () => {
  const left = code.load(int(0))
  const right = code.load(int(0), 16)
  const answer =
    (value: Code): Body =>
    () =>
      code.store(int(0), 32, value)

  it.each([
    ['add', code.add(left, right), [11, 22]],
    ['subtract', code.subtract(left, right), [-9, -18]],
    ['multiply', code.multiply(left, right), [10, 40]],
    ['sum', code.sum(left, right, right), [21, 42]],
    ['or', code.or(left, code.zero), [1, 2]],
    ['and', code.and(left, code.zero), [0, 0]],
    ['loadIntoBoth', code.loadIntoBoth(int(8)), [2, 2]],
    ['equal', code.and(code.equal(left, code.loadIntoBoth(int(8))), right), [0, 20]],
  ])('computes %s in two lanes', (_name, value, expected) => {
    expect(run(answer(value), 0, [1, 2, 10, 20])).toEqual(expected)
  })

  it('runs a loop once at least, and as long as the condition says', () => {
    const body: Body = (local) => {
      const total = local(V128)
      return code.sequence(
        code.repeatWhile(
          code.sequence(set(total, code.add(get(total), left)), code.increase(0, -1)),
          get(0),
        ),
        code.store(int(0), 32, get(total)),
      )
    }
    expect(run(body, 1, [1, 2])).toEqual([1, 2])
    expect(run(body, 1000, [1, 2])).toEqual([1000, 2000])
  })

  it.each([
    ['intAdd', code.intAdd(get(0), int(8)), 24],
    ['intSubtract', code.intSubtract(get(0), int(16)), 0],
    ['intMultiply', code.intMultiply(get(0), int(1)), 16],
    ['intShiftLeft', code.intShiftLeft(int(4), int(2)), 16],
    ['intShiftRight', code.intShiftRight(get(0), int(1)), 8],
    ['intNotEqual', code.intMultiply(code.intNotEqual(get(0), int(15)), int(8)), 8],
  ])('computes addresses with %s', (_name, address, at) => {
    const doubles = [0, 10, 20, 30]
    const pair = [doubles[at / 8] ?? 0, [10, 20, 30, 0][at / 8] ?? 0]
    expect(run(answer(code.load(address)), 16, doubles)).toEqual(pair)
  })

  it('reads a number as an address', () => {
    // The least significant half of the double 8·2^-1074 is the number 8.
    const value = code.loadIntoBoth(code.intLoad(int(0), 0))
    expect(run(answer(value), 0, [8 * 2 ** -1074, 5])).toEqual([5, 5])
  })

  it('calls another function of the module', () => {
    const copy = defineFunction([I32, V128], () => code.store(get(0), 32, get(1)))
    const body = defineFunction([I32], () => code.call(0, get(0), left), 'run')
    const { memory, run } = instantiate(emitModule([copy, body], 1)) as Exports
    const view = new Float64Array(memory.buffer, 0, 6)
    view.set([3, 4])
    run(0)
    expect([...view.subarray(4)]).toEqual([3, 4])
  })

  it('exports only what has a name', () => {
    const hidden = defineFunction([], () => code.sequence())
    const exports = instantiate(emitModule([hidden, { ...hidden, name: 'shown' }], 1))
    expect(Object.keys(exports ?? {})).toEqual(['memory', 'shown'])
  })
})

describe('instantiate', () => {
  it('answers nothing where the host does not know an instruction', () => {
    const unknown = defineFunction([], () => (out) => out.byte(0xff))
    expect(instantiate(emitModule([unknown], 1))).toBeUndefined()
  })

  it('answers nothing where there is no WebAssembly', () => {
    const api = Reflect.get(globalThis, 'WebAssembly')
    Reflect.deleteProperty(globalThis, 'WebAssembly')
    try {
      expect(instantiate(emitModule([], 1))).toBeUndefined()
    } finally {
      Reflect.set(globalThis, 'WebAssembly', api)
    }
  })
})
