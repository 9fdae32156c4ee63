/** HSMs in this process, for a management plane without a server. */

import { createHsm, type Hsm, type HsmOptions, readActivation, readClock } from 'pocket-hsm'
import type { ManagedHsmHosting } from './hosting.ts'

/** HSMs by their hosts. */
export interface HsmHosting extends ManagedHsmHosting {
  /** Returns the HSM of a host, `contoso.managedhsm.azure.net`: the first argument of `createHandler`. */
  readonly find: (host: string) => Hsm | undefined
}

/** What the HSMs have besides what requests say: a clock, a seed, limits. They are not activated, unless that is given. */
export type HsmHostingOptions = Omit<
  HsmOptions,
  'accessControl' | 'baseUrl' | 'profile' | 'softDeleteRetentionDays' | 'purgeProtection' | 'seed'
> & {
  /**
   * Whether the HSMs have local role-based access control, as those of the service always have: the administrators that a
   * creation names are its first ones, with those given here. Defaults to `false`, as for `createHsm`: every caller may do
   * everything, `initialAdminObjectIds` has no effect, and the `statusMessage` of the resource says so.
   */
  readonly accessControl?: boolean | HsmOptions['accessControl']
  /** Each HSM has a seed of its own, derived from this one and its name. */
  readonly seed?: string
}

/**
 * Makes a place for the HSMs that a management plane creates, in this process.
 *
 * Without the option `accessControl` every caller may use them, whatever `initialAdminObjectIds` says.
 *
 * @param options - Further options for `createHsm`. By default none.
 * @throws {@link HsmError} 400 `BadParameter` - an option that `createHsm` refuses, or an `accessControl` of another type.
 * @see {@link createManagementHandler}
 *
 * @example
 * ```ts
 * import { createHsmHosting } from '@pocket-hsm/rest'
 *
 * const hosting = createHsmHosting()
 * hosting.create({
 *   name: 'contoso',
 *   softDeleteRetentionDays: 7,
 *   purgeProtection: false,
 *   administrators: ['11111111-1111-4111-8111-111111111111'],
 * })
 * hosting.find('contoso.managedhsm.azure.net')?.baseUrl // 'https://contoso.managedhsm.azure.net'
 * ```
 */
export function createHsmHosting({
  seed,
  accessControl,
  ...options
}: HsmHostingOptions = {}): HsmHosting {
  const common = typeof accessControl === 'boolean' ? undefined : (accessControl ?? undefined)
  const first = createHsm({ ...options, ...(common && { accessControl: common }) })
  const hsms = new Map<string, Hsm>()
  const hidden = new Set<string>()
  const addressOf = (name: string): string => `https://${name.toLowerCase()}.managedhsm.azure.net`
  const hasAccessControl = common !== undefined || accessControl === true
  return {
    hasAccessControl,
    isTaken: (name) => hsms.has(addressOf(name)),
    now: () => readClock(first),
    create: ({ name, softDeleteRetentionDays, purgeProtection, administrators }) => {
      const baseUrl = addressOf(name)
      const ofName = seed === undefined ? {} : { seed: `${seed}/${name.toLowerCase()}` }
      const all = new Set([...(common?.administrators ?? []), ...administrators])
      const given = {
        softDeleteRetentionDays,
        purgeProtection,
        baseUrl,
        ...ofName,
        ...(hasAccessControl && { accessControl: { administrators: [...all] } }),
      }
      hsms.set(baseUrl, createHsm({ activated: false, ...options, ...given }))
    },
    setReachable: (name, isReachable) => {
      if (isReachable) hidden.delete(addressOf(name))
      else hidden.add(addressOf(name))
    },
    destroy: (name) => {
      hsms.delete(addressOf(name))
      hidden.delete(addressOf(name))
    },
    isActivated: (name) => {
      const hsm = hsms.get(addressOf(name))
      return hsm !== undefined && readActivation(hsm) === 'Active'
    },
    find: (host) => {
      const address = `https://${host.toLowerCase()}`
      return hidden.has(address) ? undefined : hsms.get(address)
    },
  }
}
