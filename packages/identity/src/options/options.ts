/** The options of the handler: tenants, and who is in them. */

import type { JsonWebKey } from '@pocket-hsm/crypto'

/** A tenant (directory). */
export interface Tenant {
  /** Its GUID. */
  readonly id: string
  /** Its domain names, for example `contoso.onmicrosoft.com`. */
  readonly names?: readonly string[]
}

/** An application (service principal). Without secrets, certificates and federations, any credential is accepted. */
export interface Application {
  /** Its application id: `appid` in tokens. */
  readonly clientId: string
  /** The object id of its service principal: `oid` in tokens. Defaults to `objectIdOf(clientId)`. */
  readonly objectId?: string
  /** The object ids of its groups: `groups` in tokens. Defaults to none. */
  readonly groups?: readonly string[]
  /** The client secrets that are accepted. */
  readonly secrets?: readonly string[]
  /** The certificates or public keys that client assertions may be signed with: PEM. */
  readonly certificates?: readonly string[]
  /** The identities of other issuers that may act as this application (workload identity federation). */
  readonly federations?: readonly Federation[]
}

/** A federated identity credential. */
export interface Federation {
  readonly issuer: string
  readonly subject: string
  /** Defaults to `api://AzureADTokenExchange`. */
  readonly audience?: string
  /** The issuer's public keys. Without them, the signature is not verified. */
  readonly keys?: readonly JsonWebKey[]
}

/** A user, for sign-in with a password or a device code. */
export interface User {
  /** The user principal name, for example `alice@contoso.com`. */
  readonly name: string
  /** Without one, any password is accepted. */
  readonly password?: string
  /** Defaults to `objectIdOf(name)`. */
  readonly objectId?: string
  /** The object ids of the user's groups. Defaults to none. */
  readonly groups?: readonly string[]
}

/** A managed identity of the machine. One without a client id and a resource id is the system-assigned one. */
export interface ManagedIdentity {
  readonly clientId?: string
  /** The Azure resource id of a user-assigned identity. */
  readonly resourceId?: string
  /** Defaults to `objectIdOf` of the client id, the resource id or `system-assigned`, whichever is the first there is. */
  readonly objectId?: string
  /** The object ids of its groups. Defaults to none. */
  readonly groups?: readonly string[]
}

/** The options of {@link createIdentityHandler}. Every member has a default. */
export interface IdentityOptions {
  /**
   * The tenants; the first is the one of managed identities and of `common`, `organizations`, `consumers` and `adfs`. By
   * default every GUID and domain name is a tenant, and the first is `00000000-0000-4000-8000-00000000beef`.
   */
  readonly tenants?: readonly Tenant[]
  /** The applications. By default every client id is one, and any credential is accepted. */
  readonly applications?: readonly Application[]
  /**
   * The users; the first is who signs in with a device code. By default every name is a user, any password is accepted,
   * and `user@pocket-hsm.test` signs in with a device code.
   */
  readonly users?: readonly User[]
  /** The managed identities of the machine. By default every id that a client asks for is one. */
  readonly managedIdentities?: readonly ManagedIdentity[]
  /** The value of `X-IDENTITY-HEADER` that the App Service endpoint requires. By default any. */
  readonly identityHeader?: string
  /** Seconds for which access tokens are valid: 1 to 86400. Defaults to 3599. */
  readonly tokenSeconds?: number
  /** Makes the signing key and all identifiers reproducible. By default both are random. */
  readonly seed?: string | Uint8Array
  /**
   * Returns milliseconds since 1970. Defaults to `Date.now`, including when fake timers replace it. If it returns anything
   * else, requests reject with `BadOption`.
   */
  readonly clock?: () => number
}
