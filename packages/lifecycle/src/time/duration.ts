/** ISO 8601 durations of years, months and days, as in rotation policies. */

/** A duration in calendar units. */
export interface Duration {
  readonly years: number
  readonly months: number
  readonly days: number
}

const DURATION = /^P(?=\d)(?:(\d{1,4})Y)?(?:(\d{1,5})M)?(?:(\d{1,6})D)?$/
const SECONDS_PER_DAY = 86_400

/**
 * Parses a duration.
 *
 * @param text - `P`, then years, months and days, at least one of them: `P90D`, `P18M`, `P1Y6M`.
 * @returns The duration, or `undefined` for any other text, weeks and times of day included.
 * @see ISO 8601-1:2019 section 5.5.2; Key Vault key rotation: durations in a policy
 *
 * @example
 * ```ts
 * import { parseDuration } from '@pocket-hsm/lifecycle'
 *
 * parseDuration('P1Y6M') // { years: 1, months: 6, days: 0 }
 * parseDuration('PT1H') // undefined
 * ```
 */
export function parseDuration(text: string): Duration | undefined {
  const match = DURATION.exec(text)
  if (match === null) return undefined
  const [, years, months, days] = match
  return { years: Number(years ?? 0), months: Number(months ?? 0), days: Number(days ?? 0) }
}

/**
 * Moves an instant by a duration on the UTC calendar.
 *
 * Years and months first: a day that the month does not have becomes its last day. Then days.
 *
 * @param instant - Unix seconds.
 * @param direction - `1` for later, `-1` for earlier.
 * @returns Unix seconds.
 *
 * @example
 * ```ts
 * import { moveBy } from '@pocket-hsm/lifecycle'
 *
 * const endOfJanuary = Date.UTC(2030, 0, 31) / 1000
 * moveBy(endOfJanuary, { years: 0, months: 1, days: 0 }, 1) === Date.UTC(2030, 1, 28) / 1000 // true
 * ```
 */
export function moveBy(instant: number, duration: Duration, direction: 1 | -1): number {
  const day = Math.floor(instant / SECONDS_PER_DAY)
  const month = monthOf(day)
  const dayOfMonth = day - firstDayOf(month)
  const target = month + direction * (duration.years * 12 + duration.months)
  const lastOfMonth = firstDayOf(target + 1) - 1
  const moved = Math.min(firstDayOf(target) + dayOfMonth, lastOfMonth) + direction * duration.days
  return instant + (moved - day) * SECONDS_PER_DAY
}

/** The first day of a month, in days since 1970-01-01. Months are counted from January of the year 0. */
export function firstDayOf(month: number): number {
  // A year that begins in March has its leap day at the end.
  const year = Math.floor((month - 2) / 12)
  const monthOfYear = month - 2 - year * 12
  const leapDays = Math.floor(year / 4) - Math.floor(year / 100) + Math.floor(year / 400)
  return year * 365 + leapDays + daysBeforeMonth(monthOfYear) - DAYS_TO_1970
}

/** The month in which a day falls. */
export function monthOf(day: number): number {
  // Months have 28 to 31 days: an estimate from the mean length is off by at most one.
  let month = 1970 * 12 + Math.floor((day * 12) / DAYS_PER_YEAR)
  while (firstDayOf(month) > day) month -= 1
  while (firstDayOf(month + 1) <= day) month += 1
  return month
}

/** Days before a month of a year that begins in March: the lengths repeat 31, 30, 31, 30, 31. */
const daysBeforeMonth = (month: number): number => Math.floor((153 * month + 2) / 5)

/** The mean year of the Gregorian calendar. */
const DAYS_PER_YEAR = 365.2425

/** From the first of March of the year 0 to 1970-01-01. */
const DAYS_TO_1970 = 719_468

/** A duration in nominal days, to compare with a limit: a month counts 30 days, a year 365. */
export function nominalDays({ years, months, days }: Duration): number {
  return years * 365 + months * 30 + days
}

/** The shortest and the longest length of a duration on the calendar, in days, over all start dates. */
export function calendarDays({ years, months, days }: Duration): {
  readonly least: number
  readonly most: number
} {
  const inMonths = years * 12 + months
  // Unequal months, clamped last days and a century without a leap day add up to at most four days.
  const slack = inMonths === 0 ? 0 : 4
  const mean = (inMonths * DAYS_PER_YEAR) / 12 + days
  return { least: mean - slack, most: mean + slack }
}
