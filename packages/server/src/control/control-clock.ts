/** The clock of all HSMs of a server. */

import { refuse } from './control-error.ts'
import type { ControlCall, ControlRoute, JsonObject } from './control-route.ts'

/** As far as JavaScript's dates go (ECMA-262 section 21.4.1.1). */
const MOST_MS = 8.64e15

/** Shows the clock, moves it on, or sets it. */
export const CLOCK_ROUTES: readonly ControlRoute[] = [
  { method: 'GET', path: '/clock', run: shown },
  { method: 'POST', path: '/clock', members: ['advanceSeconds', 'time'], run: moved },
]

function shown({ clock }: ControlCall): JsonObject {
  const now = clock.now()
  const time = new Date(now).toISOString()
  return { time, unixSeconds: Math.floor(now / 1000), offsetSeconds: clock.offset() / 1000 }
}

/** `advanceSeconds`: from where it stands. `time`: to an instant, ISO 8601; `now` for that of the machine. */
function moved(call: ControlCall): JsonObject {
  const offset = offsetOf(call)
  if (!Number.isFinite(offset) || Math.abs(Date.now() + offset) > MOST_MS) {
    throw refuse(400, 'It would be an instant that no clock shows.')
  }
  call.clock.setOffset(offset)
  return shown(call)
}

function offsetOf({ json, clock }: ControlCall): number {
  const { advanceSeconds, time } = json
  if ((advanceSeconds === undefined) === (time === undefined)) {
    throw refuse(400, 'Give either advanceSeconds or time.')
  }
  if (time === 'now') return 0
  if (typeof advanceSeconds === 'number') return clock.offset() + advanceSeconds * 1000
  const instant = typeof time === 'string' ? Date.parse(time) : Number.NaN
  if (!Number.isNaN(instant)) return instant - Date.now()
  throw refuse(
    400,
    'advanceSeconds must be a number, time an instant as 2030-01-31T12:00:00Z or now.',
  )
}
