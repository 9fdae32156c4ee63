/** Tenants: a GUID, or a name that stands for one. */

import { entraError } from '../errors/entra-error.ts'
import { guidOfName, isGuid } from '../names/guid.ts'
import type { Tenant } from '../options/options.ts'

/** The tenant of the handler if none is given. */
export const DEFAULT_TENANT = '00000000-0000-4000-8000-00000000beef'

/** Path segments for "the tenant of the user or application that signs in". Clients of AD FS have one directory, whose name is `adfs`. */
const ANY_TENANT: readonly string[] = ['common', 'organizations', 'consumers', 'adfs']

/** A domain name has a dot, which no path of a key vault has there. */
const DOMAIN =
  /^(?=.{3,253}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+$/i

/** Whether a path segment can name a tenant. */
export function isTenantName(segment: string): boolean {
  return isGuid(segment) || ANY_TENANT.includes(segment.toLowerCase()) || DOMAIN.test(segment)
}

/** Finds tenants by the path segment that names them. */
export interface Tenants {
  /** The tenant of managed identities, and of requests that name none. */
  readonly home: string
  /** Returns the GUID of the tenant; throws an Entra error for a name that is none, or an unknown one. */
  readonly find: (segment: string) => string
}

/** Makes the table of tenants: those that are given and no others, or every name there is. */
export function createTenants(given: readonly Tenant[] | undefined): Tenants {
  const home = given?.[0]?.id.toLowerCase() ?? DEFAULT_TENANT
  const known = new Map(
    (given ?? []).flatMap(({ id, names = [] }) =>
      [id, ...names].map((name) => [name.toLowerCase(), id.toLowerCase()] as const),
    ),
  )
  return {
    home,
    find: (segment) => {
      const name = segment.toLowerCase()
      if (!isTenantName(name)) throw entraError('malformedTenant', { tenant: segment })
      if (ANY_TENANT.includes(name)) return home
      const id = given ? known.get(name) : isGuid(name) ? name : guidOfName('tenant', name)
      if (id === undefined) throw entraError('unknownTenant', { tenant: segment })
      return id
    },
  }
}
