/** Who a token is about. */

/** An application, a user or a managed identity. */
export interface Principal {
  /** Its object id in the directory: `oid`. */
  readonly objectId: string
  /** The object ids of its groups. */
  readonly groups: readonly string[]
  /** The name of a user. */
  readonly name?: string
  /** The Azure resource id of a managed identity. */
  readonly resourceId?: string
}
