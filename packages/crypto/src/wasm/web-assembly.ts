/** Access to WebAssembly, and the few types of it that are used: TypeScript's ES library declares neither. */

/** A memory: `buffer` stays the same object as long as the memory does not grow. */
export interface WasmMemory {
  readonly buffer: ArrayBuffer
}

/** The part of the WebAssembly JavaScript Interface that is used. */
interface WebAssemblyApi {
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object) => { readonly exports: object }
}

/**
 * Compiles a module without imports and instantiates it, synchronously.
 *
 * @returns The exports of the module; `undefined` where the host has no WebAssembly, forbids it (a content
 * security policy, a limit on synchronous compilation) or lacks an instruction, such as those of SIMD.
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
