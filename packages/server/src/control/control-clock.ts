/** The clock that all HSMs of a server share. */

import { refuse } from './control-error.ts'
import type { ControlCall, ControlRoute, JsonObject } from './control-route.ts'

/** A date with its time and zone: ISO 8601. */
const INSTANT = /^[+-]?\d{4,6}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/

/** As far as JavaScript's dates go (ECMA-262 section 21.4.1.1). */
const MOST_MS = 8.64e15

/** Shows the clock, moves it by a number of seconds, or sets it. */
export const CLOCK_ROUTES: readonly ControlRoute[] = [
  { method: 'GET', path: '/clock', run: showClock },
  { method: 'POST', path: '/clock', members: ['advanceSeconds', 'time'], run: moveClock },
]

async function showClock({ clock }: ControlCall): Promise<JsonObject> {
  await clock.refresh?.()
  const now = clock.now()
  const time = new Date(now).toISOString()
  return { time, unixSeconds: Math.floor(now / 1000), offsetSeconds: clock.offset() / 1000 }
}

/** `advanceSeconds` is added to the present time, `time` is an instant in ISO 8601, or `now` for the machine's time. */
async function moveClock(call: ControlCall): Promise<JsonObject> {
  await call.clock.refresh?.()
  const offset = offsetOf(call)
  if (!Number.isFinite(offset) || Math.abs(unmoved(call) + offset) > MOST_MS) {
    throw refuse(400, 'The time must be within 100,000,000 days of 1970.')
  }
  await call.clock.setOffset(offset)
  return showClock(call)
}

/** What the clock would show had nobody moved it. */
const unmoved = ({ clock }: ControlCall): number => clock.now() - clock.offset()

function offsetOf(call: ControlCall): number {
  const { json, clock } = call
  const { advanceSeconds, time } = json
  if ((advanceSeconds === undefined) === (time === undefined)) {
    throw refuse(400, 'The body must have either advanceSeconds or time.')
  }
  if (time === 'now') return 0
  if (typeof advanceSeconds === 'number') return clock.offset() + advanceSeconds * 1000
  const instant = typeof time === 'string' && INSTANT.test(time) ? Date.parse(time) : Number.NaN
  if (!Number.isNaN(instant)) return instant - unmoved(call)
  throw refuse(
    400,
    'advanceSeconds must be a number, and time an instant such as 2030-01-31T12:00:00Z, or now.',
  )
}
