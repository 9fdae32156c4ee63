/** Whom an object id belongs to: for those who have to show a name. */

import { objectIdOf } from '../names/object-id.ts'
import type { IdentityOptions } from '../options/options.ts'

/** Someone with an object id. */
export interface KnownPrincipal {
  readonly kind: 'user' | 'servicePrincipal' | 'group'
  readonly objectId: string
  /** The name of a user, the client id of an application, or the object id of a group. */
  readonly name: string
}

/** The users, applications and groups of the tables; besides them, those that were seen lately. */
export interface KnownPrincipals {
  /** Remembers one that was seen. */
  readonly see: (principal: KnownPrincipal) => void
  readonly find: (objectId: string) => KnownPrincipal | undefined
  readonly list: (kind: KnownPrincipal['kind']) => readonly KnownPrincipal[]
}

/** So many are remembered, the latest. */
const MOST_SEEN = 1000

/** Makes the list of the options. */
export function createKnownPrincipals(options: IdentityOptions): KnownPrincipals {
  const tables = new Map(ofTables(options).map((each) => [each.objectId.toLowerCase(), each]))
  const seen = new Map<string, KnownPrincipal>()
  return {
    see: (principal) => {
      const id = principal.objectId.toLowerCase()
      if (tables.has(id)) return
      seen.delete(id)
      seen.set(id, principal)
      const [oldest = ''] = seen.keys()
      if (seen.size > MOST_SEEN) seen.delete(oldest)
    },
    find: (objectId) => tables.get(objectId.toLowerCase()) ?? seen.get(objectId.toLowerCase()),
    list: (kind) => [...tables.values(), ...seen.values()].filter((each) => each.kind === kind),
  }
}

function ofTables(options: IdentityOptions): readonly KnownPrincipal[] {
  const users = options.users ?? []
  const applications = options.applications ?? []
  const groups = [...users, ...applications].flatMap((each) => each.groups ?? [])
  return [
    ...groups.map((id) => ({ kind: 'group', objectId: id, name: id }) as const),
    ...users.map(({ name, objectId = objectIdOf(name) }) => userOf(name, objectId)),
    ...applications.map(({ clientId, objectId = objectIdOf(clientId) }) =>
      applicationOf(clientId, objectId),
    ),
  ]
}

/** A user, as one who is known. */
export const userOf = (name: string, objectId: string): KnownPrincipal => ({
  kind: 'user',
  objectId,
  name,
})

/** An application or a managed identity, as one that is known. */
export const applicationOf = (clientId: string, objectId: string): KnownPrincipal => ({
  kind: 'servicePrincipal',
  objectId,
  name: clientId,
})
