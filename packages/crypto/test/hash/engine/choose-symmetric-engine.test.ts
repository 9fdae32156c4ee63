import { afterEach, describe, expect, it, vi } from 'vitest'
import {
  chooseSymmetricEngine,
  type SymmetricEngineName,
  symmetricEngine,
} from '../../../src/hash/engine/choose-symmetric-engine.ts'
import { keyedHmac } from '../../../src/hash/hmac-key.ts'
import { makeOctKey } from '../../../src/keys/make-oct-key.ts'
import { codeOf, refusalOf } from '../../refusal.ts'

const before = symmetricEngine()

afterEach(() => {
  chooseSymmetricEngine(before)
})

describe('chooseSymmetricEngine', () => {
  it.each(['wasm', 'portable'] as const)('takes %s', (name) => {
    expect(chooseSymmetricEngine(name)).toBe(name)
    expect(symmetricEngine()).toBe(name)
  })

  it('prefers WebAssembly where the choice is its own', () => {
    expect(chooseSymmetricEngine('auto')).toBe('wasm')
  })

  it('rejects another name, says which are allowed, and changes nothing', () => {
    chooseSymmetricEngine('portable')
    const refusal = refusalOf(() => chooseSymmetricEngine('native' as SymmetricEngineName))
    expect(refusal).toEqual({
      code: 'INVALID_ARGUMENT',
      message: "Invalid symmetric engine 'native': use auto, wasm or portable.",
    })
    expect(symmetricEngine()).toBe('portable')
  })

  it('gives a key that was used with one engine the same HMAC with the other', () => {
    const key = makeOctKey(new Uint8Array(32).fill(3))
    const message = new Uint8Array(100)
    chooseSymmetricEngine('wasm')
    const made = keyedHmac(key, 'SHA-256', message)
    chooseSymmetricEngine('portable')
    expect(keyedHmac(key, 'SHA-256', message)).toEqual(made)
  })
})

describe('a host', () => {
  const compiled = vi.fn()
  const { WebAssembly: real } = globalThis as unknown as {
    WebAssembly: { Module: new (bytes: Uint8Array) => object }
  }

  /** Everything as a new process has it. */
  const freshModules = async () => {
    vi.resetModules()
    return {
      ...(await import('../../../src/index.ts')),
      ...(await import('../../../src/hash/engine/choose-symmetric-engine.ts')),
    }
  }

  afterEach(() => {
    vi.unstubAllGlobals()
    compiled.mockClear()
  })

  it('compiles nothing at import, and each module once', async () => {
    class Module extends real.Module {
      constructor(bytes: Uint8Array) {
        compiled()
        super(bytes)
      }
    }
    vi.stubGlobal('WebAssembly', { Module, Instance: Reflect.get(real, 'Instance') })
    const fresh = await freshModules()
    expect(compiled).not.toHaveBeenCalled()
    expect(fresh.symmetricEngine()).toBe('wasm')
    // What the host can do was tried with a module of its own.
    expect(compiled).toHaveBeenCalledTimes(1)
    for (const hash of ['SHA-256', 'SHA-224', 'SHA-256'] as const) {
      fresh.digest(hash, new Uint8Array(3))
    }
    expect(compiled).toHaveBeenCalledTimes(2)
    for (let call = 0; call < 2; call++) {
      fresh.aesKwWrap(new Uint8Array(32), new Uint8Array(32))
    }
    expect(compiled).toHaveBeenCalledTimes(3)
  })

  it('without WebAssembly has the portable engine, and rejects the other', async () => {
    vi.stubGlobal('WebAssembly', undefined)
    const fresh = await freshModules()
    expect(fresh.symmetricEngine()).toBe('portable')
    expect(fresh.chooseSymmetricEngine('auto')).toBe('portable')
    expect(codeOf(() => fresh.chooseSymmetricEngine('wasm'))).toBe('INVALID_ARGUMENT')
  })

  it('that forbids compilation has the portable engine', async () => {
    class Module {
      constructor() {
        throw new Error('Compilation is disallowed by the embedder.')
      }
    }
    vi.stubGlobal('WebAssembly', { Module, Instance: Object })
    const fresh = await freshModules()
    expect(fresh.symmetricEngine()).toBe('portable')
    expect(fresh.digest('SHA-512', new Uint8Array(0))).toHaveLength(64)
  })

  it('that limits the size of modules falls back module by module', async () => {
    class Module extends real.Module {
      constructor(bytes: Uint8Array) {
        if (bytes.length > 4096) throw new RangeError('The module is too large.')
        super(bytes)
      }
    }
    vi.stubGlobal('WebAssembly', { Module, Instance: Reflect.get(real, 'Instance') })
    const fresh = await freshModules()
    expect(fresh.chooseSymmetricEngine('wasm')).toBe('wasm')
    const [kek, keyData] = [new Uint8Array(32), new Uint8Array(32).fill(5)]
    expect(fresh.aesKwUnwrap(kek, fresh.aesKwWrap(kek, keyData))).toEqual(keyData)
  })
})
