/** The routes of full backups and restores. */

import type { Route } from './route.ts'

/** The operations of full backups and restores. */
export type BackupOperationName =
  | 'startBackup'
  | 'checkBackup'
  | 'getBackupStatus'
  | 'startRestore'
  | 'checkRestore'
  | 'startKeyRestore'
  | 'getRestoreStatus'

const STARTED = { status: 202 } as const

/** A token is not needed: the Python client polls without one if the letters of the host differ in case. */
const POLLED = { method: 'GET', body: 'none', needsNoToken: true } as const

/** The routes: five start a job, two poll it. */
export const BACKUP_ROUTES: readonly Route<BackupOperationName>[] = [
  { method: 'POST', path: 'backup', operation: 'startBackup', body: 'object', ...STARTED },
  {
    method: 'POST',
    path: 'prebackup',
    operation: 'checkBackup',
    body: 'empty',
    ...STARTED,
  },
  { path: 'backup/{id}/pending', operation: 'getBackupStatus', ...POLLED },
  { method: 'PUT', path: 'restore', operation: 'startRestore', body: 'object', ...STARTED },
  {
    method: 'PUT',
    path: 'prerestore',
    operation: 'checkRestore',
    body: 'empty',
    ...STARTED,
  },
  { path: 'restore/{id}/pending', operation: 'getRestoreStatus', ...POLLED },
  {
    method: 'PUT',
    path: 'keys/{name}/restore',
    operation: 'startKeyRestore',
    body: 'object',
    ...STARTED,
  },
]
