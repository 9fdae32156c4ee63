/** The HSMs of a server, and which of them a host means. */

import {
  createFaultScript,
  createHandler,
  type FaultScript,
  type Handler,
  type HandlerOptions,
} from '@pocket-hsm/rest'
import { createHsm, forkHsm, type Hsm, type HsmOptions, type ProfileName } from 'pocket-hsm'
import type { ServerState } from '../journal/server-state.ts'
import type { ServerSettings } from '../options.ts'

/** One HSM of a server. */
export interface ServedHsm {
  /** As it was given; `default` where none was. */
  readonly name: string
  /** The hosts that mean it, in lower case and without a port. */
  readonly hosts: readonly string[]
  /** The HSM as it is now: another after a reset. */
  readonly hsm: () => Hsm
  /** Goes on with another HSM from the next request on. */
  readonly replace: (hsm: Hsm) => void
  /** What is still to go wrong. */
  readonly faults: () => FaultScript
  /** Nothing more goes wrong. */
  readonly clearFaults: () => void
  readonly answer: Handler
}

/** The HSMs of a server. */
export interface Hosts {
  readonly all: readonly ServedHsm[]
  /** The HSM of a host name without its port; `undefined` where there is none. */
  readonly find: (hostname: string) => ServedHsm | undefined
}

/** What of a handler is the same for every HSM. */
export type SharedOptions = Omit<HandlerOptions, 'faults'>

/** The name of the HSM of a server that was given none. */
export const NAMELESS = 'default'

/** Where a name stands in the cloud. */
const CLOUD: Readonly<Record<ProfileName, string>> = {
  'managed-hsm': 'managedhsm.azure.net',
  'vault-premium': 'vault.azure.net',
  'vault-standard': 'vault.azure.net',
}

/** The hosts that a name stands for: a name with a dot for itself alone. */
export function hostsOf(name: string, profile: ProfileName): readonly string[] {
  const host = name.toLowerCase()
  if (host.includes('.')) return [host]
  return [`${host}.${CLOUD[profile]}`, `${host}.localhost`, host]
}

/** The seed of an HSM, where the server has one: its own where there are several. */
export function seedOf(
  seed: string | undefined,
  names: readonly string[],
  name: string,
): Pick<HsmOptions, 'seed'> {
  if (seed === undefined) return {}
  return { seed: names.length > 1 ? `${seed}/${name.toLowerCase()}` : seed }
}

/** Makes the HSMs of a server; those that its state holds come back from there. */
export function createHosts(
  settings: ServerSettings,
  engine: Pick<HsmOptions, 'clock' | 'attestationKeys' | 'rsaPool'>,
  shared: SharedOptions,
  state?: Pick<ServerState, 'hsms' | 'domainOf'>,
): Hosts {
  const { names, profile, seed } = settings
  const all = (names.length > 0 ? names : [NAMELESS]).map((name) => {
    const hosts = names.length > 0 ? hostsOf(name, profile) : []
    const create = () =>
      createHsm({
        ...engine,
        profile,
        softDeleteRetentionDays: settings.softDeleteRetentionDays,
        purgeProtection: settings.purgeProtection,
        ...(hosts[0] !== undefined && { baseUrl: `https://${hosts[0]}` }),
        ...seedOf(seed, names, name),
        ...(state !== undefined && { securityDomain: state.domainOf(name) }),
      })
    return serve(name, hosts, state?.hsms.get(name.toLowerCase()) ?? create(), shared)
  })
  const byHost = new Map(all.flatMap((served) => served.hosts.map((host) => [host, served])))
  const [only, ...others] = all
  const find = others.length === 0 ? () => only : (host: string) => byHost.get(host)
  return { all, find }
}

function serve(
  name: string,
  hosts: readonly string[],
  first: Hsm,
  shared: SharedOptions,
): ServedHsm {
  let hsm = first
  let faults = createFaultScript()
  let handler = createHandler(hsm, { ...shared, faults })
  const renew = () => {
    handler = createHandler(hsm, { ...shared, faults })
  }
  return {
    name,
    hosts,
    hsm: () => hsm,
    replace: (next) => {
      hsm = forkHsm(next)
      renew()
    },
    faults: () => faults,
    clearFaults: () => {
      faults = createFaultScript()
      renew()
    },
    answer: (request) => handler(request),
  }
}
