/** What the control API controls: HSMs that can be replaced, and their clock. */

import { type AuditFilter, forkHsm, type Hsm } from 'pocket-hsm'
import { createFaultScript, type FaultScript } from '../faults/faults.ts'
import { createHandler, type Handler } from '../handler/handler.ts'
import type { HandlerOptions } from '../handler/options.ts'

/** Whether requests beyond the documented limits get a 429. */
export type ThrottleSetting = 'none' | 'documented'

/** One HSM behind a handler. The control API replaces the HSM, its faults and its limits while requests go on. */
export interface ControlledHsm {
  /** What `?hsm=` chooses it by. */
  readonly name: string
  /** Its hosts, in lower case and without a port. */
  readonly hosts: readonly string[]
  /** Where its keys are, if they are in a database that others use too: `hsm` has none then. */
  readonly store?: ControlledStore | undefined
  /** The present HSM. */
  readonly hsm: () => Hsm
  /** Uses a fork of another HSM from the next request on. */
  readonly replace: (hsm: Hsm) => void
  /** The faults that are queued. */
  readonly faults: () => FaultScript
  /** Removes all faults from the queue. */
  readonly clearFaults: () => void
  readonly throttle: () => ThrottleSetting
  /** Applies from the next request on; all counts start at 0. */
  readonly setThrottle: (throttle: ThrottleSetting) => void
  /** Handles requests for its keys. */
  readonly handle: Handler
}

/** An HSM in a database. */
export interface ControlledStore {
  /** Reads the audit trail, which all who use the database share: the latest entries. */
  readonly readAudit: (
    filter: Omit<AuditFilter, 'after'> & { readonly count: number },
  ) => Promise<object>
}

/** A clock that can be moved. */
export interface ControlClock {
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Milliseconds by which it is ahead of the machine's clock; negative if it is behind. */
  readonly offset: () => number
  /** Sets it so many milliseconds ahead of the machine's clock. */
  readonly setOffset: (milliseconds: number) => void | Promise<void>
  /** Looks at it, where others may have moved it. */
  readonly refresh?: () => Promise<void>
}

/** What a controlled HSM is made of. */
export interface ControlledHsmOptions {
  /** What `?hsm=` chooses it by. Defaults to `default`. */
  readonly name?: string
  /** Its hosts, in lower case and without a port. Defaults to none: only its name chooses it. */
  readonly hosts?: readonly string[]
  /** The options of its handler. */
  readonly handler?: Omit<HandlerOptions, 'faults' | 'throttle'>
}

/**
 * Makes an HSM that the control API can control: its handler goes on when the HSM is replaced.
 *
 * @param first - The HSM to begin with.
 * @param options - See {@link ControlledHsmOptions}; every member is optional.
 * @throws {@link HsmError} 400 `BadParameter` - an option that `createHandler` refuses.
 *
 * @example
 * ```ts
 * import { createControlledHsm } from '@pocket-hsm/rest'
 * import { createHsm } from 'pocket-hsm'
 *
 * const controlled = createControlledHsm(createHsm())
 * controlled.faults().add({ operation: 'sign', status: 503 })
 * controlled.throttle() // 'none'
 * ```
 */
export function createControlledHsm(
  first: Hsm,
  { name = 'default', hosts = [], handler: shared = {} }: ControlledHsmOptions = {},
): Omit<ControlledHsm, 'store'> {
  let hsm = first
  let faults = createFaultScript()
  let throttle: ThrottleSetting = 'none'
  const made = () =>
    createHandler(hsm, { ...shared, faults, ...(throttle === 'documented' && { throttle }) })
  let handler = made()
  return {
    name,
    hosts,
    hsm: () => hsm,
    replace: (next) => {
      hsm = forkHsm(next)
      handler = made()
    },
    faults: () => faults,
    clearFaults: () => {
      faults = createFaultScript()
      handler = made()
    },
    throttle: () => throttle,
    setThrottle: (next) => {
      throttle = next
      handler = made()
    },
    handle: (request) => handler(request),
  }
}
