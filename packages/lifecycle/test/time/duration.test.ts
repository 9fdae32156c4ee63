import { describe, expect, it } from 'vitest'
import { moveBy, parseDuration } from '../../src/index.ts'
import { calendarDays } from '../../src/time/duration.ts'

const at = (year: number, month: number, day: number) => Date.UTC(year, month - 1, day) / 1000

describe('parseDuration', () => {
  it.each([
    ['P90D', { years: 0, months: 0, days: 90 }],
    ['P18M', { years: 0, months: 18, days: 0 }],
    ['P2Y', { years: 2, months: 0, days: 0 }],
    ['P1234Y', { years: 1234, months: 0, days: 0 }],
    ['P1Y2M3D', { years: 1, months: 2, days: 3 }],
  ])('reads %s', (text, duration) => {
    expect(parseDuration(text)).toEqual(duration)
  })

  it.each([
    '',
    'P',
    'PT1H',
    'P1W',
    'P1DT0H',
    'p1d',
    '-P1D',
    'P-1D',
    'P1.5D',
    '90D',
    'P1D ',
    'P3D2M',
  ])('refuses %j', (text) => {
    expect(parseDuration(text)).toBeUndefined()
  })
})

describe('moveBy', () => {
  it.each([
    ['a month from the end of January', at(2030, 1, 31), 'P1M', 1, at(2030, 2, 28)],
    ['a month from the end of January in a leap year', at(2028, 1, 31), 'P1M', 1, at(2028, 2, 29)],
    ['a year from a leap day', at(2028, 2, 29), 'P1Y', 1, at(2029, 2, 28)],
    ['months over the end of a year', at(2030, 11, 15), 'P3M', 1, at(2031, 2, 15)],
    ['a month back over the beginning of a year', at(2030, 1, 15), 'P1M', -1, at(2029, 12, 15)],
    ['a month back from the end of March', at(2030, 3, 31), 'P1M', -1, at(2030, 2, 28)],
    ['days', at(2030, 1, 1), 'P90D', 1, at(2030, 4, 1)],
    ['days back', at(2030, 4, 1), 'P90D', -1, at(2030, 1, 1)],
    ['nothing', at(2030, 4, 1), 'P0D', 1, at(2030, 4, 1)],
  ] as const)('%s', (_, instant, text, direction, expected) => {
    const duration = parseDuration(text)
    expect(duration && moveBy(instant, duration, direction)).toBe(expected)
  })

  it("agrees with the host's calendar, day by day for 800 years", () => {
    for (let day = -150_000; day < 150_000; day += 17) {
      const instant = day * 86_400 + 3661
      const date = new Date(instant * 1000)
      const expected = Date.UTC(date.getUTCFullYear() + 1, date.getUTCMonth() + 5, 1) / 1000
      const moved = moveBy(instant, { years: 1, months: 5, days: 0 }, 1)
      expect(new Date(moved * 1000).toISOString().slice(0, 7)).toBe(
        new Date(expected * 1000).toISOString().slice(0, 7),
      )
      expect(moveBy(instant, { years: 0, months: 0, days: 0 }, 1)).toBe(instant)
    }
  })

  it('keeps the time of day', () => {
    expect(moveBy(at(2030, 1, 31) + 3661, { years: 0, months: 1, days: 1 }, 1)).toBe(
      at(2030, 3, 1) + 3661,
    )
  })
})

describe('calendarDays', () => {
  it('bounds moveBy from any day of a century without its leap day', () => {
    for (const months of [1, 2, 11, 12, 13, 24, 37, 48, 121]) {
      const duration = { years: 0, months, days: 0 }
      const { least, most } = calendarDays(duration)
      for (let start = at(2090, 1, 1); start < at(2105, 1, 1); start += 86_400) {
        const days = (moveBy(start, duration, 1) - start) / 86_400
        expect(days >= least && days <= most).toBe(true)
      }
    }
  })

  it('is exact for days', () => {
    expect(calendarDays({ years: 0, months: 0, days: 90 })).toEqual({ least: 90, most: 90 })
  })
})
