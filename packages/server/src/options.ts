/** The options of a server. */

import type { IdentityOptions } from '@pocket-hsm/identity'
import type { AsyncExternalKeyManager } from '@pocket-hsm/rest'
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

/** How much is logged: a level includes those after it. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

/** How a line is written: as text for people, or as JSON. */
export type LogFormat = 'text' | 'json'

/**
 * One request in the log. Nothing in it is a token, a body or a query, and every text is cut to some hundreds of
 * characters. Texts from the client are as they came: escape control characters before you print them.
 */
export interface RequestLogEntry {
  /** When the request arrived: milliseconds since 1970, on the machine's clock. */
  readonly time: number
  /**
   * `error` for a status from 500 on and a connection that was closed without a response, `warn` for one from 400 on,
   * `info` for the others and for a request without a token, with which every client begins. Requests to the
   * operator's listener are `debug`.
   */
  readonly level: LogLevel
  readonly method: string
  /** The path without the query, at most 256 characters, percent-encoded as it came. */
  readonly path: string
  /** The host that the client used, with its port. */
  readonly host?: string
  /** The address of the socket's other end. */
  readonly peer?: string
  /** Absent if the connection was closed without a response. */
  readonly status?: number
  /** Milliseconds until the response was ready, the write to the state included. */
  readonly ms: number
  /** As in `x-ms-request-id`. */
  readonly requestId?: string
  /** The operation, such as `sign`; `control`, `identity`, `management` for requests to those. */
  readonly operation?: string
  /** The name of the key, as in the path. */
  readonly key?: string
  /** The caller that the token names. */
  readonly caller?: string
  /** `error.code` of an error. */
  readonly code?: string
  /** Why a request was refused, such as what is wrong with its token. */
  readonly reason?: string
}

/** Receives each request. What it throws is reported once as a warning, and changes no response. */
export type LogListener = (entry: RequestLogEntry) => void

/** Where and how much to log. */
export interface LogOptions {
  /** Defaults to `text`. */
  readonly format?: LogFormat
  /** The least level that is logged. Defaults to `info`: every request but those to the operator's listener. */
  readonly level?: LogLevel
  /** Receives each line, with its line break. Defaults to stderr. */
  readonly write?: (line: string) => void
}

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
   * The PostgreSQL database in which keys, settings and the clock are stored, for any number of servers: its address, as
   * `postgres://user@host:5432/database`, or `true` for the one that the variables `PGHOST`, `PGPORT`, `PGUSER`,
   * `PGPASSWORD` and `PGDATABASE` of the environment name. It needs `stateKey`. Defaults to `false`.
   */
  readonly postgres?: boolean | string
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
  /**
   * Answers what the HSMs ask of their external key manager: a function, which may return a promise. By default none can be
   * reached. Not with `ekmProxy`.
   */
  readonly externalKeyManager?: AsyncExternalKeyManager
  /**
   * The URL of an EKM proxy, which answers in place of the host that an EKM connection names: `http:` or `https:`, with a
   * path if it has one. The path prefix of the connection goes behind. By default none can be reached.
   */
  readonly ekmProxy?: string
  /** Whether to add the control API under `/control`, for callers on this machine. Defaults to `false`. */
  readonly control?: boolean
  /**
   * Whether to add the console under `/console/`, a web page for callers on this machine, or elsewhere with the
   * `controlToken`. It includes `control`. Defaults to `false`.
   */
  readonly console?: boolean
  /**
   * With `control`: the token with which callers on other machines, in other containers or behind a proxy may use the
   * control API. 16 to 1,024 visible ASCII characters. Without it, only callers on this machine may.
   */
  readonly controlToken?: string
  /**
   * The log: a format, options, or a function that receives each request. Warnings, start and end are in it too, but for
   * a function. Defaults to none.
   */
  readonly log?: LogFormat | LogOptions | LogListener
  /**
   * The file of the audit log: a line for each request to an HSM with a token, as the diagnostic settings of a Managed HSM
   * deliver it. It is appended to, created for its owner alone, and created again where it was renamed. Defaults to none.
   */
  readonly auditLog?: string
  /**
   * The port of a listener for operators, over plain HTTP: `/healthz`, `/readyz` and `/metrics`; 0 for any free one. By
   * default there is none.
   */
  readonly opsPort?: number
  /** The address of that listener. Defaults to `127.0.0.1`. Its pages need no token and show no name or key. */
  readonly opsHost?: string
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
type Absent =
  | 'seed'
  | 'state'
  | 'stateKey'
  | 'certificate'
  | 'authority'
  | 'audiences'
  | 'controlToken'
  | 'log'
  | 'auditLog'
  | 'opsPort'
  | 'externalKeyManager'
  | 'ekmProxy'

/** The options with their defaults. */
export interface ServerSettings
  extends Required<Omit<ServerOptions, Absent>>,
    Pick<ServerOptions, Absent> {
  readonly limits: Required<ServerLimits>
}
