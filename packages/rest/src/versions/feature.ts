/** One feature of the API, as data. */

import type { ApiVersion } from './api-versions.ts'

/** The services that have a table of features each. */
export type ApiService = 'vault' | 'managed-hsm'

/** The members of a body: a path such as `attributes.exportable`, and either every value or those that are new. */
export type FeatureMembers = Readonly<Record<string, 'any' | readonly string[]>>

/** A feature of the API. */
export interface ApiFeature {
  /** What code calls it. */
  readonly name: string
  /** What it is, for the reader of a table. */
  readonly title: string
  /** The first api-version that has it, by service. A service without the feature has no member. */
  readonly since: Readonly<Partial<Record<ApiService, ApiVersion>>>
  /** The last api-version that has it. By default the newest. */
  readonly until?: ApiVersion
  /** The operations that it brings, by the names of their functions. An operation is in one row. */
  readonly operations?: readonly string[]
  /** What it brings to the request bodies of operations that may be older. */
  readonly members?: Readonly<Record<string, FeatureMembers>>
  /** The attributes that it brings to responses. */
  readonly attributes?: readonly string[]
  /**
   * Whether an older api-version lacks it for every handler. By default only for a strict one: clients mix versions, and
   * a test should not fail for that.
   */
  readonly isAlwaysGated?: true
  /** `false` if the handler does not have it in any api-version. */
  readonly isServed?: false
  /** How sure the versions are. */
  readonly known: 'documented' | 'recorded' | 'inferred'
}
