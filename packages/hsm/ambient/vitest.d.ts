// What src/matchers/vitest.ts adds to: the interface as vitest declares it, so that the package builds without vitest.
// biome-ignore lint/suspicious/noExplicitAny: as vitest declares it
export interface Matchers<T = any> {
  readonly [parameter: symbol]: T
}
