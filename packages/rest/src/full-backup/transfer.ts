/** What jobs do with storage: writing a backup, reading one, checking that either would succeed. */

import {
  exportFullBackupInParts,
  type FullBackupBlob,
  forkHsm,
  fullBackupBlobNames,
  type Hsm,
  HsmError,
  importFullBackup,
} from 'pocket-hsm'
import {
  errorCodeOf,
  readBlob,
  refusedBy,
  requestBlob,
  type Storage,
  type StorageFolder,
  storageError,
  writeBlob,
} from './storage.ts'

const MANIFEST = 'manifest.json'

/** More bytes than a manifest has. */
const LONGEST_MANIFEST = 4096

/** The most bytes of a backup that is restored: it is held in memory as a whole. */
const LONGEST_BACKUP = 1024 ** 3

/** Writes a backup of the HSM as it is now into a new folder; returns the URL of the folder. */
export function writeBackup(
  hsm: Hsm,
  storage: Storage,
  { url, token }: StorageFolder,
): Promise<string> {
  // Through a fork: the call that the audit trail names is the one that started the job.
  const { folder, blobs } = exportFullBackupInParts(forkHsm(hsm))
  const target: StorageFolder = { url: `${url}/${folder}`, token }
  return write()

  async function write(): Promise<string> {
    for (const blob of blobs) await writeBlob(storage, target, blob)
    return target.url
  }
}

/** Reads all blobs of a backup. */
export async function readBackup(
  storage: Storage,
  folder: StorageFolder,
): Promise<readonly FullBackupBlob[]> {
  const manifest = await readBlob(storage, folder, MANIFEST, LONGEST_MANIFEST)
  const counted = fullBackupBlobNames(manifest)
  if (counted === undefined || counted.length > LONGEST_BACKUP) {
    throw storageError(
      'StorageError',
      'The folder has no manifest of a full backup that can be read.',
    )
  }
  const blobs: FullBackupBlob[] = [{ name: MANIFEST, bytes: manifest }]
  let remaining = counted.length
  for (const name of counted.names) {
    if (name === MANIFEST) continue
    const bytes = await readBlob(storage, folder, name, remaining)
    remaining -= bytes.length
    blobs.push({ name, bytes })
  }
  return blobs
}

/**
 * Checks that a backup could be written, and writes nothing: it asks for a blob that is not there.
 *
 * A signature that may write but not read is refused for reading only, which shows that it is a valid one.
 */
export async function checkWriting(storage: Storage, folder: StorageFolder): Promise<void> {
  const rights = new URLSearchParams(folder.token).get('sp')
  if (rights !== null && !/[cw]/.test(rights)) {
    throw storageError('StorageAccessDenied', 'The shared access signature allows no writing.')
  }
  const response = await requestBlob(storage, folder, 'mhsm-prebackup')
  await response.body?.cancel()
  const reason = errorCodeOf(response)
  if (response.ok || reason === 'BlobNotFound') return
  if (reason === 'AuthorizationPermissionMismatch') return
  if (response.status === 404 && reason === undefined) return
  throw refusedBy(response, 'The container cannot be used')
}

/** Checks that a backup could be restored: it is read and restored into a copy. */
export async function checkReading(
  hsm: Hsm,
  storage: Storage,
  folder: StorageFolder,
): Promise<void> {
  importFullBackup(forkHsm(hsm), await readBackup(storage, folder))
}

/** Returns what a job's error says: nothing of an unforeseen one. */
export function jobError(error: unknown): { readonly code: string; readonly message: string } {
  if (error instanceof HsmError) return { code: error.code, message: error.message }
  return { code: 'InternalServerError', message: 'An unexpected error occurred.' }
}
