/** HSMs in this process, for a management plane without a server. */

import { createHsm, type Hsm, type HsmOptions } from 'pocket-hsm'
import type { ManagedHsmHosting, NewManagedHsm } from './hosting.ts'

/** HSMs by their hosts. */
export interface HsmHosting extends ManagedHsmHosting {
  /** Returns the HSM of a host, `contoso.managedhsm.azure.net`: the first argument of `createHandler`. */
  readonly find: (host: string) => Hsm | undefined
}

/**
 * Makes a place for the HSMs that a management plane creates, in this process.
 *
 * @param optionsOf - Further options for `createHsm`: a clock, a seed. By default none.
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
export function createHsmHosting(
  optionsOf: (hsm: NewManagedHsm) => HsmOptions = () => ({}),
): HsmHosting {
  const hsms = new Map<string, Hsm>()
  const hidden = new Set<string>()
  const addressOf = (name: string): string => `https://${name.toLowerCase()}.managedhsm.azure.net`
  return {
    isTaken: (name) => hsms.has(addressOf(name)),
    create: (hsm) => {
      const { name, softDeleteRetentionDays, purgeProtection } = hsm
      const baseUrl = addressOf(name)
      const options = { softDeleteRetentionDays, purgeProtection, ...optionsOf(hsm), baseUrl }
      hsms.set(baseUrl, createHsm(options))
    },
    setReachable: (name, isReachable) => {
      if (isReachable) hidden.delete(addressOf(name))
      else hidden.add(addressOf(name))
    },
    destroy: (name) => {
      hsms.delete(addressOf(name))
      hidden.delete(addressOf(name))
    },
    addressOf,
    isActivated: () => true,
    find: (host) => {
      const address = `https://${host.toLowerCase()}`
      return hidden.has(address) ? undefined : hsms.get(address)
    },
  }
}
