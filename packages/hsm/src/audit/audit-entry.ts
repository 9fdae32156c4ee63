/** What the audit trail says: who did what to which key, when, and how it ended. Never bytes, tags or attributes. */

/** The operations of an HSM, by the names of their functions. */
export const HSM_OPERATIONS = [
  'backupKey',
  'createKey',
  'decrypt',
  'deleteKey',
  'encrypt',
  'getDeletedKey',
  'getKey',
  'getKeyAttestation',
  'getRandomBytes',
  'getRotationPolicy',
  'importKey',
  'importPem',
  'listDeletedKeys',
  'listKeyVersions',
  'listKeys',
  'purgeDeletedKey',
  'recoverDeletedKey',
  'releaseKey',
  'restoreKey',
  'rotateKey',
  'sign',
  'unwrapKey',
  'updateKey',
  'updateRotationPolicy',
  'verify',
  'wrapKey',
] as const

/** One of {@link HSM_OPERATIONS}. */
export type HsmOperation = (typeof HSM_OPERATIONS)[number]

/** Which version of its key each operation is about: one that is there, or one that it makes; the others, of none. */
export const VERSION_OF: Readonly<Partial<Record<HsmOperation, 'used' | 'made'>>> = {
  createKey: 'made',
  decrypt: 'used',
  encrypt: 'used',
  getKey: 'used',
  getKeyAttestation: 'used',
  importKey: 'made',
  importPem: 'made',
  releaseKey: 'used',
  restoreKey: 'made',
  rotateKey: 'made',
  sign: 'used',
  unwrapKey: 'used',
  updateKey: 'used',
  verify: 'used',
  wrapKey: 'used',
}

/** How a refused call was answered. */
export interface AuditRefusal {
  readonly status: number
  readonly code: string
  readonly innerCode?: string
}

/** One call, or one change that time made. What was not known when it ended is absent. */
export interface AuditEntry {
  /** Milliseconds since 1970 on the HSM's clock: when the call came, or when a change of time fell due. */
  readonly at: number
  /** The name of the function. */
  readonly operation: HsmOperation
  /** The name of the key: as the key spells it, or as it was asked for where there is none. */
  readonly key?: string
  /** The version that was used or made. */
  readonly version?: string
  readonly alg?: string
  /** Who called, where the handle says so: see `viewHsm`. */
  readonly caller?: string
  /** A `verify` that answered `false` is a success: it was a call that was answered. */
  readonly outcome: 'success' | AuditRefusal
  /** Nobody called: a rotation policy made the version, or the end of its retention purged the key. */
  readonly byTime?: true
}
