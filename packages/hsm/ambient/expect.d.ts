// What src/matchers/jest.ts adds to: the interface as jest's `expect` declares it, so that the package builds without jest.
export interface Matchers<R extends void | Promise<void>, T = unknown> {
  readonly [parameters: symbol]: R | T
}
