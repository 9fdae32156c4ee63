/** What the management plane needs of whoever runs the HSMs. */

/** An HSM to make. */
export interface NewManagedHsm {
  /** As it was requested; names are compared without regard to case. */
  readonly name: string
  readonly softDeleteRetentionDays: number
  readonly purgeProtection: boolean
  /** The object ids of its first administrators, at least one: of no effect unless it has access control. */
  readonly administrators: readonly string[]
}

/**
 * Runs the HSMs that the management plane creates. Every function is synchronous, and throws before it has changed
 * anything or not at all. Names differ in more than their case.
 */
export interface ManagedHsmHosting {
  /** The clock of its HSMs: milliseconds since 1970. */
  readonly now: () => number
  /** Whether something else has the host of a name. */
  readonly isTaken: (name: string) => boolean
  /**
   * Whether the HSMs that it makes have access control, with the administrators of a creation as the first ones. `false`:
   * every caller may do everything, and the resource says so to who has named administrators. Defaults to `true`.
   */
  readonly hasAccessControl?: boolean
  /** Makes an HSM, reachable at its host. */
  readonly create: (hsm: NewManagedHsm) => void
  /** Makes an HSM unreachable, or reachable again. What it holds stays. */
  readonly setReachable: (name: string, isReachable: boolean) => void
  /** Ends an HSM for good. */
  readonly destroy: (name: string) => void
  /** Applies a purge protection that was switched on. */
  readonly protect?: (name: string) => void
  /** Whether the security domain of an HSM was downloaded, or one uploaded. */
  readonly isActivated: (name: string) => boolean
}
