/** Which faults a script accepts: a fault that would never fire, or fire without effect, is an error. */

import { checkOptions, OPTION_CHECKS, optionTable } from 'pocket-hsm'
import { OPERATION_NAMES } from '../routes/routes.ts'
import { badRequest } from '../wire/errors.ts'
import type { Fault } from './fault.ts'

const { custom, oneOf, string } = OPTION_CHECKS

const from = (least: number, most: number, unit: string) =>
  custom(
    `a whole number of ${unit} from ${least}${most < Number.MAX_SAFE_INTEGER ? ` to ${most}` : ''}`,
    (value) => Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most,
  )

const MOST = Number.MAX_SAFE_INTEGER

const FAULT = optionTable<Fault>({
  operation: oneOf(OPERATION_NAMES),
  times: from(1, MOST, 'requests'),
  delayMs: from(0, MOST, 'milliseconds'),
  status: custom(
    'a whole number from 200 to 599',
    (value) => Number.isInteger(value) && Number(value) >= 200 && Number(value) <= 599,
  ),
  code: string,
  message: string,
  retryAfterSeconds: from(0, MOST, 'seconds'),
  retryAfterMs: from(0, MOST, 'milliseconds'),
  claimsChallenge: custom('true', (value) => value === true),
  connection: oneOf(['lost-before', 'lost-after']),
  pendingSeconds: from(0, MOST, 'seconds'),
})

const EFFECTS = ['delayMs', 'status', 'connection', 'pendingSeconds', 'claimsChallenge'] as const

/** Members of the response, which the engine makes if the fault has no status. */
const OF_RESPONSE = ['code', 'message', 'retryAfterSeconds', 'retryAfterMs'] as const

/** What a request that is refused for its token does not get to. */
const ENGINE_EFFECTS = ['status', 'connection', 'pendingSeconds'] as const

const SLOW_OPERATIONS: readonly string[] = ['deleteKey', 'recoverDeletedKey', 'purgeDeletedKey']

/** Checks a fault; throws a 400 for one that is not valid. */
export function checkFault(fault: Fault): void {
  checkOptions('createFaultScript', fault, FAULT)
  const has = (name: keyof Fault) => fault[name] !== undefined && fault[name] !== null
  if (!EFFECTS.some(has)) {
    throw badRequest(`A fault of createFaultScript needs one of ${EFFECTS.join(', ')}.`)
  }
  const unused = has('status') ? undefined : OF_RESPONSE.find(has)
  if (unused !== undefined) {
    throw badRequest(`The option "${unused}" of createFaultScript needs a "status".`)
  }
  const other = has('claimsChallenge') ? ENGINE_EFFECTS.find(has) : undefined
  if (other !== undefined) {
    throw badRequest(
      `The option "${other}" of createFaultScript cannot be used with "claimsChallenge".`,
    )
  }
  if (
    has('pendingSeconds') &&
    has('operation') &&
    !SLOW_OPERATIONS.includes(`${fault.operation}`)
  ) {
    throw badRequest(
      `The option "pendingSeconds" of createFaultScript is for ${SLOW_OPERATIONS.join(', ')}, not ${fault.operation}.`,
    )
  }
}
