/** The frame of every operation: the audit entry, the service's wording of errors, and the events of the call. */

import { type CryptoErrorCode, isCryptoError, type RandomSource } from '@pocket-hsm/crypto'
import type { AuditRefusal, HsmOperation } from '../audit/audit-entry.ts'
import { badParameter, HsmError } from '../hsm-error.ts'
import { newGuid } from '../random/guid.ts'
import { pooledRandom } from '../random/random-pool.ts'
import { seededStream } from '../random/seeded-stream.ts'
import { cryptographicFailure, serviceError } from '../service/error-texts.ts'
import { ACTIVATION, isActivated } from '../state/activation.ts'
import { readMember } from '../state/administration.ts'
import { applyAllDueChanges } from './apply-due-changes.ts'
import { type Call, readInstant, recordCall, startCall } from './audit-context.ts'
import { checkCall } from './check-access.ts'
import { deliverEvents, hasListeners } from './emit-events.ts'
import { type Engine, engineOf, type Hsm } from './hsm.ts'

/** Which errors of the cryptography may say what was wrong: those about the form of the input. */
const EXPLAINED: Readonly<Record<CryptoErrorCode, boolean>> = {
  INVALID_ARGUMENT: true,
  INVALID_KEY: true,
  UNSUPPORTED_KEY: true,
  WRONG_PASSWORD: true,
  OPERATION_FAILED: false,
}

/** Runs an operation of the facade. Every error leaves as an {@link HsmError} in the profile's wording. */
export function runOperation<Operation extends HsmOperation, Result>(
  hsm: Hsm,
  operation: Operation,
  run: (call: Call<Operation>) => Result,
): Result {
  const engine = engineOf(hsm)
  const call = startCall(engine, operation)
  try {
    if (hasListeners(engine)) applyAllDueChanges(call)
    checkCall(call)
    refuseBeforeActivation(call)
    const result = run(call)
    call.onSuccess?.()
    recordCall(call, 'success')
    return result
  } catch (error) {
    const thrown = asServiceError(call, error)
    recordCall(call, auditOutcome(thrown))
    throw thrown
  } finally {
    deliverEvents(engine)
  }
}

/** What an HSM does before it is activated. */
const BEFORE_ACTIVATION: ReadonlySet<HsmOperation> = new Set<HsmOperation>([
  'downloadSecurityDomain',
  'getSecurityDomainDownload',
  'getSecurityDomainUpload',
  'getTransferKey',
  'uploadSecurityDomain',
])

function refuseBeforeActivation(call: Call): void {
  const { engine, operation } = call
  const activation = readMember(engine.state, ACTIVATION)
  if (isActivated(activation, () => readInstant(call)) || BEFORE_ACTIVATION.has(operation)) return
  throw serviceError('notActivated', engine.profile.family, {})
}

/** What the audit trail says about an error; about an unforeseen one, only that there was one. */
function auditOutcome(error: unknown): AuditRefusal {
  if (!(error instanceof HsmError)) return { status: 500, code: 'InternalServerError' }
  const { status, code, innerCode } = error
  return { status, code, ...(innerCode !== undefined && { innerCode }) }
}

function asServiceError(call: Call, error: unknown): unknown {
  const ofService = isCryptoError(error)
    ? badParameter(EXPLAINED[error.code] ? error.message : cryptographicFailure(call.alg))
    : error
  return ofService instanceof HsmError ? withActivityId(call.engine, ofService) : ofService
}

/**
 * Words an error as the service of an HSM does: a Managed HSM appends the GUID of the activity to the text.
 *
 * For a layer that refuses a request before it calls the engine, whose own errors have it already.
 *
 * @param error - Without that ending, or an error of the engine, which is returned as it is.
 *
 * @example
 * ```ts
 * import { createHsm, HsmError, toServiceError } from 'pocket-hsm'
 *
 * const error = new HsmError({ status: 413, code: 'RequestEntityTooLarge', message: 'The body is too long.' })
 * toServiceError(createHsm(), error).message.startsWith('The body is too long. (Activity ID: ') // true
 * ```
 */
export function toServiceError(hsm: Hsm, error: HsmError): HsmError {
  return withActivityId(engineOf(hsm), error)
}

function withActivityId(engine: Engine, error: HsmError): HsmError {
  if (!engine.profile.activityId || error.activityId !== undefined) return error
  const { status, code, innerCode, cause, message } = error
  const activityId = newGuid(activityStream(engine, message))
  return new HsmError({
    status,
    code,
    ...(innerCode !== undefined && { innerCode }),
    ...(cause !== undefined && { cause }),
    message: `${message} (Activity ID: ${activityId})`,
    activityId,
  })
}

/** An error changes nothing, so under a seed its identifier is derived from its text, whenever it occurs. */
function activityStream(engine: Engine, message: string): RandomSource {
  if (engine.seed === undefined) return pooledRandom
  return seededStream(engine.seed, 'activity', message)
}
