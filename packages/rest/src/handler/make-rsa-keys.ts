/** Making RSA keys, which can take seconds: somewhere else, or after the other requests that are waiting. */

import {
  addToRsaPool,
  type ComingCall,
  fillRsaPool,
  type Hsm,
  importRsaPool,
  missingRsaKey,
  type RsaPoolRequest,
} from 'pocket-hsm'

/** The request that waits for an RSA key. */
export interface RsaKeyCall {
  /** Aborts when the client disconnects: then the key is not needed. */
  readonly signal: AbortSignal
  /** Whether the key is for a rotation that is due, not for one that the client requested. */
  readonly isDue: boolean
}

/**
 * Makes an RSA key somewhere else, for example on another thread.
 *
 * If it rejects with an `HsmError`, that is the response: with status 429 it gets a `Retry-After`.
 *
 * @param request - The argument of `fillRsaPool` there. It can be sent to a thread; that of a seeded HSM is as secret as
 *   the key.
 * @param call - The request that waits for the key.
 * @returns The bytes of `exportRsaPool` there; `undefined` to have the key made here.
 */
export type RsaKeyMaker = (
  request: RsaPoolRequest,
  call: RsaKeyCall,
) => Promise<Uint8Array | undefined>

/** A call to an HSM that may need an RSA key. */
export interface RsaCall<Result> {
  readonly hsm: Hsm
  readonly makeRsaKey: RsaKeyMaker | undefined
  readonly coming: ComingCall
  /** The signal of the request. */
  readonly signal: AbortSignal
  readonly run: () => Result
}

/** Runs a call once its RSA keys are in the pool. A key that is made here is made after other requests. */
export async function runWithRsaKey<Result>(call: RsaCall<Result>): Promise<Result> {
  const { hsm, makeRsaKey, coming, signal, run } = call
  const request = missingRsaKey(hsm, coming)
  if (request === undefined) return run()
  const bytes = await makeRsaKey?.(request, { signal, isDue: coming.operation === 'passTime' })
  // The client has disconnected: nothing changes.
  signal.throwIfAborted()
  if (bytes === undefined) {
    await yieldToOthers()
    return run()
  }
  addKey(hsm, request, bytes)
  // Another key may be missing, for other calls may have taken keys meanwhile. If none is, the call runs at once.
  return runWithRsaKey(call)
}

function addKey(hsm: Hsm, request: RsaPoolRequest, bytes: Uint8Array): void {
  if (!holdsKey(request, bytes)) {
    // Not an error of the request, hence no HsmError.
    throw new Error(
      'makeRsaKey must return the bytes of exportRsaPool, with the key of its request.',
    )
  }
  addToRsaPool(hsm, bytes)
}

function holdsKey(request: RsaPoolRequest, bytes: Uint8Array): boolean {
  try {
    return fillRsaPool(importRsaPool(bytes), [request], { atMost: 0 }) === 0
  } catch {
    return false
  }
}

/**
 * Lets the requests that are waiting run first. A message is not a timer, so this works under fake timers too.
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
