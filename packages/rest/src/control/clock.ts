/** The clock that all HSMs share. */

import { toIsoInstant } from 'pocket-hsm'
import type { ControlClock } from './controlled.ts'
import { refuse } from './error.ts'
import type { ControlCall, ControlRoute, JsonObject } from './route.ts'

/** A date with its time and zone: ISO 8601. */
const INSTANT = /^[+-]?\d{4,6}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/

/** As far as JavaScript's dates go (ECMA-262 section 21.4.1.1). */
const MOST_MS = 8.64e15

/** Shows the clock, moves it by a number of seconds, or sets it. */
export const CLOCK_ROUTES: readonly ControlRoute[] = [
  { method: 'GET', path: '/clock', run: showClock },
  { method: 'POST', path: '/clock', members: ['advanceSeconds', 'time'], run: moveClock },
]

/** The time of a clock, in each of its forms. */
export function clockBody(clock: ControlClock): JsonObject {
  const now = clock.now()
  return {
    time: isoInstant(now),
    unixSeconds: Math.floor(now / 1000),
    offsetSeconds: clock.offset() / 1000,
  }
}

/** Years from 10000 on have six digits, which the service's instants never have. */
function isoInstant(now: number): string {
  // biome-ignore lint/style/noRestrictedGlobals: it formats an instant that is given, and reads no clock
  return now >= 0 && now < 253_402_300_800_000 ? toIsoInstant(now) : new Date(now).toISOString()
}

async function showClock({ clock }: ControlCall): Promise<JsonObject> {
  await clock.refresh?.()
  return clockBody(clock)
}

/** `advanceSeconds` is added to the present time, `time` is an instant in ISO 8601, or `now` for the machine's time. */
async function moveClock({ json, clock }: ControlCall): Promise<JsonObject> {
  await clock.refresh?.()
  const machine = clock.now() - clock.offset()
  const offset = offsetOf(json, clock, machine)
  // HSMs have no time before 1970.
  const isTime = machine + offset >= 0 && machine + offset <= MOST_MS
  if (!Number.isFinite(offset) || !isTime) {
    throw refuse(400, 'The time must be from 1970 on, and within 100,000,000 days of it.')
  }
  await clock.setOffset(offset)
  await clock.refresh?.()
  return clockBody(clock)
}

function offsetOf(json: JsonObject, clock: ControlClock, machine: number): number {
  const { advanceSeconds, time } = json
  if ((advanceSeconds === undefined) === (time === undefined)) {
    throw refuse(400, 'The body must have either advanceSeconds or time.')
  }
  if (time === 'now') return 0
  if (typeof advanceSeconds === 'number') return clock.offset() + advanceSeconds * 1000
  // biome-ignore lint/style/noRestrictedGlobals: it parses an instant that is given, and reads no clock
  const parse = Date.parse
  const instant = typeof time === 'string' && INSTANT.test(time) ? parse(time) : Number.NaN
  if (!Number.isNaN(instant)) return instant - machine
  throw refuse(
    400,
    'advanceSeconds must be a number, and time an instant such as 2030-01-31T12:00:00Z, or now.',
  )
}
