/** The REST API of Key Vault and Managed HSM keys over pocket-hsm: a `Request` goes in, a `Response` comes out. */

// Whoever plugs a handler in somewhere takes HSMs too, and need not know where they come from.
export type { Hsm } from 'pocket-hsm'
export type { Authorization, AuthorizationRequest, Authorizer } from './authorize.ts'
export type { ChallengeOptions } from './challenge.ts'
export { createFaultScript, type Fault, type FaultScript } from './faults.ts'
export { createHandler, type Handler } from './handler.ts'
export type { ReleasePreparation } from './named-issuer.ts'
export type { AuditEntry, HandlerOptions, HsmSource } from './options.ts'
export { OPERATION_NAMES, type OperationName } from './routes.ts'
export type { RsaKeyMaker } from './slow-work.ts'
export type { ThrottleLimits } from './throttle.ts'
