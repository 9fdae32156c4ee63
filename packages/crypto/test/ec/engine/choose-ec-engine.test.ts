import { afterEach, describe, expect, it, vi } from 'vitest'
import { chooseEcEngine, ecEngine } from '../../../src/ec/engine/choose-ec-engine.ts'
import type { EcEngineName } from '../../../src/ec/engine/ec-engine.ts'
import { refusalOf } from '../../refusal.ts'

const before = ecEngine('P-256').name
const ENGINES: readonly EcEngineName[] = ['wasm', 'noble']

afterEach(() => {
  chooseEcEngine(before)
})

describe('chooseEcEngine', () => {
  it.each(ENGINES)('takes %s', (name) => {
    expect(chooseEcEngine(name)).toBe(name)
    expect(ecEngine('P-384').name).toBe(name)
  })

  it('prefers WebAssembly by default', () => {
    expect(chooseEcEngine('auto')).toBe('wasm')
  })

  it('makes no second engine', () => {
    chooseEcEngine('wasm')
    const first = ecEngine('P-256')
    chooseEcEngine('noble')
    const second = ecEngine('P-256')
    expect(ecEngine('P-256')).toBe(second)
    chooseEcEngine('auto')
    expect(ecEngine('P-256')).toBe(first)
  })

  it('throws for another name, says which, and changes nothing', () => {
    chooseEcEngine('noble')
    expect(refusalOf(() => chooseEcEngine('native' as EcEngineName))).toEqual({
      code: 'INVALID_ARGUMENT',
      message: 'The EC engine is native; it must be auto, wasm or noble.',
    })
    expect(ecEngine('P-256').name).toBe('noble')
  })
})

describe('a host', () => {
  const compiled = vi.fn()
  const { WebAssembly: real } = globalThis as unknown as {
    WebAssembly: { Module: new (bytes: Uint8Array) => object }
  }

  /** The module as a new process has it. */
  const freshChoice = () => {
    vi.resetModules()
    return import('../../../src/ec/engine/choose-ec-engine.ts')
  }

  afterEach(() => {
    vi.unstubAllGlobals()
    compiled.mockClear()
  })

  it('compiles nothing until a curve is used, and then that curve once', async () => {
    class Module extends real.Module {
      constructor(bytes: Uint8Array) {
        compiled()
        super(bytes)
      }
    }
    vi.stubGlobal('WebAssembly', { Module, Instance: Reflect.get(real, 'Instance') })
    const fresh = await freshChoice()
    await import('../../../src/index.ts')
    expect(compiled).not.toHaveBeenCalled()
    expect(fresh.ecEngine('P-384').name).toBe('wasm')
    fresh.ecEngine('P-384')
    expect(compiled).toHaveBeenCalledOnce()
  })

  it('without WebAssembly has noble', async () => {
    vi.stubGlobal('WebAssembly', undefined)
    const fresh = await freshChoice()
    expect(fresh.ecEngine('P-521').name).toBe('noble')
    expect(fresh.chooseEcEngine('auto')).toBe('noble')
  })

  it('without WebAssembly throws for the engine that needs it, and changes nothing', async () => {
    vi.stubGlobal('WebAssembly', undefined)
    const fresh = await freshChoice()
    expect(() => fresh.chooseEcEngine('wasm')).toThrow('no WebAssembly with SIMD')
    expect(fresh.ecEngine('P-256').name).toBe('noble')
  })

  it('that forbids compilation has noble, and is asked once', async () => {
    class Module {
      constructor() {
        compiled()
        throw new Error('Compilation is disallowed by the embedder.')
      }
    }
    vi.stubGlobal('WebAssembly', { Module, Instance: Object })
    const fresh = await freshChoice()
    expect(fresh.ecEngine('P-256').name).toBe('noble')
    expect(fresh.ecEngine('P-256').name).toBe('noble')
    expect(compiled).toHaveBeenCalledOnce()
  })
})
