/** The options of a server. */

import type { IdentityOptions } from '@pocket-hsm/identity'
import type { JsonWebKey, ProfileName } from 'pocket-hsm'

/** Limits of size, number and time, for all clients together or for each request. */
export interface ServerLimits {
  /** The most bytes of a request body. Defaults to 4 MiB; a longer one gets a 413. */
  readonly maxBodyLength?: number
  /** The most bytes of a request's line and headers. Defaults to 16 KiB; longer ones get a 431. */
  readonly maxHeaderLength?: number
  /**
   * The most sockets at a time. Defaults to 1,000; further ones are closed at once. When three quarters are waiting for
   * their client, each new one takes the place of the one that has been waiting longest.
   */
  readonly maxConnections?: number
  /**
   * Seconds in which a request must have arrived, and a response must have been read. Defaults to 30; a request that
   * takes longer gets a 408.
   */
  readonly requestSeconds?: number
  /** Seconds in which the server responds. Defaults to 120; after that a request gets a 503. */
  readonly answerSeconds?: number
}

/** Which tokens are accepted: any bearer token, none required, or those that the authority signed. */
export type ServerAuth = 'any' | 'none' | 'jwt'

/** How to start a server. Everything has a default. */
export interface ServerOptions {
  /** The address to listen at. Defaults to `127.0.0.1`. */
  readonly host?: string
  /** The port to listen at: 0 to 65535, 0 for any free one. Defaults to 8443. */
  readonly port?: number
  /**
   * The names of the HSMs. With one name or none, the server has one HSM, and every host that it responds to is that
   * HSM's. With several, the host of a request chooses the HSM. `contoso` has the hosts `contoso`, `contoso.localhost` and
   * its host in the cloud; a name with a dot is itself a host.
   */
  readonly names?: readonly string[]
  /** The service to behave like. Defaults to `managed-hsm`. */
  readonly profile?: ProfileName
  /** Days for which a deleted key can be recovered: 7 to 90. Defaults to 90. */
  readonly softDeleteRetentionDays?: number
  /** Whether deleted keys cannot be purged before their retention has passed. Defaults to `false`. */
  readonly purgeProtection?: boolean
  /**
   * Whether new HSMs are activated from the start. Defaults to `true`. One that is not refuses all but its security domain,
   * until that was downloaded or another one uploaded; those in a state are as they were.
   */
  readonly activated?: boolean
  /** Makes all randomness of keys reproducible. With several names each HSM has the seed `seed/name`. */
  readonly seed?: string
  /**
   * The file in which keys, settings and the clock are stored. What a response shows is on disk. Without it, everything
   * is in memory only.
   */
  readonly state?: string
  /**
   * The key of the state: 32 bytes, or the file with their 64 hexadecimal digits. Defaults to the file `STATE.key`,
   * which is created with the state.
   */
  readonly stateKey?: string | Uint8Array
  /** Whether to use plain HTTP instead of HTTPS. Defaults to `false`. */
  readonly http?: boolean
  /** A certificate with its chain, and its private key: PEM. By default the server makes one. */
  readonly certificate?: { readonly cert: string; readonly key: string }
  /** The folder for the certificates that the server makes. Defaults to `.pocket-hsm` in the home folder. */
  readonly certificateFolder?: string
  /**
   * Whether to add a stand-in for Entra ID and managed identities, so that credentials of every language get tokens from
   * this server; or its options. Its seed defaults to the server's. Defaults to `false`.
   */
  readonly identity?: boolean | IdentityOptions
  /**
   * Whether callers need a role for what they do: local role-based access control of a Managed HSM. The caller is the
   * `oid` of the token, with its `groups`. HSMs of a state in which it is on already keep it, and their roles. Defaults
   * to `false`.
   */
  readonly rbac?: boolean
  /** The object ids that get the role `Managed HSM Administrator`, with `rbac`: 1 to 10. */
  readonly administrators?: readonly string[]
  /** Which tokens are accepted. Defaults to `any`, or with `identity` to `jwt`: those of the stand-in. */
  readonly auth?: ServerAuth
  /**
   * The token issuer (OpenID Connect authority), without a slash at the end. The challenge names it; `jwt` fetches its
   * keys.
   */
  readonly authority?: string
  /**
   * The audiences of accepted tokens, with `jwt`. Default to the service in each cloud, and the parent domain of each
   * host of `names`.
   */
  readonly audiences?: readonly string[]
  /** Public keys of attestation authorities by issuer. The keys of other issuers are fetched from them over HTTPS. */
  readonly attestationKeys?: Readonly<Record<string, readonly JsonWebKey[]>>
  /** Attestation issuers whose keys may be fetched from a private or loopback address. Defaults to none. */
  readonly attestationIssuers?: readonly string[]
  /** Whether to add the control API under `/control`, for callers on this machine. Defaults to `false`. */
  readonly control?: boolean
  /**
   * Whether to add the management plane: Azure Resource Manager as far as clients need it to create, show, delete and
   * purge Managed HSMs. Defaults to `false`.
   */
  readonly management?: boolean
  /**
   * Hosts to which full backups may be written, and from which they may be read, besides those of blob storage in each
   * cloud. This machine is among them by default if the server listens on loopback. A host may have a port.
   */
  readonly storageHosts?: readonly string[]
  /** Whether to listen on a non-loopback address even without TLS and verified tokens. Defaults to `false`. */
  readonly force?: boolean
  readonly limits?: ServerLimits
  /** Receives warnings for the operator: one line each, without control characters. */
  readonly warn?: (text: string) => void
}

/** The options without a default. */
type Absent = 'seed' | 'state' | 'stateKey' | 'certificate' | 'authority' | 'audiences'

/** The options with their defaults. */
export interface ServerSettings
  extends Required<Omit<ServerOptions, Absent>>,
    Pick<ServerOptions, Absent> {
  readonly limits: Required<ServerLimits>
}
