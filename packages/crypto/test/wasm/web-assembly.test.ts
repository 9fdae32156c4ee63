import { describe, expect, it } from 'vitest'
import { emitPlainModule, op } from '../../src/wasm/plain-emitter.ts'
import { instantiate } from '../../src/wasm/web-assembly.ts'

describe('instantiate', () => {
  it('returns what the module exports', () => {
    expect(Object.keys(instantiate(emitPlainModule([], 1)) ?? {})).toEqual(['memory'])
  })

  it('returns undefined where the host does not know an instruction', () => {
    const unknown = { parameters: [], body: (out: Parameters<typeof op>[0]) => op(out, 0xff) }
    expect(instantiate(emitPlainModule([unknown], 1))).toBeUndefined()
  })

  it('returns undefined where there is no WebAssembly', () => {
    const api = Reflect.get(globalThis, 'WebAssembly')
    Reflect.deleteProperty(globalThis, 'WebAssembly')
    try {
      expect(instantiate(emitPlainModule([], 1))).toBeUndefined()
    } finally {
      Reflect.set(globalThis, 'WebAssembly', api)
    }
  })
})
