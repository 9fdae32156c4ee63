/** What the conformance suite asks of a thing under test: the facade's functions, bound to one HSM of its own. */

import type * as facade from '../../src/index.ts'
import type { Hsm, HsmOptions, JsonWebKey, ProfileName } from '../../src/index.ts'

/** The operations that the suite asks for, by the facade's names. */
export const OPERATIONS = [
  'createKey',
  'importKey',
  'getKey',
  'updateKey',
  'listKeys',
  'listKeyVersions',
  'listDeletedKeys',
  'deleteKey',
  'getDeletedKey',
  'recoverDeletedKey',
  'purgeDeletedKey',
  'backupKey',
  'restoreKey',
  'rotateKey',
  'encrypt',
  'decrypt',
  'wrapKey',
  'unwrapKey',
  'sign',
  'verify',
  'getRandomBytes',
] as const

/** With those that only previews of the API have. */
export const PREVIEW_OPERATIONS = [...OPERATIONS, 'secureWrapKey', 'secureUnwrapKey'] as const

/** A facade function without its HSM; what stands between may take time. */
type Bound<Operation> = Operation extends (hsm: Hsm, ...rest: infer Rest) => infer Result
  ? (...rest: Rest) => Result | Promise<Result>
  : never

/** The operations of one HSM, by whatever way they are reached. */
export type Service = {
  readonly [Name in (typeof OPERATIONS)[number]]: Bound<(typeof facade)[Name]>
}

/** The operations of one HSM by an api-version that has ML-DSA, secure wrap and secure unwrap. */
export type PreviewService = {
  readonly [Name in (typeof PREVIEW_OPERATIONS)[number]]: Bound<(typeof facade)[Name]>
}

/** What the suite reads of a refusal: what every way of reaching an HSM can tell. */
export interface SeenRefusal {
  readonly status: number
  readonly code: string
  readonly innerCode?: string | undefined
  readonly message: string
}

/** The refusal of a call; a call that does not refuse fails the test. */
export type RefusalOf = (call: () => unknown) => Promise<SeenRefusal>

/** What to make. */
export interface SubjectOptions {
  readonly profile: ProfileName
  readonly softDeleteRetentionDays?: number
  readonly purgeProtection?: boolean
  /** The public keys of the attestation authorities to trust, by issuer. */
  readonly attestationKeys?: Readonly<Record<string, readonly JsonWebKey[]>>
}

/** The same as options of an engine. */
export const engineOptions = ({ attestationKeys, ...options }: SubjectOptions): HsmOptions => ({
  ...options,
  ...(attestationKeys && { attestationKeys: (issuer) => attestationKeys[issuer] }),
})

/** A fresh HSM behind a service, and what a test needs beside it. */
export interface Subject {
  readonly service: Service
  /** The same HSM by api-version 2026-05-01-preview; the service itself if nothing between has versions. */
  readonly preview: PreviewService
  /** What identifiers begin with. */
  readonly baseUrl: string
  /** Lets so many seconds pass on the clock of the HSM. */
  passTime(seconds: number): void
  /** What was thrown, as a refusal; anything else is thrown on. */
  seenRefusal(thrown: unknown): SeenRefusal
  /** Called once the test is over. */
  close?(): Promise<void> | void
}

/** Makes a subject; called before each test. */
export type MakeSubject = (options: SubjectOptions) => Subject | Promise<Subject>
