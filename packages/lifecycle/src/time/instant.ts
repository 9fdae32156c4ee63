/** Instants as text. */

import { firstDayOf, monthOf } from './duration.ts'

const MILLISECONDS_PER_DAY = 86_400_000

/**
 * Formats an instant in UTC, as in events and logs.
 *
 * @param milliseconds - Milliseconds since 1970-01-01T00:00:00Z, in the years 0 to 9999.
 * @returns 24 characters.
 * @see ISO 8601-1:2019 section 5.4.2.1; RFC 3339 section 5.6
 *
 * @example
 * ```ts
 * import { toIsoInstant } from '@pocket-hsm/lifecycle'
 *
 * toIsoInstant(1_700_000_000_000) // '2023-11-14T22:13:20.000Z'
 * ```
 */
export function toIsoInstant(milliseconds: number): string {
  const day = Math.floor(milliseconds / MILLISECONDS_PER_DAY)
  const month = monthOf(day)
  const rest = Math.floor(milliseconds - day * MILLISECONDS_PER_DAY)
  const [year, monthOfYear] = [Math.floor(month / 12), (month % 12) + 1]
  const date = [digits(year, 4), digits(monthOfYear, 2), digits(day - firstDayOf(month) + 1, 2)]
  const [hours, minutes] = [Math.floor(rest / 3_600_000), Math.floor(rest / 60_000) % 60]
  const time = [hours, minutes, Math.floor(rest / 1000) % 60].map((part) => digits(part, 2))
  return `${date.join('-')}T${time.join(':')}.${digits(rest % 1000, 3)}Z`
}

const digits = (value: number, count: number): string => String(value).padStart(count, '0')
