/** ISO 8601 durations of years, months and days, as rotation policies have them. */

/** A duration in calendar units. */
export interface Duration {
  readonly years: number
  readonly months: number
  readonly days: number
}

const DURATION = /^P(?=\d)(?:(\d{1,4})Y)?(?:(\d{1,5})M)?(?:(\d{1,6})D)?$/
const SECONDS_PER_DAY = 86_400

/**
 * Reads a duration.
 *
 * @param text - `P`, then years, months and days, each optional and at least one there: `P90D`, `P18M`, `P1Y6M`.
 * @returns The duration, or `undefined` for any other text: weeks and times of day have no place in a policy.
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
 * Years and months first: a day that the month does not have becomes its last. Then days.
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
  // biome-ignore lint/style/noRestrictedGlobals: the calendar alone; no clock is read
  const Calendar = Date
  const start = new Calendar(instant * 1000)
  const months =
    start.getUTCFullYear() * 12 +
    start.getUTCMonth() +
    direction * (duration.years * 12 + duration.months)
  const [year, month] = [Math.floor(months / 12), ((months % 12) + 12) % 12]
  const lastDay = new Calendar(Calendar.UTC(year, month + 1, 0)).getUTCDate()
  const moved = new Calendar(instant * 1000)
  moved.setUTCFullYear(year, month, Math.min(start.getUTCDate(), lastDay))
  return moved.getTime() / 1000 + direction * duration.days * SECONDS_PER_DAY
}

/** A duration in days for comparing with a least or a most: a month counts 30 days, a year 365. */
export function nominalDays({ years, months, days }: Duration): number {
  return years * 365 + months * 30 + days
}
