/** What a role is made of. */

/** Data actions that a role allows, and those among them that it does not. */
export interface Permission {
  /** Kept, and of no effect: a Managed HSM has data actions only. */
  readonly actions: readonly string[]
  readonly notActions: readonly string[]
  readonly dataActions: readonly string[]
  /** Subtracted from `dataActions` of this permission; what another role allows, it does not take away. */
  readonly notDataActions: readonly string[]
}

/** A role, as far as the decision looks at it. */
export interface Role {
  readonly permissions: readonly Permission[]
}

/** A role that every Managed HSM has. */
export interface BuiltInRole extends Role {
  /** A GUID. */
  readonly name: string
  readonly roleName: string
}

/** A role given to a principal at a scope. */
export interface Assignment {
  /** The object id of a user, a group or a service principal. */
  readonly principalId: string
  /** The identifier of a role definition, which ends in its GUID, or the GUID alone. */
  readonly roleDefinitionId: string
  /** `/`, `/keys` or `/keys/{name}`. */
  readonly scope: string
}
