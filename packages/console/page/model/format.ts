/** Times and amounts as people read them. */

const UNITS = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
] as const

const LONG: ReadonlySet<string> = new Set(['year', 'month'])

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' })

/** How far an instant is from another one, in a unit of which it has two or more: `in 45 days`, `2 months ago`. */
export function formatRelative(seconds: number, now: number): string {
  const distance = seconds - now
  const [unit, size] = UNITS.find(
    ([name, each]) => Math.abs(distance) >= (LONG.has(name) ? 2 * each : each),
  ) ?? ['second' as const, 1]
  return relative.format(Math.trunc(distance / size), unit)
}

/** An instant in UTC to the second: `2030-01-31 12:00:00`. */
export function formatInstant(seconds: number): string {
  return toIso(seconds).slice(0, 19).replace('T', ' ')
}

/** The date of an instant in UTC: `2030-01-31`. */
export function formatDate(seconds: number): string {
  return toIso(seconds).slice(0, 10)
}

/** The time of day of an instant in UTC: `12:00:00`. */
export function formatTime(seconds: number): string {
  return toIso(seconds).slice(11, 19)
}

/** ISO 8601 with milliseconds; the largest and the smallest instant for one beyond. */
export function toIso(seconds: number): string {
  const within = Math.max(-8.64e12, Math.min(8.64e12, seconds))
  return new Date(within * 1000).toISOString()
}

/** The value of an input of date and time, in UTC. */
export function toInput(seconds: number): string {
  return toIso(seconds).slice(0, 19)
}

const INPUT = /^\d{4,6}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?$/

/** The instant of such a value; `undefined` if it is none. */
export function fromInput(value: string): number | undefined {
  if (!INPUT.test(value)) return undefined
  const instant = Date.parse(value.length <= 16 ? `${value}:00Z` : `${value}Z`)
  return Number.isNaN(instant) ? undefined : instant / 1000
}

/** A length of time in its two largest units: `1 year 35 days`, `3 days`. Months have no length. */
export function formatSpan(seconds: number): string {
  let rest = Math.abs(Math.round(seconds))
  const parts: string[] = []
  for (const [unit, size] of UNITS) {
    if (unit === 'month') continue
    const count = Math.floor(rest / size)
    if (count === 0) continue
    rest -= count * size
    parts.push(`${count} ${unit}${count === 1 ? '' : 's'}`)
    if (parts.length === 2) break
  }
  return parts.join(' ') || '0 seconds'
}

/** A count with its noun. */
export function formatCount(count: number, noun: string, plural: string = `${noun}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? noun : plural}`
}

/** A span of ISO 8601 as a rotation policy has it, in words: `P1Y6M` is `1 year 6 months`. */
export function formatDuration(text: string): string {
  const [, years, months, days] = /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?$/i.exec(text) ?? []
  const parts = [
    [years, 'year'],
    [months, 'month'],
    [days, 'day'],
  ].flatMap(([count, unit]) => (count ? [formatCount(Number(count), unit as string)] : []))
  return parts.join(' ') || text
}
