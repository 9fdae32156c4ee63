/** The few types of WebAssembly that the engine uses, and the way to it: the language's own library has neither. */

/** A memory: `buffer` is one and the same as long as it does not grow. */
export interface WasmMemory {
  readonly buffer: ArrayBuffer
}

/** What of the WebAssembly JavaScript Interface is used. */
interface WebAssemblyApi {
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object) => { readonly exports: object }
}

/**
 * Compiles a module that imports nothing and makes its only instance, synchronously.
 *
 * @returns What the module exports; `undefined` where the host has no WebAssembly, forbids it (a content
 * security policy, a limit on synchronous compilation) or does not know an instruction, such as those of SIMD.
 * @see WebAssembly JavaScript Interface sections 5.1 and 5.2
 */
export function instantiate(bytes: Uint8Array): object | undefined {
  const { WebAssembly: api } = globalThis as { WebAssembly?: WebAssemblyApi }
  if (api === undefined) return undefined
  try {
    return new api.Instance(new api.Module(bytes)).exports
  } catch {
    return undefined
  }
}
