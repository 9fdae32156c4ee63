/** The edge of every operation: whatever refuses leaves as the service would word it. */

import { type CryptoErrorCode, isCryptoError, type RandomSource } from '@pocket-hsm/crypto'
import type { AuditRefusal, HsmOperation } from '../audit/audit-entry.ts'
import { hostRandom } from '../host.ts'
import { badParameter, HsmError } from '../hsm-error.ts'
import { newGuid } from '../random/guid.ts'
import { seededStream } from '../random/seeded-stream.ts'
import { settleAll } from './apply-due-changes.ts'
import { beginCall, type Call, endCall } from './audit-context.ts'
import { deliver, isHeard } from './emit-events.ts'
import { type Engine, engineOf, type Hsm } from './hsm.ts'

/** One text for every failed padding, tag or integrity check: a caller learns nothing about which. */
const CRYPTOGRAPHIC_REFUSAL = 'The parameter is incorrect.'

/** Which refusals of the cryptography may say what was wrong: those about the input's form. */
const EXPLAINED: Readonly<Record<CryptoErrorCode, boolean>> = {
  INVALID_ARGUMENT: true,
  INVALID_KEY: true,
  UNSUPPORTED_KEY: true,
  WRONG_PASSWORD: true,
  OPERATION_FAILED: false,
}

/** Runs an operation of the facade; every refusal becomes an {@link HsmError} in the profile's wording. */
export function answer<Result>(
  hsm: Hsm,
  operation: HsmOperation,
  work: (call: Call) => Result,
): Result {
  const engine = engineOf(hsm)
  const call = beginCall(engine, operation)
  try {
    if (isHeard(engine)) settleAll(call)
    const result = work(call)
    endCall(call, 'success')
    return result
  } catch (error) {
    const refusal = asServiceError(call, error)
    endCall(call, auditRefusal(refusal))
    throw refusal
  } finally {
    deliver(engine)
  }
}

/** What the audit trail says of a refusal; of an unforeseen error, only that there was one. */
function auditRefusal(error: unknown): AuditRefusal {
  if (!(error instanceof HsmError)) return { status: 500, code: 'InternalServerError' }
  const { status, code, innerCode } = error
  return { status, code, ...(innerCode !== undefined && { innerCode }) }
}

function asServiceError(call: Call, error: unknown): unknown {
  const refusal = isCryptoError(error)
    ? badParameter(EXPLAINED[error.code] ? error.message : CRYPTOGRAPHIC_REFUSAL)
    : error
  if (!(refusal instanceof HsmError) || !call.engine.profile.activityId) return refusal
  const activityId = newGuid(activityStream(call.engine, refusal.message))
  return new HsmError({
    status: refusal.status,
    code: refusal.code,
    ...(refusal.innerCode !== undefined && { innerCode: refusal.innerCode }),
    ...(refusal.cause !== undefined && { cause: refusal.cause }),
    message: `${refusal.message} (Activity ID: ${activityId})`,
    activityId,
  })
}

/** A refusal changes nothing, so under a seed its identifier comes from what was refused, whenever that is. */
function activityStream(engine: Engine, message: string): RandomSource {
  if (engine.seed === undefined) return hostRandom
  return seededStream(engine.seed, 'activity', message)
}
