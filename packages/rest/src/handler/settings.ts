/** The options of a handler, parsed once. */

import { addToRsaPool, createRsaPool, exportRsaPool, type Hsm, viewHsm } from 'pocket-hsm'
import { type Authorizer, anyBearer } from '../access/authorize.ts'
import { createThrottle, DOCUMENTED_LIMITS, type Throttle } from '../faults/throttle.ts'
import type { JobLease } from '../full-backup/running-jobs.ts'
import type { Storage } from '../full-backup/storage.ts'
import { badRequest } from '../wire/errors.ts'
import { checkHandlerOptions } from './check-handler-options.ts'
import type { HandlerOptions, HsmSource, Transaction } from './options.ts'
import { createRequestIds, type RequestIds } from './request-ids.ts'

/** The parsed options of a handler. */
export interface Settings
  extends Pick<
    HandlerOptions,
    'challenge' | 'faults' | 'audit' | 'makeRsaKey' | 'prepareRelease' | 'externalKeyManager'
  > {
  readonly strict: boolean
  readonly maxBodyLength: number
  readonly authorize: Authorizer
  /** Returns the HSM of a host, or `undefined`. */
  readonly hsmOf: (host: string) => Hsm | undefined
  /** Returns the throttle of an HSM; each HSM has its own counts. */
  readonly throttleOf: (hsm: Hsm) => Throttle | undefined
  readonly requestIds: RequestIds
  readonly storage: Storage
  /** Absent if changes are made at once. */
  readonly transaction: Transaction | undefined
  readonly jobLease: JobLease | undefined
}

const FOUR_MEBIBYTES = 4 * 1024 * 1024

/** Parses the options; throws a 400 for those that are not valid. */
export function parseSettings(source: HsmSource, options: HandlerOptions): Settings {
  checkHandlerOptions(options)
  return {
    strict: options.strict ?? false,
    maxBodyLength: options.maxBodyLength ?? FOUR_MEBIBYTES,
    authorize: options.authorize ?? anyBearer,
    hsmOf: hsmFinder(source, options),
    storage: options.storage ?? ((request) => fetch(request)),
    transaction: options.transaction,
    jobLease: options.jobLease,
    throttleOf: throttleFinder(options.throttle),
    requestIds: createRequestIds(),
    ...(options.challenge && { challenge: options.challenge }),
    ...(options.faults && { faults: options.faults }),
    ...(options.audit && { audit: options.audit }),
    ...(options.makeRsaKey && { makeRsaKey: options.makeRsaKey }),
    ...(options.prepareRelease && { prepareRelease: options.prepareRelease }),
    ...(options.externalKeyManager && { externalKeyManager: options.externalKeyManager }),
  }
}

function hsmFinder(source: HsmSource, options: HandlerOptions): Settings['hsmOf'] {
  if (typeof source === 'function') return source
  if (typeof source !== 'object' || source === null || Array.isArray(source)) {
    throw badRequest('The first argument of createHandler must be an HSM, or HSMs by host.')
  }
  if (isHsm(source)) {
    checkHsm(source, options)
    return () => source
  }
  for (const [host, hsm] of Object.entries(source)) {
    if (!isHsm(hsm))
      throw badRequest(`createHandler needs an HSM for the host "${host.slice(0, 64)}".`)
    checkHost(host)
  }
  const hsms = new Map(Object.entries(source).map(([host, hsm]) => [host.toLowerCase(), hsm]))
  for (const hsm of hsms.values()) checkHsm(hsm, options)
  return (host) => hsms.get(host)
}

/** A host that no request can have, such as a whole URL, is an error now: its HSM would never be found. */
function checkHost(host: string): void {
  const possible = [hostOf(`https://${host}`), hostOf(`http://${host}`)]
  if (possible.includes(host.toLowerCase())) return
  const meant = hostOf(host) || possible[0]
  const advice = meant
    ? `"${meant.slice(0, 64)}"`
    : "a name with its port if it has one, 'hsm.test:8443'"
  throw badRequest(
    `createHandler was given a host that no request can have. Write it as ${advice}.`,
  )
}

const hostOf = (url: string) => (URL.canParse(url) ? new URL(url).host : undefined)

/** A value that is not an HSM, or an HSM without a pool for `makeRsaKey`, is an error now, not at the first request. */
function checkHsm(hsm: Hsm, { makeRsaKey }: HandlerOptions): void {
  viewHsm(hsm, {})
  if (makeRsaKey) addToRsaPool(hsm, exportRsaPool(createRsaPool()))
}

const isHsm = (value: unknown): value is Hsm =>
  typeof (value as Partial<Hsm> | null)?.baseUrl === 'string'

function throttleFinder(limits: HandlerOptions['throttle']): Settings['throttleOf'] {
  if (!limits) return () => undefined
  const throttles = new WeakMap<Hsm, Throttle>()
  return (hsm) => {
    // A Managed HSM does not throttle.
    if (limits === 'documented' && hsm.profile === 'managed-hsm') return undefined
    const throttle =
      throttles.get(hsm) ?? createThrottle(limits === 'documented' ? DOCUMENTED_LIMITS : limits)
    throttles.set(hsm, throttle)
    return throttle
  }
}
