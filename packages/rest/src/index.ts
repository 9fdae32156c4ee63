/** The REST API of Key Vault and Managed HSM keys for pocket-hsm: takes a `Request`, returns a `Response`. */

// Code that mounts a handler takes HSMs as arguments, and need not depend on pocket-hsm for their type.
export type { Hsm } from 'pocket-hsm'
export {
  type Authorization,
  type AuthorizationRequest,
  type Authorizer,
  authorizationOf,
  type CallerIdentity,
} from './access/authorize.ts'
export type { ChallengeOptions } from './access/challenge.ts'
export type { ReleasePreparation } from './access/named-issuer.ts'
export type { AuditEntry } from './audit-events/audit-entry.ts'
export type {
  AuditEvent,
  AuditResource,
  ManagedHsmAuditEvent,
  VaultAuditEvent,
} from './audit-events/audit-event.ts'
export { type AuditSource, formatAuditEvents } from './audit-events/format-audit-events.ts'
export {
  type ControlClock,
  type ControlledHsm,
  type ControlledHsmOptions,
  createControlledHsm,
  type ThrottleSetting,
} from './control/controlled.ts'
export { type Control, type Controlled, createControl } from './control/create-control.ts'
export type {
  AsyncExternalKeyManager,
  AuditedExternalKeyRequest,
  ExternalKeyCall,
} from './external-keys/ask-manager.ts'
export { createProxyKeyManager, type EkmProxyOptions } from './external-keys/proxy-key-manager.ts'
export type { Fault } from './faults/fault.ts'
export { createFaultScript, type FaultScript } from './faults/faults.ts'
export type { ThrottleLimits } from './faults/throttle.ts'
export type { JobLease } from './full-backup/running-jobs.ts'
export type { Storage } from './full-backup/storage.ts'
export { createHandler, type Handler } from './handler/handler.ts'
export type { RsaKeyCall, RsaKeyMaker } from './handler/make-rsa-keys.ts'
export type { HandlerOptions, HsmSource, Transaction } from './handler/options.ts'
export type { ManagedHsmHosting, NewManagedHsm } from './management/hosting.ts'
export {
  createHsmHosting,
  type HsmHosting,
  type HsmHostingOptions,
} from './management/hsm-hosting.ts'
export {
  createManagementHandler,
  type ManagementHandler,
  type ManagementOptions,
} from './management/management-handler.ts'
export type {
  GroupResource,
  HsmResource,
  ManagementState,
  StoredOperation,
} from './management/resources.ts'
export { OPERATION_NAMES, type OperationName } from './routes/routes.ts'
export { API_VERSIONS, type ApiVersion } from './versions/api-versions.ts'
export type { ApiFeature, ApiService, FeatureMembers } from './versions/feature.ts'
export { API_FEATURES } from './versions/features.ts'
export { hasFeature } from './versions/has-feature.ts'
