/** A software HSM over HTTPS, for any client of Key Vault or Managed HSM keys; and the `pocket-hsm` command. */

export type {
  LogFormat,
  LogLevel,
  LogListener,
  LogOptions,
  RequestLogEntry,
  ServerAuth,
  ServerLimits,
  ServerOptions,
} from './options.ts'
export type { ServerError, ServerErrorCode } from './server-error.ts'
export { type PocketServer, startServer } from './start-server.ts'
