/** The documented limits of a vault: a number of requests of each kind in ten seconds. A Managed HSM has none. */

import { type Hsm, readClock } from 'pocket-hsm'
import type { OperationName } from '../routes/routes.ts'
import { getUnrecorded } from '../wire/get-unrecorded.ts'

/** The number of requests of each kind that are accepted in ten seconds, on the clock of the HSM. */
export interface ThrottleLimits {
  /** Creating, importing, rotating or releasing HSM keys. The documentation says 10. */
  readonly hsmCreations: number
  /** Creating, importing, rotating or releasing software keys. The documentation says 20. */
  readonly softwareCreations: number
  /** All other operations with HSM keys. The documentation says 2,000. */
  readonly hsmOperations: number
  /** All other operations. The documentation says 4,000. */
  readonly softwareOperations: number
}

/** The limits of the documentation. */
export const DOCUMENTED_LIMITS: ThrottleLimits = {
  hsmCreations: 10,
  softwareCreations: 20,
  hsmOperations: 2000,
  softwareOperations: 4000,
}

const WINDOW_MS = 10_000

const CREATIONS: readonly OperationName[] = ['createKey', 'importKey', 'rotateKey', 'releaseKey']

/** A request to count. */
export interface ThrottledRequest {
  readonly hsm: Hsm
  readonly operation: OperationName
  readonly reference: string
  readonly json: unknown
}

/** Counts a request; returns the milliseconds until the next one is accepted, if this one is not. */
export type Throttle = (request: ThrottledRequest) => number | undefined

/** Makes a throttle with its own counts. Windows follow one another without overlap. */
export function createThrottle(limits: ThrottleLimits): Throttle {
  const windows = new Map<keyof ThrottleLimits, { begin: number; count: number }>()
  return (request) => {
    const kind = kindOf(request)
    const now = readClock(request.hsm)
    const begin = now - (now % WINDOW_MS)
    const window = windows.get(kind)
    const count = window?.begin === begin ? window.count : 0
    if (count >= limits[kind]) return begin + WINDOW_MS - now
    windows.set(kind, { begin, count: count + 1 })
    return undefined
  }
}

function kindOf(request: ThrottledRequest): keyof ThrottleLimits {
  const isCreation = CREATIONS.includes(request.operation)
  if (/-HSM$/i.test(keyTypeOf(request))) return isCreation ? 'hsmCreations' : 'hsmOperations'
  return isCreation ? 'softwareCreations' : 'softwareOperations'
}

/** Returns the type that a body requests, or that of the key; empty for a request without a key. */
function keyTypeOf({ hsm, operation, reference, json }: ThrottledRequest): string {
  if (operation === 'createKey' || operation === 'importKey') return requestedType(json)
  if (reference === '') return ''
  try {
    return getUnrecorded(hsm, reference).key.kty
  } catch {
    // The operation itself reports what is wrong.
    return ''
  }
}

function requestedType(json: unknown): string {
  const body = json as {
    readonly kty?: unknown
    readonly Hsm?: unknown
    readonly key?: { readonly kty?: unknown } | null
  }
  return body.Hsm === true ? '-HSM' : String(body.kty ?? body.key?.kty)
}
