import { afterEach, describe, expect, it, vi } from 'vitest'
import { generateKey } from '../../../src/keys/generate-key.ts'
import {
  chooseRsaEngine,
  preparedOnce,
  rsaEngine,
} from '../../../src/rsa/engine/choose-rsa-engine.ts'
import type { RsaEngineName } from '../../../src/rsa/engine/rsa-engine.ts'
import { makeRsaKey } from '../../../src/rsa/make-rsa-key.ts'
import { applyPrivateExponent, applyPublicExponent } from '../../../src/rsa/rsa-primitives.ts'
import { Secret } from '../../../src/secret.ts'
import { codeOf } from '../../refusal.ts'
import { rsaTestKey, testRandom } from '../../test-keys.ts'

const before = rsaEngine().name
const ENGINES: readonly RsaEngineName[] = ['wasm', 'bigint']

afterEach(() => {
  chooseRsaEngine(before)
})

describe('chooseRsaEngine', () => {
  it.each(ENGINES)('selects %s', (name) => {
    expect(chooseRsaEngine(name)).toBe(name)
    expect(rsaEngine().name).toBe(name)
  })

  it('selects WebAssembly for auto', () => {
    expect(chooseRsaEngine('auto')).toBe('wasm')
  })

  it('creates each engine once', () => {
    chooseRsaEngine('wasm')
    const first = rsaEngine()
    chooseRsaEngine('bigint')
    chooseRsaEngine('auto')
    expect(rsaEngine()).toBe(first)
  })

  it('throws for another name', () => {
    expect(codeOf(() => chooseRsaEngine('native' as RsaEngineName))).toBe('INVALID_ARGUMENT')
  })
})

describe('a host', () => {
  const compiled = vi.fn()
  const { WebAssembly: real } = globalThis as unknown as {
    WebAssembly: { Module: new (bytes: Uint8Array) => object }
  }

  /** Loads the module again, as in a new process. */
  const freshChoice = () => {
    vi.resetModules()
    return import('../../../src/rsa/engine/choose-rsa-engine.ts')
  }

  afterEach(() => {
    vi.unstubAllGlobals()
    compiled.mockClear()
  })

  it('compiles nothing before the first RSA operation, and then once', async () => {
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
    expect(fresh.rsaEngine().name).toBe('wasm')
    fresh.chooseRsaEngine('auto')
    expect(compiled).toHaveBeenCalledOnce()
  })

  it('without WebAssembly uses the BigInt engine', async () => {
    vi.stubGlobal('WebAssembly', undefined)
    const fresh = await freshChoice()
    expect(fresh.rsaEngine().name).toBe('bigint')
    expect(fresh.chooseRsaEngine('auto')).toBe('bigint')
  })

  it('without WebAssembly throws for the engine wasm', async () => {
    vi.stubGlobal('WebAssembly', undefined)
    const fresh = await freshChoice()
    expect(codeOf(() => fresh.chooseRsaEngine('wasm'))).toBe('INVALID_ARGUMENT')
  })

  it('that forbids compilation uses the BigInt engine', async () => {
    class Module {
      constructor() {
        throw new Error('Compilation is disallowed by the embedder.')
      }
    }
    vi.stubGlobal('WebAssembly', { Module, Instance: Object })
    const fresh = await freshChoice()
    expect(fresh.rsaEngine().name).toBe('bigint')
  })
})

describe('preparedOnce', () => {
  it('prepares once for each object and engine', () => {
    const asked: string[] = []
    const prepared = preparedOnce((from: { name: string }, { name }) => {
      asked.push(`${from.name} ${name}`)
      return asked.length
    })
    const [a, b] = [{ name: 'a' }, { name: 'b' }]
    chooseRsaEngine('wasm')
    expect([prepared(a), prepared(a), prepared(b)]).toEqual([1, 1, 2])
    chooseRsaEngine('bigint')
    expect(prepared(a)).toBe(3)
    expect(asked).toEqual(['a wasm', 'b wasm', 'a bigint'])
  })
})

describe('both engines', () => {
  const withEach = <Result>(compute: () => Result): readonly Result[] =>
    ENGINES.map((name) => {
      chooseRsaEngine(name)
      return compute()
    })

  it.each([1024, 1280, 1536, 2048])('generate the same key of %i bits from a seed', (bits) => {
    const [wasm, bigint] = withEach(() =>
      generateKey({ kty: 'RSA', bits }, testRandom(`both ${bits}`)),
    )
    expect(wasm).toEqual(bigint)
    expect(wasm?.kty === 'RSA' && wasm.privateKey && Secret.reveal(wasm.privateKey)).toEqual(
      bigint?.kty === 'RSA' && bigint.privateKey && Secret.reveal(bigint.privateKey),
    )
  })

  it.each([1024, 1536, 2048, 3072, 4096])(
    'return the same results for a key of %i bits',
    (bits) => {
      const key = rsaTestKey(bits)
      const { n, p } = privateNumbers(key)
      for (const m of [0n, 1n, 2n, n - 1n, p, 1n << BigInt(bits - 2)]) {
        const [wasm, bigint] = withEach(() => [
          applyPublicExponent(key, m),
          applyPrivateExponent(key, m),
        ])
        expect(wasm).toEqual(bigint)
      }
    },
  )

  it('throw instead of returning a result computed with a wrong prime', () => {
    const numbers = privateNumbers(rsaTestKey(2048))
    const damaged = makeRsaKey({ ...numbers, p: numbers.p ^ 4n })
    expect(withEach(() => codeOf(() => applyPrivateExponent(damaged, 5n)))).toEqual([
      'OPERATION_FAILED',
      'OPERATION_FAILED',
    ])
  })
})

function privateNumbers({ privateKey }: ReturnType<typeof rsaTestKey>) {
  if (privateKey === undefined) throw new Error('A private key is needed.')
  return Secret.reveal(privateKey)
}
