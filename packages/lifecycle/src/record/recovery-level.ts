/** How a container's soft-delete settings are called on the wire. */

import type { Container } from './key-record.ts'

/** The retention that counts as the default; every shorter one is called customized. */
const DEFAULT_RETENTION_DAYS = 90

/**
 * The `recoveryLevel` attribute of every key in a container.
 *
 * @returns `Recoverable`, with `Customized` before it where the retention is under 90 days and
 *   `+Purgeable` after it where there is no purge protection.
 * @see Key Vault REST API, DeletionRecoveryLevel
 *
 * @example
 * ```ts
 * import { recoveryLevel } from '@pocket-hsm/lifecycle'
 *
 * recoveryLevel({ softDeleteRetentionDays: 7, purgeProtection: false }) // 'CustomizedRecoverable+Purgeable'
 * ```
 */
export function recoveryLevel(
  container: Pick<Container, 'softDeleteRetentionDays' | 'purgeProtection'>,
): string {
  const customized = container.softDeleteRetentionDays < DEFAULT_RETENTION_DAYS ? 'Customized' : ''
  const purgeable = container.purgeProtection ? '' : '+Purgeable'
  return `${customized}Recoverable${purgeable}`
}
