/** A step: what an operation does to one key's record, as a pure function; and what it may know besides. */

import type { RandomSource } from '@pocket-hsm/crypto'
import type { Container } from '@pocket-hsm/lifecycle'
import type { SecurityDomain } from '../backup/security-domain.ts'
import type { HsmError } from '../hsm-error.ts'
import type { ErrorFacts, RefusalRule } from '../service/error-texts.ts'
import type { Profile } from '../service/profiles.ts'
import type { HsmKeyRecord } from '../state/hsm-state.ts'

/** How many keys an HSM may hold, and how many versions a key may have. */
export interface KeyLimits {
  readonly keys: number
  readonly versions: number
}

/** What a step may know besides its record and input. */
export interface StepContext {
  /** Unix seconds. */
  readonly now: number
  /** How many keys the HSM holds, in any state. */
  readonly keyCount: number
  /** How many keys of this name were purged before. */
  readonly incarnation: number
  readonly baseUrl: string
  readonly profile: Profile
  readonly container: Container
  readonly limits: KeyLimits
  readonly securityDomain: SecurityDomain
  /** Whether what the service leaves open is refused. */
  readonly strict: boolean
  /** This key's own randomness, for IVs, salts and nonces. */
  readonly random: RandomSource
  /** The same for keys, which are never made from a pool of random bytes. */
  readonly keyRandom: RandomSource
  /** Makes the identifier of the version with this ordinal: the number of versions before it. */
  readonly newVersionId: (ordinal: number) => string
  /** Makes the error of a rule in the profile's words. */
  readonly refuse: (rule: RefusalRule, facts?: ErrorFacts) => HsmError
}

/** One operation on one key: pure but for the randomness that it is given. */
export type Step<Input, Result> = (
  record: HsmKeyRecord | undefined,
  input: Input,
  context: StepContext,
) => { readonly record: HsmKeyRecord | undefined; readonly result: Result }
