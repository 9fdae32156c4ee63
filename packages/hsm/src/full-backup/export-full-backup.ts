/** Full backup of a Managed HSM: what POST /backup writes to storage. */

import { readInstant } from '../engine/audit-context.ts'
import type { Hsm } from '../engine/hsm.ts'
import { runOperation } from '../engine/run-operation.ts'
import { allKeys } from '../state/find-keys.ts'
import { type FullBackupBlob, folderName, inBlobs } from './layout.ts'
import { checkHasFullBackup, sealBackupState } from './sealed-backup.ts'

/** A full backup. */
export interface FullBackup<Blobs = readonly FullBackupBlob[]> {
  /** The name for its folder: `mhsm-{HSM}-{16 digits}`, from the HSM's address and its clock. */
  readonly folder: string
  /** Its blobs, the manifest last. */
  readonly blobs: Blobs
}

/**
 * Backs up a whole Managed HSM: every key in every state with all versions, attributes, tags and policies, the settings
 * and the roles.
 *
 * The backup is encrypted and authenticated under the security domain: only an HSM with that domain can restore it. What
 * belongs to the HSM itself is not in it: its address, seed, clock, jobs and the key that it signs attestations with.
 *
 * @returns The name of a folder and the blobs for it: parts of about 4 MiB, and a manifest of less than 1 KiB.
 * @throws {@link HsmError} 400 `BadParameter` - the HSM behaves like a vault, which has no full backup.
 * @see Managed HSM REST API, Full Backup
 *
 * @example
 * ```ts
 * import { createHsm, createKey, exportFullBackup, getKey, importFullBackup } from 'pocket-hsm'
 *
 * const hsm = createHsm()
 * const { key } = createKey(hsm, 'orders', { kty: 'EC-HSM' })
 * const { folder, blobs } = exportFullBackup(hsm)
 * folder.startsWith('mhsm-pocket-') // true
 * createKey(hsm, 'orders', { kty: 'EC-HSM' })
 * importFullBackup(hsm, blobs)
 * getKey(hsm, 'orders').key.kid === key.kid // true
 * ```
 */
export function exportFullBackup(hsm: Hsm): FullBackup {
  const { folder, blobs } = exportFullBackupInParts(hsm)
  return { folder, blobs: [...blobs] }
}

/**
 * Backs up a whole Managed HSM blob by blob, so that each can be stored before the next one is made.
 *
 * The blobs are those of {@link exportFullBackup} at the moment of this call, whatever happens to the HSM meanwhile.
 *
 * @throws {@link HsmError} 400 `BadParameter` - the HSM behaves like a vault, which has no full backup.
 *
 * @example
 * ```ts
 * import { createHsm, exportFullBackupInParts } from 'pocket-hsm'
 *
 * const { blobs } = exportFullBackupInParts(createHsm())
 * const names = [...blobs].map(({ name }) => name)
 * names.at(-1) // 'manifest.json'
 * ```
 */
export function exportFullBackupInParts(
  hsm: Hsm,
): FullBackup<Generator<FullBackupBlob, undefined>> {
  return runOperation(hsm, 'exportFullBackup', (call) => {
    const { engine } = call
    checkHasFullBackup(engine)
    allKeys(engine.state)
    const folder = folderName(engine.baseUrl, readInstant(call))
    return { folder, blobs: inBlobs(sealBackupState(engine, engine.state)) }
  })
}
