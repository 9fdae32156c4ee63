/** Views: second handles of an HSM, under another address or for another caller. */

import type { ExternalKeyManager } from '../external-keys/external-key-manager.ts'
import { checkOptions, OPTION_CHECKS, optionTable } from '../options/check-options.ts'
import { type Principals, parsePrincipals } from '../roles/principals.ts'
import { type Engine, engineOf, type Hsm, handleOf } from './hsm.ts'
import { callerOf, checkBaseUrl, checkSettling } from './hsm-options.ts'

/** What a view of an HSM may have different. */
export interface HsmViewOptions {
  /** The start of key identifiers, as for `createHsm`. */
  readonly baseUrl?: string
  /** Seconds that a deletion, a recovery or a purge through this view takes, as for `createHsm`. */
  readonly settlingSeconds?: number
  /** The caller that the audit trail names for calls through this view. Defaults to the caller of the given handle; cut to 256 characters. */
  readonly caller?: string | undefined
  /**
   * As whom calls through this view are checked, if the HSM has access control: the caller's object id and those of its
   * groups, at most 256. Defaults to the principals of the given handle; `null` for the host, whose calls are not checked.
   */
  readonly principals?: readonly string[] | null | undefined
  /** What calls through this view ask, as for `createHsm`. Defaults to that of the given handle. */
  readonly externalKeyManager?: ExternalKeyManager | undefined
}

/**
 * Returns a second handle of an HSM: the same keys, under another address or for another caller.
 *
 * Calls through either handle act on the same HSM. Takes constant time, whatever the number of keys.
 *
 * @param hsm - The HSM; its handle is not changed.
 * @param options - What is different through the new handle.
 * @returns A new handle of the same HSM.
 * @throws {@link HsmError} 400 `BadParameter` - an unknown option, or a value that `createHsm` would not accept.
 *
 * @example
 * ```ts
 * import { createHsm, createKey, getKey, viewHsm } from 'pocket-hsm'
 *
 * const hsm = createHsm()
 * createKey(hsm, 'orders', { kty: 'EC-HSM' })
 * const local = viewHsm(hsm, { baseUrl: 'https://localhost:8443' })
 * getKey(local, 'orders').key.kid.startsWith('https://localhost:8443/keys/orders/') // true
 * ```
 */
export function viewHsm(hsm: Hsm, options: HsmViewOptions): Hsm {
  const engine = engineOf(hsm)
  checkOptions('viewHsm', options, VIEW_OPTIONS)
  const { baseUrl = engine.baseUrl, settlingSeconds = engine.container.settlingSeconds } = options
  const { caller = engine.caller, principals } = options
  return handleOf(hsm.profile, {
    ...engine,
    baseUrl: checkBaseUrl(baseUrl),
    caller: callerOf(caller),
    principals: principalsOf(engine, principals),
    externalKeyManager: options.externalKeyManager ?? engine.externalKeyManager,
    container: { ...engine.container, settlingSeconds: checkSettling(settlingSeconds) },
    get state() {
      return engine.state
    },
    set state(state) {
      engine.state = state
    },
  })
}

const VIEW_OPTIONS = optionTable<HsmViewOptions>({
  baseUrl: OPTION_CHECKS.string,
  settlingSeconds: OPTION_CHECKS.number,
  caller: OPTION_CHECKS.string,
  principals: OPTION_CHECKS.listOf(OPTION_CHECKS.string),
  externalKeyManager: OPTION_CHECKS.function,
})

function principalsOf(
  engine: Engine,
  principals: HsmViewOptions['principals'],
): Principals | undefined {
  if (principals === undefined) return engine.principals
  return principals === null ? undefined : parsePrincipals(principals)
}
