/** The settings of a Managed HSM, and what is stored of them. */

import { type AdministrationMember, administrationMember } from '../state/administration.ts'

/** A setting as the service returns it: its value is text whatever its type. */
export interface HsmSetting {
  /** Case counts. */
  readonly name: string
  readonly type: 'boolean'
  readonly value: 'true' | 'false'
}

/** The value of each setting that was changed, by name. */
export type StoredSettings = Readonly<Record<string, HsmSetting['value']>>

/** The member of the administration state. */
export const SETTINGS: AdministrationMember<StoredSettings> = administrationMember<StoredSettings>({
  name: 'settings',
  initial: {},
  serialize: (values) => values,
  parse: (values) => values,
})

/**
 * Every setting with its default: the one that recordings of the service have.
 *
 * @see Managed HSM REST API, settings
 */
export const DEFAULTS: readonly HsmSetting[] = [
  { name: 'AllowKeyManagementOperationsThroughARM', type: 'boolean', value: 'false' },
]
