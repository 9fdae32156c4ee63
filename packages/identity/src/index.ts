/** A stand-in for Microsoft Entra ID and the managed-identity endpoints in tests, as a fetch-style handler. */

export type { TokenCheck, VerifiedToken } from './grants/verify-token.ts'
export { createIdentityHandler, type IdentityHandler } from './handler/identity-handler.ts'
export { IDENTITY_HOSTS } from './names/hosts.ts'
export { objectIdOf } from './names/object-id.ts'
export type { IdentityError } from './options/identity-error.ts'
export type {
  Application,
  Federation,
  IdentityOptions,
  ManagedIdentity,
  Tenant,
  User,
} from './options/options.ts'
export type { PublicSigningKey } from './tokens/signing-key.ts'
