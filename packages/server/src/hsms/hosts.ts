/** The HSMs of a server, and the hosts of each. */

import type { HsmStore } from '@pocket-hsm/postgres'
import { type ControlledHsm, createControlledHsm, type HandlerOptions } from '@pocket-hsm/rest'
import { createHsm, type Hsm, type HsmOptions, type ProfileName } from 'pocket-hsm'
import type { ServerState } from '../journal/server-state.ts'
import { isAddress } from '../network/addresses.ts'
import type { ServerSettings } from '../options.ts'
import { transactionOf } from '../postgres/store-transaction.ts'

/** One HSM of a server. */
export interface ServedHsm extends ControlledHsm {
  /** What a journal stores it under, if not under its name. */
  readonly storedAs?: string
  /** Where its keys are, if they are in a database: `hsm` has none then. */
  readonly store?: HsmStore | undefined
}

/** The HSMs of a server. */
export interface Hosts {
  /** Those of the options, then those that were added; a removed one is not in it. */
  readonly all: readonly ServedHsm[]
  /** Adds an HSM. The hosts of those that are there are not looked at. */
  readonly add: (hsm: AddedHsm) => void
  /** Removes an HSM that was added. */
  readonly remove: (name: string) => void
  /** Makes an HSM that was added unreachable, or reachable again. */
  readonly setReachable: (name: string, isReachable: boolean) => void
  /** The HSM of a host name without its port; `undefined` if there is none. */
  readonly find: (hostname: string) => ServedHsm | undefined
}

/** An HSM to add. */
export interface AddedHsm {
  readonly name: string
  readonly storedAs: string
  readonly hsm: Hsm
  readonly isReachable: boolean
}

/** The options of a handler that are the same for every HSM. */
export type SharedOptions = Omit<HandlerOptions, 'faults' | 'throttle'>

/** The name of the HSM of a server without names: what it is called in control requests. */
export const NAMELESS = 'default'

/** The domain of each service in the cloud. */
const CLOUD: Readonly<Record<ProfileName, string>> = {
  'managed-hsm': 'managedhsm.azure.net',
  'vault-premium': 'vault.azure.net',
  'vault-standard': 'vault.azure.net',
}

/** The hosts of an HSM: a name with a dot is its only host. */
export function hostsOf(name: string, profile: ProfileName): readonly string[] {
  const host = name.toLowerCase()
  if (host.includes('.')) return [host]
  return [`${host}.${CLOUD[profile]}`, `${host}.localhost`, host]
}

/** The host at which a client on this machine reaches an HSM: below `localhost`, unless the name is a whole host. */
export function localHostOf(name: string): string {
  const host = name.toLowerCase()
  return host.includes('.') || host === 'localhost' ? host : `${host}.localhost`
}

/** The hosts of a server's HSMs, without those of HSMs that are not reachable. */
export function allHostsOf({ all, find }: Hosts): readonly string[] {
  return all.flatMap((served) => served.hosts.filter((host) => find(host) === served))
}

/** The seed of one HSM: with several HSMs, each has a seed of its own that is derived from the server's. */
export function seedOf(
  seed: string | undefined,
  names: readonly string[],
  name: string,
): Pick<HsmOptions, 'seed'> {
  if (seed === undefined) return {}
  return { seed: names.length > 1 ? `${seed}/${name.toLowerCase()}` : seed }
}

/** Makes the HSMs of a server; those that are in its state are restored from there. */
export function createHosts(
  settings: ServerSettings,
  engine: Pick<HsmOptions, 'clock' | 'attestationKeys' | 'rsaPool'>,
  shared: SharedOptions,
  state?: Pick<ServerState, 'hsms' | 'domainOf'>,
  stores?: ReadonlyMap<string, HsmStore>,
): Hosts {
  const { names, profile, seed } = settings
  const all = (names.length > 0 ? names : [NAMELESS]).map((name): ServedHsm => {
    const hosts = names.length > 0 ? hostsOf(name, profile) : []
    const create = () =>
      createHsm({
        ...engine,
        profile,
        softDeleteRetentionDays: settings.softDeleteRetentionDays,
        purgeProtection: settings.purgeProtection,
        activated: settings.activated,
        ...(hosts[0] !== undefined && { baseUrl: `https://${hosts[0]}` }),
        ...seedOf(seed, names, name),
        ...(state !== undefined && { securityDomain: state.domainOf(name) }),
      })
    const store = stores?.get(name.toLowerCase())
    if (store !== undefined) {
      const handler = { ...shared, transaction: transactionOf(store), jobLease: store.jobLease }
      return { ...createControlledHsm(store.hsm, { name, hosts, handler }), store }
    }
    const first = state?.hsms.get(name.toLowerCase()) ?? create()
    return createControlledHsm(first, { name, hosts, handler: shared })
  })
  const byHost = new Map(all.flatMap((served) => served.hosts.map((host) => [host, served])))
  const [only, ...others] = all
  const find = (host: string): ServedHsm | undefined => {
    if (others.length > 0) return byHost.get(host)
    // With a management plane, any other name may be that of an HSM that is not there yet, or no more.
    return settings.management && isNameOfAnHsm(host) ? byHost.get(host) : only
  }
  return withAdded({ all, find }, shared)
}

const isNameOfAnHsm = (host: string): boolean => host !== 'localhost' && !isAddress(host)

/** HSMs that come and go, after those that are always there. */
function withAdded(
  { all: given, find }: Pick<Hosts, 'all' | 'find'>,
  shared: SharedOptions,
): Hosts {
  const added = new Map<string, ServedHsm>()
  const byHost = new Map<string, ServedHsm>()
  let all = given
  const relist = () => {
    all = [...given, ...added.values()]
  }
  const unlist = ({ hosts }: ServedHsm) => {
    for (const host of hosts) byHost.delete(host)
  }
  return {
    get all() {
      return all
    },
    find: (host) => byHost.get(host) ?? find(host),
    add: ({ name, storedAs, hsm, isReachable }) => {
      const hosts = hostsOf(name, 'managed-hsm')
      const served = { ...createControlledHsm(hsm, { name, hosts, handler: shared }), storedAs }
      added.set(name.toLowerCase(), served)
      if (isReachable) for (const host of served.hosts) byHost.set(host, served)
      relist()
    },
    remove: (name) => {
      const served = added.get(name.toLowerCase())
      if (served === undefined) return
      added.delete(name.toLowerCase())
      unlist(served)
      relist()
    },
    setReachable: (name, isReachable) => {
      const served = added.get(name.toLowerCase())
      if (served === undefined) return
      unlist(served)
      if (isReachable) for (const host of served.hosts) byHost.set(host, served)
    },
  }
}
