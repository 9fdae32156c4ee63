/** Which options a handler accepts. */

import { checkOptions, OPTION_CHECKS, optionTable } from 'pocket-hsm'
import type { ChallengeOptions } from '../access/challenge.ts'
import type { FaultScript } from '../faults/faults.ts'
import type { ThrottleLimits } from '../faults/throttle.ts'
import type { JobLease } from '../full-backup/running-jobs.ts'
import { badRequest } from '../wire/errors.ts'
import type { HandlerOptions } from './options.ts'

const { boolean, custom, function: callback, members, string } = OPTION_CHECKS

const count = custom(
  'a whole number from 0, or Infinity',
  (value) =>
    value === Number.POSITIVE_INFINITY || (Number.isSafeInteger(value) && Number(value) >= 0),
)

const LIMITS = optionTable<ThrottleLimits>({
  hsmCreations: count,
  softwareCreations: count,
  hsmOperations: count,
  softwareOperations: count,
})

const LIMITS_CHECK = members(LIMITS)
const DOCUMENTED = custom("'documented' or an object of limits", (value) => value === 'documented')

const issuer = custom(
  'a URL, or a function that returns one',
  (value) => typeof value === 'function' || (typeof value === 'string' && URL.canParse(value)),
)

const OPTIONS = optionTable<HandlerOptions>({
  strict: boolean,
  maxBodyLength: custom(
    'a whole number of bytes from 0',
    (value) => Number.isSafeInteger(value) && Number(value) >= 0,
  ),
  authorize: callback,
  challenge: members(
    optionTable<ChallengeOptions>({ authorization: issuer, tenant: string, resource: string }),
  ),
  faults: custom(
    'a script from createFaultScript',
    (value) => typeof (value as Partial<FaultScript>).take === 'function',
  ),
  throttle: (value, path, owner) =>
    (typeof value === 'object' ? LIMITS_CHECK : DOCUMENTED)(value, path, owner),
  audit: callback,
  makeRsaKey: callback,
  prepareRelease: callback,
  externalKeyManager: callback,
  storage: callback,
  transaction: callback,
  jobLease: custom(
    'an object with the functions hold and isHeld',
    (value) =>
      typeof (value as Partial<JobLease>).hold === 'function' &&
      typeof (value as Partial<JobLease>).isHeld === 'function',
  ),
})

/** Checks the options of a handler; throws a 400 for an unknown member or a value that is not valid. */
export function checkHandlerOptions(options: HandlerOptions): void {
  checkOptions('createHandler', options, OPTIONS)
  const { throttle } = options
  if (typeof throttle === 'object' && throttle !== null) checkLimits(throttle)
}

/** Limits name every kind of request; `Infinity` lifts one. */
function checkLimits(limits: Partial<ThrottleLimits>): void {
  const missing = Object.keys(LIMITS).find(
    (name) => (limits[name as keyof ThrottleLimits] ?? undefined) === undefined,
  )
  if (missing === undefined) return
  throw badRequest(`The option "throttle.${missing}" of createHandler is missing.`)
}
