/** Asking an external key manager that takes time: before the operation, which then finds the answer ready. */

import {
  captureExternalKeyRequest,
  EXTERNAL_KEY_BUDGET,
  EXTERNAL_KEY_FAILURES,
  type ExternalKeyAnswer,
  type ExternalKeyManager,
  type ExternalKeyRequest,
  externalKeyRequestUrl,
  type Hsm,
  HsmError,
  hasEkmConnection,
  readClock,
  viewHsm,
} from 'pocket-hsm'

/** The request that waits for an external key manager. */
export interface ExternalKeyCall {
  /** Aborts after 250 ms, and when the client disconnects: not if there was an answer before. */
  readonly signal: AbortSignal
}

/**
 * An external key manager that may take its time: 250 ms of it. If it throws or rejects, it cannot be reached.
 *
 * @param request - What the HSM asks.
 */
export type AsyncExternalKeyManager = (
  request: ExternalKeyRequest,
  call: ExternalKeyCall,
) => ExternalKeyAnswer | Promise<ExternalKeyAnswer>

/** A request to an external key manager, for the audit callback. */
export interface AuditedExternalKeyRequest {
  readonly operation: ExternalKeyRequest['operation']
  /** The id of the external key; absent from `info`. */
  readonly keyId?: string
  /** Where it went, by the connection. */
  readonly url: string
  /** Milliseconds until there was an answer, on the clock of the HSM. */
  readonly durationMs: number
  /** 200, the status of its refusal, 502 if it could not be reached or gave a wrong answer, 504 if it was too slow. */
  readonly status: number
}

/** What asking needs of a request. */
export interface AskingCall {
  readonly hsm: Hsm
  readonly externalKeyManager: AsyncExternalKeyManager | undefined
  /** The signal of the request. */
  readonly signal: AbortSignal
  /** The `x-ms-client-request-id`. */
  readonly clientRequestId: string | undefined
  readonly noteExternalKeyRequest: (request: AuditedExternalKeyRequest) => void
}

/** How often a call asks, if each time something has changed while the manager answered. */
const MOST_TIMES = 10

/** Runs a call once what it asks of the external key manager is answered. */
export async function runWithExternalKeyManager<Result>(
  call: AskingCall,
  run: (hsm: Hsm) => Result,
  times: number = MOST_TIMES,
): Promise<Result> {
  const { hsm } = call
  const captured = hasEkmConnection(hsm) ? captureExternalKeyRequest(hsm, run) : undefined
  const manager = call.externalKeyManager ?? captured?.manager
  if (captured === undefined || manager === undefined) return run(hsm)
  if (times === 0) {
    return run(viewHsm(hsm, { externalKeyManager: () => EXTERNAL_KEY_FAILURES.tooSlow }))
  }
  const { clientRequestId: requestId, noteExternalKeyRequest, signal } = call
  // The manager gets objects that it may change.
  const asked = describe(captured.request)
  const request = {
    ...captured.request,
    context: { ...captured.request.context, ...(requestId !== undefined && { requestId }) },
  }
  const startedAt = readClock(hsm)
  const answer = await answerOf(manager, request, signal)
  // The client has disconnected: nothing changes.
  signal.throwIfAborted()
  // Another request may have given the key another version meanwhile, or the HSM another connection: then this answer is
  // not for it.
  const again = captureExternalKeyRequest(hsm, run)
  if (again === undefined || describe(again.request).url !== asked.url) {
    return runWithExternalKeyManager(call, run, times - 1)
  }
  const durationMs = Math.max(0, readClock(hsm) - startedAt)
  const inTime = durationMs > EXTERNAL_KEY_BUDGET ? () => EXTERNAL_KEY_FAILURES.tooSlow : answer
  const note = (status: number) => noteExternalKeyRequest({ ...asked, durationMs, status })
  try {
    const result = run(viewHsm(hsm, { externalKeyManager: inTime }))
    note(200)
    return result
  } catch (error) {
    if (error instanceof HsmError) note(error.status)
    throw error
  }
}

/** What the audit says of a request. Its URL has the operation, the key and the connection. */
function describe(
  request: ExternalKeyRequest,
): Pick<AuditedExternalKeyRequest, 'operation' | 'keyId' | 'url'> {
  const url = externalKeyRequestUrl(request)
  const { operation } = request
  return 'keyId' in request ? { operation, keyId: request.keyId, url } : { operation, url }
}

/** Returns a function that gives the answer, or throws what kept the manager from giving one. */
async function answerOf(
  manager: AsyncExternalKeyManager,
  request: ExternalKeyRequest,
  ofRequest: AbortSignal,
): Promise<ExternalKeyManager> {
  ofRequest.throwIfAborted()
  const given = new AbortController()
  let giveUp = () => {}
  const givenUp = new Promise<ExternalKeyManager>((resolve) => {
    giveUp = () => {
      resolve(() => EXTERNAL_KEY_FAILURES.tooSlow)
      given.abort()
    }
  })
  const timer = setTimeout(giveUp, EXTERNAL_KEY_BUDGET)
  ofRequest.addEventListener('abort', giveUp)
  try {
    return await Promise.race([settled(manager, request, given.signal), givenUp])
  } finally {
    clearTimeout(timer)
    ofRequest.removeEventListener('abort', giveUp)
  }
}

async function settled(
  manager: AsyncExternalKeyManager,
  request: ExternalKeyRequest,
  signal: AbortSignal,
): Promise<ExternalKeyManager> {
  try {
    const answer = await manager(request, { signal })
    return () => answer
  } catch (error) {
    return () => {
      throw error
    }
  }
}
