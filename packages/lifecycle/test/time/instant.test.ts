import { describe, expect, it } from 'vitest'
import { toIsoInstant } from '../../src/index.ts'

describe('toIsoInstant', () => {
  it('formats like Date, in every year from 0 to 9999', () => {
    const first = Date.UTC(2000, 0, 1) - 730_485 * 86_400_000
    const last = Date.UTC(9999, 11, 31, 23, 59, 59, 999)
    for (let at = first; at <= last; at += 86_400_000 * 13 + 12_345_678) {
      expect(toIsoInstant(at)).toBe(new Date(at).toISOString())
    }
    expect(toIsoInstant(last)).toBe('9999-12-31T23:59:59.999Z')
  })

  it('drops fractions of a millisecond', () => {
    expect(toIsoInstant(1.9)).toBe('1970-01-01T00:00:00.001Z')
  })
})
