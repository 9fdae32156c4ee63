/** The documented limits of a vault: so many requests of a kind in ten seconds. A Managed HSM has none. */

import { getKey, type Hsm, readClock } from 'pocket-hsm'
import type { OperationName } from '../routes/routes.ts'

/** How many requests of each kind are taken in each ten seconds on the clock of the HSM. */
export interface ThrottleLimits {
  /** Making or releasing keys of an HSM: 10. */
  readonly hsmCreations: number
  /** Making software keys: 20. */
  readonly softwareCreations: number
  /** Everything else with keys of an HSM: 2,000. */
  readonly hsmOperations: number
  /** Everything else: 4,000. */
  readonly softwareOperations: number
}

/** What the documentation says of a vault. */
export const DOCUMENTED_LIMITS: ThrottleLimits = {
  hsmCreations: 10,
  softwareCreations: 20,
  hsmOperations: 2000,
  softwareOperations: 4000,
}

const WINDOW_MS = 10_000

const CREATIONS: readonly OperationName[] = ['createKey', 'importKey', 'rotateKey', 'releaseKey']

/** Which request is to be counted. */
export interface ThrottledRequest {
  readonly hsm: Hsm
  readonly operation: OperationName
  readonly reference: string
  readonly json: unknown
}

/** Counts a request; answers the milliseconds until another is taken, where this one is not. */
export type Throttle = (request: ThrottledRequest) => number | undefined

/** Makes a throttle with counts of its own. Windows follow each other without overlap. */
export function createThrottle(limits: ThrottleLimits): Throttle {
  const windows = new Map<keyof ThrottleLimits, { begun: number; count: number }>()
  return (request) => {
    const kind = kindOf(request)
    const now = readClock(request.hsm)
    const begun = now - (now % WINDOW_MS)
    const window = windows.get(kind)
    const count = window?.begun === begun ? window.count : 0
    if (count >= limits[kind]) return begun + WINDOW_MS - now
    windows.set(kind, { begun, count: count + 1 })
    return undefined
  }
}

function kindOf(request: ThrottledRequest): keyof ThrottleLimits {
  const isCreation = CREATIONS.includes(request.operation)
  if (/-HSM$/i.test(keyTypeOf(request))) return isCreation ? 'hsmCreations' : 'hsmOperations'
  return isCreation ? 'softwareCreations' : 'softwareOperations'
}

/** The type that a body asks for, or that of the key; none for what means no key. */
function keyTypeOf({ hsm, operation, reference, json }: ThrottledRequest): string {
  if (operation === 'createKey' || operation === 'importKey') return askedType(json)
  if (reference === '') return ''
  try {
    return getKey(hsm, reference).key.kty
  } catch {
    // What is wrong with it is for the operation to say.
    return ''
  }
}

function askedType(json: unknown): string {
  const body = json as {
    readonly kty?: unknown
    readonly Hsm?: unknown
    readonly key?: { readonly kty?: unknown } | null
  }
  return body.Hsm === true ? '-HSM' : String(body.kty ?? body.key?.kty)
}
