import { expect } from 'vitest'

/** Compares many or long arrays: as `toEqual` does, which looks at each element by itself only where they differ. */
export function expectSameBytes(made: Uint8Array, expected: Uint8Array): void {
  if (Buffer.compare(made, expected) !== 0) expect(made).toEqual(expected)
}
