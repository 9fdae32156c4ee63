/** Making RSA keys, which can take seconds: elsewhere, or after others. */

import {
  addToRsaPool,
  type ComingCall,
  fillRsaPool,
  type Hsm,
  importRsaPool,
  missingRsaKey,
  type RsaPoolRequest,
} from 'pocket-hsm'

/** What the request is about that waits for an RSA key. */
export interface RsaKeyCall {
  /** Aborts when the client has gone: the key is of no use then. */
  readonly signal: AbortSignal
  /** Whether the key is for a rotation that has fallen due, not for one that the client asked for. */
  readonly isDue: boolean
}

/**
 * Makes an RSA key somewhere else, for example on another thread.
 *
 * An `HsmError` that it rejects with is the response: status 429 if there is too much to do, with `Retry-After`.
 *
 * @param request - What to give to `fillRsaPool` there. It can be sent; of a seeded HSM it is as secret as the key.
 * @param call - The request that waits for it.
 * @returns What `exportRsaPool` writes there; `undefined` to have the key made here.
 */
export type RsaKeyMaker = (
  request: RsaPoolRequest,
  call: RsaKeyCall,
) => Promise<Uint8Array | undefined>

/** What is to be done with an HSM that may need an RSA key for it. */
export interface RsaCall<Result> {
  readonly hsm: Hsm
  readonly makeRsaKey: RsaKeyMaker | undefined
  readonly coming: ComingCall
  /** That of the request. */
  readonly signal: AbortSignal
  readonly run: () => Result
}

/** Runs a call once its RSA keys are there, or it turns out to need none; made here, they come after others. */
export async function runWithRsaKey<Result>(call: RsaCall<Result>): Promise<Result> {
  const { hsm, makeRsaKey, coming, signal, run } = call
  const request = missingRsaKey(hsm, coming)
  if (request === undefined) return run()
  const bytes = await makeRsaKey?.(request, { signal, isDue: coming.operation === 'passTime' })
  // A client that has gone gets no key, and nothing changes.
  signal.throwIfAborted()
  if (bytes === undefined) {
    await yieldToOthers()
    return run()
  }
  add(hsm, request, bytes)
  // Another key may be missing, also as others have called meanwhile. Where none is, nobody comes between.
  return runWithRsaKey(call)
}

function add(hsm: Hsm, request: RsaPoolRequest, bytes: Uint8Array): void {
  if (!isAnswer(request, bytes)) {
    // Not what the client asked for is wrong.
    throw new Error(
      'A maker of RSA keys must answer what exportRsaPool writes of what it is asked for.',
    )
  }
  addToRsaPool(hsm, bytes)
}

function isAnswer(request: RsaPoolRequest, bytes: Uint8Array): boolean {
  try {
    return fillRsaPool(importRsaPool(bytes), [request], { atMost: 0 }) === 0
  } catch {
    return false
  }
}

/**
 * Lets the requests that are waiting go first. A message is not a timer: this goes on under fake timers too.
 */
export function yieldToOthers(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => {
      port1.close()
      resolve()
    }
    port2.postMessage(undefined)
  })
}
