/** The wire name of a container's soft-delete settings. */

import type { Container } from './key-record.ts'

/** The default retention period; a shorter one is called customized. */
const DEFAULT_RETENTION_DAYS = 90

/**
 * The `recoveryLevel` attribute of every key in a container.
 *
 * @returns `Recoverable`, prefixed with `Customized` for a retention under 90 days, and followed by `+Purgeable`
 *   without purge protection.
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
