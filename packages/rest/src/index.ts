/** The REST API of Key Vault and Managed HSM keys over pocket-hsm: a `Request` goes in, a `Response` comes out. */

// Whoever plugs a handler in somewhere takes HSMs too, and need not know where they come from.
export type { Hsm } from 'pocket-hsm'
export type { Authorization, AuthorizationRequest, Authorizer } from './access/authorize.ts'
export type { ChallengeOptions } from './access/challenge.ts'
export type { ReleasePreparation } from './access/named-issuer.ts'
export { createFaultScript, type Fault, type FaultScript } from './faults/faults.ts'
export type { ThrottleLimits } from './faults/throttle.ts'
export { createHandler, type Handler } from './handler/handler.ts'
export type { AuditEntry, HandlerOptions, HsmSource } from './handler/options.ts'
export type { RsaKeyCall, RsaKeyMaker } from './handler/slow-work.ts'
export { OPERATION_NAMES, type OperationName } from './routes/routes.ts'
