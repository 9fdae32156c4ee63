/** Finds applications, users and managed identities: those of the tables and no others, or all there could be. */

import { equalBytes, utf8ToBytes } from '@pocket-hsm/crypto'
import { entraError } from '../errors/entra-error.ts'
import { guidOfName } from '../names/guid.ts'
import { objectIdOf, SYSTEM_ASSIGNED } from '../names/object-id.ts'
import type { Application, IdentityOptions, ManagedIdentity, User } from '../options/options.ts'
import {
  applicationOf,
  createKnownPrincipals,
  type KnownPrincipals,
  userOf,
} from './known-principals.ts'
import type { Principal } from './principal.ts'

/** A managed identity that a client asked for: by one of its ids, or the one of the machine. */
export interface AskedIdentity {
  readonly clientId?: string | undefined
  readonly objectId?: string | undefined
  readonly resourceId?: string | undefined
}

/** A managed identity with all its ids. */
export interface FoundIdentity extends Principal {
  readonly clientId: string
}

/** The tables of the options. */
export interface Directory {
  /** Whom object ids belong to. */
  readonly known: KnownPrincipals
  /** Whether any GUID may be the object id of someone. */
  readonly isOpen: boolean
  /** Returns the application; throws an Entra error if there is none. */
  readonly findApplication: (clientId: string, tenant: string) => Application
  readonly ofApplication: (application: Application) => Principal
  /** Throws an Entra error if a client may not sign users in. */
  readonly checkPublicClient: (clientId: string, tenant: string) => void
  /** Returns the user if the password is right; throws an Entra error. */
  readonly signIn: (name: string, password: string, tenant: string) => Principal
  /** Returns a user by name, without a password; throws an Entra error if there is none. */
  readonly findUser: (name: string, tenant: string) => Principal
  /** Who signs in with a device code. */
  readonly deviceUser: string
  /** Returns the managed identity, or `undefined` if the machine does not have it. */
  readonly findManagedIdentity: (asked: AskedIdentity) => FoundIdentity | undefined
}

/** Clients of Microsoft that every tenant has: Azure CLI, Azure PowerShell, Visual Studio, Visual Studio Code. */
const PUBLIC_CLIENTS: readonly string[] = [
  '04b07795-8ddb-461a-bbee-02f9e1bf7b46',
  '1950a258-227b-4e31-a9cf-717495945fc2',
  '04f0c124-f2bc-4f59-8241-bf6df9866bbd',
  'aebc6443-996d-45c2-90f0-388ff96faa56',
]

/** More characters than any id or name has. */
const LONGEST_ID = 512

/** Makes the directory of the options. */
export function createDirectory(options: IdentityOptions): Directory {
  const applications = byId(options.applications, ({ clientId }) => clientId)
  const users = byId(options.users, ({ name }) => name)
  const findApplication = (clientId: string, tenant: string): Application => {
    const application = applications?.get(clientId.toLowerCase())
    if (application) return application
    if (!applications && isShort(clientId)) return { clientId }
    throw entraError('unknownApplication', { client: clientId, tenant })
  }
  const known = createKnownPrincipals(options)
  const ofUser = ({ name, objectId = objectIdOf(name), groups = [] }: User): Principal => {
    known.see(userOf(name, objectId))
    return { objectId, groups, name }
  }
  const findUser = (name: string, tenant: string): User => {
    const user = users?.get(name.toLowerCase())
    if (user) return user
    if (!users && isShort(name)) return { name }
    throw entraError('unknownUser', { user: name, tenant })
  }
  return {
    known,
    isOpen: !users && !applications,
    findApplication,
    ofApplication: ({ clientId, objectId = objectIdOf(clientId), groups = [] }) => {
      known.see(applicationOf(clientId, objectId))
      return { objectId, groups }
    },
    checkPublicClient: (clientId, tenant) => {
      if (!PUBLIC_CLIENTS.includes(clientId.toLowerCase())) findApplication(clientId, tenant)
    },
    findUser: (name, tenant) => ofUser(findUser(name, tenant)),
    signIn: (name, password, tenant) => {
      const user = findUser(name, tenant)
      if (user.password === undefined || isSame(user.password, password)) return ofUser(user)
      throw entraError('wrongPassword')
    },
    deviceUser: options.users?.[0]?.name ?? 'user@pocket-hsm.test',
    findManagedIdentity: (asked) => {
      const found = findManagedIdentity(options.managedIdentities, asked)
      if (found !== undefined) known.see(applicationOf(found.clientId, found.objectId))
      return found
    },
  }
}

/** Whether two secrets are the same, in a time that does not depend on their characters. */
export const isSame = (one: string, other: string): boolean =>
  equalBytes(utf8ToBytes(one), utf8ToBytes(other))

function byId<Item>(
  items: readonly Item[] | undefined,
  idOf: (item: Item) => string,
): ReadonlyMap<string, Item> | undefined {
  return items && new Map(items.map((item) => [idOf(item).toLowerCase(), item]))
}

function findManagedIdentity(
  identities: readonly ManagedIdentity[] | undefined,
  asked: AskedIdentity,
): FoundIdentity | undefined {
  const { clientId, objectId, resourceId } = asked
  if (identities === undefined)
    return isShort(...Object.values(asked)) ? complete(asked) : undefined
  const found = identities.map(complete).find((identity, index) => {
    if (clientId !== undefined) return isId(identity.clientId, clientId)
    if (objectId !== undefined) return isId(identity.objectId, objectId)
    if (resourceId !== undefined) return isId(identity.resourceId, resourceId)
    return isSystemAssigned(identities[index] ?? {}) || identities.length === 1
  })
  return found
}

const isSystemAssigned = ({ clientId, resourceId }: ManagedIdentity): boolean =>
  clientId === undefined && resourceId === undefined

/** GUIDs and Azure resource ids are compared without regard to case. */
const isId = (known: string | undefined, asked: string): boolean =>
  known?.toLowerCase() === asked.toLowerCase()

function complete(identity: AskedIdentity & Pick<ManagedIdentity, 'groups'>): FoundIdentity {
  const { clientId, objectId, resourceId, groups = [] } = identity
  const id = clientId ?? resourceId ?? objectId ?? SYSTEM_ASSIGNED
  return {
    objectId: objectId ?? objectIdOf(id),
    clientId: clientId ?? guidOfName('client', id),
    groups,
    ...(resourceId !== undefined && { resourceId }),
  }
}

function isShort(...ids: readonly (string | undefined)[]): boolean {
  return ids.every((id) => id === undefined || id.length <= LONGEST_ID)
}
