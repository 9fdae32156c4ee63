/** The queue of faults, and the limits beyond which requests get a 429. */

import type { Fault } from '../faults/fault.ts'
import { OPERATION_NAMES } from '../routes/routes.ts'
import type { ThrottleSetting } from './controlled.ts'
import { refuse } from './error.ts'
import type { ControlCall, ControlRoute, JsonObject } from './route.ts'

type Check = readonly [(value: unknown) => boolean, string]

const wholeNumber = (least: number, most: number): Check => [
  (value) => Number.isInteger(value) && Number(value) >= least && Number(value) <= most,
  `a whole number from ${least} to ${most}`,
]

const oneOf = (values: readonly string[]): Check => [
  (value) => values.some((each) => each === value),
  `one of ${values.join(', ')}`,
]

const TEXT: Check = [(value) => typeof value === 'string' && value.length <= 1024, 'a text']

const DAY = 86_400

/** The members of a fault, and what they may be. */
const MEMBERS: Readonly<Record<keyof Fault, Check>> = {
  operation: oneOf(OPERATION_NAMES),
  times: wholeNumber(1, 10_000),
  delayMs: wholeNumber(0, 600_000),
  status: wholeNumber(400, 599),
  code: TEXT,
  message: TEXT,
  retryAfterSeconds: wholeNumber(0, DAY),
  retryAfterMs: wholeNumber(0, DAY * 1000),
  claimsChallenge: [(value) => value === true, 'true'],
  connection: oneOf(['lost-before', 'lost-after']),
  pendingSeconds: wholeNumber(0, 365 * DAY),
}

/** The queue is in memory. */
const MOST_WAITING = 100_000

/** Returns the queued faults, queues one, or clears the queue; shows and sets the limits. */
export const FAULT_ROUTES: readonly ControlRoute[] = [
  { method: 'GET', path: '/faults', run: shown },
  { method: 'POST', path: '/faults', members: Object.keys(MEMBERS), run: added },
  { method: 'DELETE', path: '/faults', run: cleared },
  { method: 'GET', path: '/throttle', run: shownLimits },
  { method: 'POST', path: '/throttle', members: ['limits'], run: setLimits },
]

/** A response lists no more; `remaining` counts all. */
const MOST_LISTED = 100

function shown({ served }: ControlCall): JsonObject {
  const script = served().faults()
  return { remaining: script.remaining(), queued: script.queued().slice(0, MOST_LISTED) }
}

function shownLimits({ served }: ControlCall): JsonObject {
  return { limits: served().throttle() }
}

const LIMITS: readonly unknown[] = ['none', 'documented'] satisfies readonly ThrottleSetting[]

function setLimits(call: ControlCall): JsonObject {
  const { limits } = call.json
  if (!LIMITS.includes(limits)) throw refuse(400, 'limits must be none or documented.')
  call.served().setThrottle(limits as ThrottleSetting)
  return shownLimits(call)
}

function added(call: ControlCall): JsonObject {
  const { json, served } = call
  const entries = Object.entries(json)
  for (const [name, value] of entries) {
    const [isRight, what] = MEMBERS[name as keyof Fault]
    if (!isRight(value)) throw refuse(400, `${name} must be ${what}.`)
  }
  if (!entries.some(([name]) => EFFECTS.includes(name))) {
    throw refuse(400, `The fault has no effect: give one of ${EFFECTS.join(', ')}.`)
  }
  const fault = json as Fault
  const script = served().faults()
  if (script.remaining() + (fault.times ?? 1) > MOST_WAITING) {
    throw refuse(409, `At most ${MOST_WAITING} faults can be queued.`)
  }
  script.add(fault)
  return shown(call)
}

const EFFECTS: readonly string[] = [
  'delayMs',
  'status',
  'connection',
  'pendingSeconds',
  'claimsChallenge',
]

function cleared(call: ControlCall): JsonObject {
  call.served().clearFaults()
  return shown(call)
}
