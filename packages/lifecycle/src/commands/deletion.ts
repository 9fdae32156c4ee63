/** The commands that delete, recover and purge a key. */

import type { Container, KeyRecord, StoredState } from '../record/key-record.ts'
import { waitsForTime } from '../record/notices.ts'
import { type Command, LIFE_CYCLE } from '../rules/life-cycle.ts'
import type { Changed, Refused } from './outcome.ts'

const SECONDS_PER_DAY = 86_400

/**
 * Soft-deletes a key: every version stays until the end of the retention period.
 *
 * @param container - The retention period, and the duration of a deletion.
 * @param now - `deletedDate`, in Unix seconds; `scheduledPurgeDate` is one retention period later.
 * @returns The deleted or deleting key, or the table's refusal.
 *
 * @example
 * ```ts
 * import { deleteKey } from '@pocket-hsm/lifecycle'
 *
 * const container = { softDeleteRetentionDays: 90, purgeProtection: false, settlingSeconds: 0 }
 * deleteKey(undefined, container, 0) // { refused: 'keyNotFound' }
 * ```
 */
export function deleteKey<Material>(
  record: KeyRecord<Material> | undefined,
  container: Container,
  now: number,
): Changed<Material> | Refused {
  const scheduledPurgeDate = now + container.softDeleteRetentionDays * SECONDS_PER_DAY
  return move(record, 'delete', container, now, { deletedDate: now, scheduledPurgeDate })
}

/**
 * Recovers a deleted key with all its versions, attributes and tags unchanged.
 *
 * @param container - The duration of a recovery.
 * @param now - The instant, in Unix seconds.
 * @returns The active or recovering key, or the table's refusal.
 *
 * @example
 * ```ts
 * import { recoverKey } from '@pocket-hsm/lifecycle'
 *
 * const container = { softDeleteRetentionDays: 90, purgeProtection: false, settlingSeconds: 0 }
 * recoverKey(undefined, container, 0) // { refused: 'keyToRecoverNotFound' }
 * ```
 */
export function recoverKey<Material>(
  record: KeyRecord<Material> | undefined,
  container: Container,
  now: number,
): Changed<Material> | Refused {
  return move(record, 'recover', container, now, undefined)
}

/**
 * Purges a deleted key: its versions are dropped at once.
 *
 * @param container - With purge protection a key is purged only when its retention has passed. Also gives how long a
 *   purge takes, during which no other key can have the name.
 * @param now - The instant, in Unix seconds.
 * @returns The record without versions where the purge takes time, otherwise no record; or the refusal.
 *
 * @example
 * ```ts
 * import { purgeKey } from '@pocket-hsm/lifecycle'
 *
 * purgeKey(undefined, { purgeProtection: false, settlingSeconds: 0 }, 0) // { refused: 'deletedKeyNotFound' }
 * ```
 */
export function purgeKey<Material>(
  record: KeyRecord<Material> | undefined,
  container: Pick<Container, 'purgeProtection' | 'settlingSeconds'>,
  now: number,
): { readonly record: KeyRecord<Material> | undefined } | Refused {
  const outcome = LIFE_CYCLE.purge[record?.state ?? 'absent']
  if ('refused' in outcome) return outcome
  const { purgeProtection, settlingSeconds } = container
  if (purgeProtection && outcome.protectedBy !== undefined) return { refused: outcome.protectedBy }
  if (record === undefined || settlingSeconds === 0) return { record: undefined }
  const settlesAt = now + settlingSeconds
  return { record: { name: record.name, state: 'purging', versions: [], settlesAt } }
}

function move<Material>(
  record: KeyRecord<Material> | undefined,
  command: Command,
  container: Container,
  now: number,
  deletion: KeyRecord<Material>['deletion'],
): Changed<Material> | Refused {
  const outcome = LIFE_CYCLE[command][record?.state ?? 'absent']
  if ('refused' in outcome) return outcome
  const { deletion: _, settlesAt, ...rest } = record as KeyRecord<Material>
  const isSlow = container.settlingSeconds > 0 && outcome.slowly !== undefined
  const state = (isSlow ? outcome.slowly : outcome.next) as StoredState
  return {
    record: {
      ...rest,
      state,
      ...(deletion && { deletion }),
      // A key can rotate only after its recovery has completed.
      ...(command === 'recover' &&
        waitsForTime(rest) && { recoveredAt: now + container.settlingSeconds }),
      ...(isSlow && { settlesAt: now + container.settlingSeconds }),
    },
  }
}
