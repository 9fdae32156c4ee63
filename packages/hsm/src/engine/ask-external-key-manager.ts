/** Asking the external key manager of an HSM, within its time. */

import { externalKeyError } from '../external-keys/check-answer.ts'
import { EKM } from '../external-keys/ekm-state.ts'
import {
  type EkmConnection,
  EXTERNAL_KEY_BUDGET,
  EXTERNAL_KEY_FAILURES,
  type ExternalInfoRequest,
  type ExternalKeyRequest,
  type ExternalMetadataRequest,
  type ExternalUseRequest,
} from '../external-keys/external-key-manager.ts'
import { externalKeyRequestUrl } from '../external-keys/proxy-url.ts'
import { HsmError } from '../hsm-error.ts'
import { newGuid } from '../random/guid.ts'
import { pooledRandom } from '../random/random-pool.ts'
import { seededStream } from '../random/seeded-stream.ts'
import { serviceError } from '../service/error-texts.ts'
import { readMember } from '../state/administration.ts'
import type { Call } from './audit-context.ts'
import type { Engine } from './hsm.ts'

/** A request without what the HSM adds to all of them. */
export type ExternalQuestion =
  | Pick<ExternalInfoRequest, 'operation'>
  | Pick<ExternalMetadataRequest, 'operation' | 'keyId'>
  | Pick<ExternalUseRequest, 'operation' | 'keyId' | 'alg' | 'value'>

/** Returns the connection; throws if there is none. */
export function connectionOf({ state, profile }: Engine): EkmConnection {
  const { connection } = readMember(state, EKM)
  if (connection !== undefined) return connection
  throw serviceError('ekmConnectionMissing', profile.family, {})
}

/**
 * Asks the external key manager.
 *
 * @param parse - Reads its answer; throws if it is none.
 * @throws {@link HsmError} 504 `GatewayTimeout`, 502 `BadGateway` - an answer that comes too late, or not, or is none.
 * @throws {@link HsmError} - the refusal that it answers.
 */
export function askExternalKeyManager<Answer>(
  call: Call,
  question: ExternalQuestion,
  parse: (answer: unknown) => Answer,
): Answer {
  const request = requestOf(call.engine, question)
  const { operation } = question
  const keyId = 'keyId' in question ? { keyId: question.keyId } : {}
  const url = externalKeyRequestUrl(request)
  const record = (status: number) => {
    call.external = { operation, ...keyId, url, status }
  }
  try {
    const given = answerOf(call.engine, request)
    const answer = readUntrusted(() => parse(given))
    record(200)
    return answer
  } catch (error) {
    if (error instanceof HsmError) record(error.status)
    throw error
  }
}

function requestOf(engine: Engine, question: ExternalQuestion): ExternalKeyRequest {
  const { serverCaCertificates, ...connection } = connectionOf(engine)
  return {
    ...question,
    ...('value' in question && { value: Uint8Array.from(question.value) }),
    connection: {
      ...connection,
      serverCaCertificates: serverCaCertificates.map((each) => Uint8Array.from(each)),
    },
    context: { correlationId: correlationIdOf(engine), poolName: poolNameOf(engine) },
  } as ExternalKeyRequest
}

/** The name of the HSM: the first label of its host, whatever the address of a view. */
export function poolNameOf({ identityOrigin }: Pick<Engine, 'identityOrigin'>): string {
  return /^[^.:]*/.exec(identityOrigin.host)?.[0] ?? ''
}

function correlationIdOf({ seed, trail }: Engine): string {
  return newGuid(
    seed === undefined ? pooledRandom : seededStream(seed, 'external key request', trail.total),
  )
}

function answerOf(engine: Engine, request: ExternalKeyRequest): unknown {
  const { externalKeyManager, clock } = engine
  if (externalKeyManager === undefined) {
    throw externalKeyError(
      EXTERNAL_KEY_FAILURES.unreachable,
      new Error('The HSM was given no externalKeyManager.'),
    )
  }
  const startedAt = clock()
  const answer = attempt(() => externalKeyManager(request))
  if (clock() - startedAt > EXTERNAL_KEY_BUDGET) {
    throw externalKeyError(EXTERNAL_KEY_FAILURES.tooSlow)
  }
  if (answer.error !== undefined) {
    throw externalKeyError(EXTERNAL_KEY_FAILURES.unreachable, answer.error)
  }
  if (readUntrusted(() => isPromise(answer.value))) {
    // Nobody waits for it: that it rejects must not end the process.
    Promise.resolve(answer.value).catch(() => {})
    // Not an error of the caller of the HSM, and not one of the service.
    throw new Error(
      'The externalKeyManager of createHsm must return its answer at once; createHandler takes one that returns a promise.',
    )
  }
  return answer.value
}

/** Reads an answer whose members may throw. */
function readUntrusted<Result>(read: () => Result): Result {
  try {
    return read()
  } catch (error) {
    throw error instanceof HsmError ? error : externalKeyError(EXTERNAL_KEY_FAILURES.wrong, error)
  }
}

function attempt(ask: () => unknown): { readonly value?: unknown; readonly error?: unknown } {
  try {
    return { value: ask() }
  } catch (error) {
    return { error: error ?? new Error('It threw nothing.') }
  }
}

const isPromise = (value: unknown): boolean =>
  typeof (value as { readonly then?: unknown } | null | undefined)?.then === 'function'
