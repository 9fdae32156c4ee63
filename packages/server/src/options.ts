/** How a server may be started. */

import type { JsonWebKey, ProfileName } from 'pocket-hsm'

/** The bytes, sockets and seconds that a server gives to those who ask. */
export interface ServerLimits {
  /** The most bytes of a body: 4 MiB unless told, 413 beyond. */
  readonly maxBodyLength?: number
  /** The most bytes of a request's line and headers: 16 KiB unless told, 431 beyond. */
  readonly maxHeaderLength?: number
  /** The most sockets at a time: 1,000 unless told; those beyond are closed at once. */
  readonly maxConnections?: number
  /** Seconds in which a request must have arrived: 30 unless told, 408 beyond. */
  readonly requestSeconds?: number
  /** Seconds in which a request is answered: 120 unless told, 503 beyond. */
  readonly answerSeconds?: number
}

/** Who is let in: anybody with a bearer token, anybody, or who has a token that the authority signed. */
export type ServerAuth = 'any' | 'none' | 'jwt'

/** How to start a server. Everything has a default. */
export interface ServerOptions {
  /** The address to listen at: `127.0.0.1` unless told. */
  readonly host?: string
  /** 0 to 65535; 0 takes a free one. 8443 unless told. */
  readonly port?: number
  /**
   * An HSM for each name. One name or none: every request is for the one HSM. Several: a request is for the HSM
   * whose name is the host it was sent to. `contoso` stands for `contoso`, `contoso.localhost` and the address that it
   * has in the cloud; a name with a dot stands for itself.
   */
  readonly names?: readonly string[]
  /** Which service to behave like: `managed-hsm` unless told. */
  readonly profile?: ProfileName
  /** Days for which a deleted key can be recovered: 7 to 90, 90 unless told. */
  readonly softDeleteRetentionDays?: number
  /** Whether deleted keys stay until their retention has passed. `false` unless told. */
  readonly purgeProtection?: boolean
  /**
   * Fixes all randomness of keys. With several names each HSM has the seed `seed/name`.
   */
  readonly seed?: string
  /**
   * The file that keeps everything: keys, settings, the clock. What is answered is on the disk. Keys are in memory alone
   * unless told.
   */
  readonly state?: string
  /**
   * The key of the state: 32 bytes, or the file with their 64 hexadecimal digits. The path of the state with `.key`
   * behind it unless told; the file is made with the state.
   */
  readonly stateKey?: string | Uint8Array
  /** Plain HTTP in place of HTTPS. `false` unless told. */
  readonly http?: boolean
  /** A certificate of your own, PEM with its chain and its key. One is made unless told. */
  readonly certificate?: { readonly cert: string; readonly key: string }
  /** Where the made certificates are kept: `.pocket-hsm` in the home folder unless told. */
  readonly certificateFolder?: string
  /** Who is let in: `any` unless told. */
  readonly auth?: ServerAuth
  /** Who gives tokens, without a slash at the end: told in the challenge, asked for its keys by `jwt`. */
  readonly authority?: string
  /** With `jwt`: the audiences of accepted tokens; those that the challenge names unless told. */
  readonly audiences?: readonly string[]
  /** Public keys of attestation authorities by issuer; the keys of others are fetched from them over HTTPS. */
  readonly attestationKeys?: Readonly<Record<string, readonly JsonWebKey[]>>
  /** Answers `/control`: clock, faults, forks. Only to this machine. `false` unless told. */
  readonly control?: boolean
  /** Listens where others can reach it although they could read or do everything. `false` unless told. */
  readonly force?: boolean
  readonly limits?: ServerLimits
  /** Hears what the one who starts the server should know. Nobody unless told. */
  readonly warn?: (text: string) => void
}

/** The options that stay away unless told. */
type Absent = 'seed' | 'state' | 'stateKey' | 'certificate' | 'authority' | 'audiences'

/** The options with their defaults. */
export interface ServerSettings
  extends Required<Omit<ServerOptions, Absent>>,
    Pick<ServerOptions, Absent> {
  readonly limits: Required<ServerLimits>
}
