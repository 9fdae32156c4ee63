/** The HSMs that the management plane of a server creates. */

import { randomUUID } from 'node:crypto'
import type { ManagedHsmHosting, ManagementState, NewManagedHsm } from '@pocket-hsm/rest'
import { createHsm, type Hsm, type HsmOptions, readActivation } from 'pocket-hsm'
import { type Hosts, hostsOf } from '../hsms/hosts.ts'
import { isManaged, MANAGED, type ServerState } from '../journal/server-state.ts'
import { serverError } from '../server-error.ts'

/** What the server stores about its management plane. */
interface StoredManagement {
  readonly state: ManagementState
  /** What the journal stores each HSM under, by its name in lower case. */
  readonly storedAs: Readonly<Record<string, string>>
}

/** What a server needs to host the HSMs of its management plane. */
export interface HostingSettings {
  readonly hosts: Hosts
  readonly engine: Pick<HsmOptions, 'attestationKeys' | 'rsaPool'> & {
    readonly clock: () => number
  }
  readonly seed: string | undefined
  /** Whether its HSMs have access control. */
  readonly rbac: boolean
  readonly state: Pick<ServerState, 'hsms' | 'domainOf' | 'server'> | undefined
}

/** The hosting of a server. */
export interface ServerHosting extends ManagedHsmHosting {
  /** What was stored of the management plane. */
  readonly first: ManagementState | undefined
  /** Takes what the management plane stores from now on. */
  readonly store: (state: ManagementState) => void
  /** Returns what is stored, as JSON text. */
  readonly stored: () => string
}

/** The seed of an HSM of the management plane: derived from the server's, and the same for the same name. */
export function managedSeedOf(
  seed: string | undefined,
  storedAs: string,
): Pick<HsmOptions, 'seed'> {
  const [, name = ''] = storedAs.split('/')
  return seed === undefined ? {} : { seed: `${seed}/${MANAGED}${name.toLowerCase()}` }
}

/**
 * Hosts the HSMs of a management plane, beginning with those that were stored.
 *
 * @throws `BadState` - what was stored is damaged, or lacks an HSM.
 */
export function createServerHosting(settings: HostingSettings): ServerHosting {
  const { hosts, state } = settings
  const before = parseStored(state?.server?.management)
  const storedAs = new Map(Object.entries(before?.storedAs ?? {}))
  for (const { name, deletedAt } of Object.values(before?.state.hsms ?? {})) {
    const under = storedAs.get(name.toLowerCase()) ?? ''
    const hsm = state?.hsms.get(under.toLowerCase())
    if (hsm === undefined || !isManaged(under)) throw damaged()
    hosts.add({ name, storedAs: under, hsm, isReachable: deletedAt === undefined })
  }
  let text = JSON.stringify(before ?? null)
  return {
    now: settings.engine.clock,
    hasAccessControl: settings.rbac,
    first: before?.state,
    store: (next) => {
      text = JSON.stringify({ state: next, storedAs: Object.fromEntries(storedAs) })
    },
    stored: () => text,
    isTaken: (name) => {
      const own = hostsOf(name, 'managed-hsm')
      return hosts.all.some(({ hosts: theirs }) => theirs.some((host) => own.includes(host)))
    },
    create: (hsm) => {
      const under = `${MANAGED}${hsm.name.toLowerCase()}/${randomUUID()}`
      const isReachable = true
      hosts.add({ name: hsm.name, storedAs: under, hsm: make(settings, hsm, under), isReachable })
      storedAs.set(hsm.name.toLowerCase(), under)
    },
    setReachable: hosts.setReachable,
    destroy: (name) => {
      hosts.remove(name)
      storedAs.delete(name.toLowerCase())
    },
    isActivated: (name) => {
      const under = storedAs.get(name.toLowerCase())
      const served = hosts.all.find(
        (each) => each.storedAs !== undefined && each.storedAs === under,
      )
      return served !== undefined && readActivation(served.hsm()) === 'Active'
    },
  }
}

/** A name that is used again gets another security domain: it is another HSM. */
function make(
  { engine, seed, rbac, state }: HostingSettings,
  { name, softDeleteRetentionDays, purgeProtection, administrators }: NewManagedHsm,
  storedAs: string,
): Hsm {
  const [host = ''] = hostsOf(name, 'managed-hsm')
  return createHsm({
    ...engine,
    softDeleteRetentionDays,
    purgeProtection,
    baseUrl: `https://${host}`,
    activated: false,
    ...(rbac && { accessControl: { administrators } }),
    ...managedSeedOf(seed, storedAs),
    ...(state !== undefined && { securityDomain: state.domainOf(storedAs) }),
  })
}

function parseStored(text: string | undefined): StoredManagement | undefined {
  if (text === undefined || text === 'null') return undefined
  try {
    const { state, storedAs } = JSON.parse(text) as StoredManagement
    const parts = [state.groups, state.hsms, state.operations, storedAs]
    if (parts.every((part) => typeof part === 'object' && part !== null)) {
      return { state, storedAs }
    }
  } catch {}
  throw damaged()
}

const damaged = (): Error =>
  serverError('BadState', 'The state is refused: what it has of the management plane is damaged.')
