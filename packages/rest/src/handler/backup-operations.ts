/** Full backups and restores: each request starts a job and returns before its work is done. */

import {
  getBackupStatus,
  getRestoreStatus,
  type HsmJob,
  type HsmJobKind,
  type HsmJobOutcome,
  importFullBackup,
  restoreKeyFromFullBackup,
  viewHsm,
} from 'pocket-hsm'
import { endInterrupted, startRunning } from '../full-backup/running-jobs.ts'
import type { StorageFolder } from '../full-backup/storage.ts'
import { checkReading, checkWriting, readBackup, writeBackup } from '../full-backup/transfer.ts'
import {
  parseBackup,
  parseCheckBackup,
  parseCheckRestore,
  parseFullRestore,
  parseKeyRestore,
} from '../requests/parse-backup.ts'
import { reply } from '../responses/reply.ts'
import type { ResponseParts } from '../responses/response-parts.ts'
import type { BackupOperationName } from '../routes/backup-routes.ts'
import { invalidName } from '../wire/errors.ts'
import type { Call } from './call.ts'

/** The operations. */
export const BACKUP_OPERATIONS: Readonly<Record<BackupOperationName, (call: Call) => unknown>> = {
  startBackup: (call) => {
    const container = parseBackup(call)
    return started(call, 'startBackup', container, async () => ({
      storageUri: await call.later((host) => writeBackup(host, call.storage, container)),
    }))
  },
  checkBackup: (call) => {
    const container = parseCheckBackup(call)
    return started(call, 'checkBackup', container, async () => {
      if (container === undefined) return {}
      await checkWriting(call.storage, container)
      return { storageUri: container.url }
    })
  },
  getBackupStatus: async (call) => {
    await endInterrupted(call)
    return jobBody(getBackupStatus(call.hsm, call.segments['id'] ?? ''))
  },
  startRestore: (call) => {
    const folder = parseFullRestore(call)
    return started(call, 'startRestore', folder, async () => {
      const blobs = await readBackup(call.storage, folder)
      await call.later((host) => importFullBackup(viewHsm(host, call.viewOptions), blobs))
      return {}
    })
  },
  checkRestore: (call) => {
    const folder = parseCheckRestore(call)
    return started(call, 'checkRestore', folder, async () => {
      if (folder !== undefined) await call.later((host) => checkReading(host, call.storage, folder))
      return {}
    })
  },
  startKeyRestore: (call) => {
    const folder = parseKeyRestore(call)
    const { name } = call
    if (!/^[0-9a-z-]{1,127}$/i.test(name)) throw invalidName(name.slice(0, 256))
    return started(call, 'startKeyRestore', folder, async () => {
      const blobs = await readBackup(call.storage, folder)
      await call.later((host) =>
        restoreKeyFromFullBackup(viewHsm(host, call.viewOptions), name, blobs),
      )
      return {}
    })
  },
  getRestoreStatus: async (call) => {
    await endInterrupted(call)
    return jobBody(getRestoreStatus(call.hsm, call.segments['id'] ?? ''))
  },
}

/** Starts the work of a request. */
async function started(
  call: Call,
  kind: HsmJobKind,
  folder: StorageFolder | undefined,
  work: () => Promise<HsmJobOutcome>,
): Promise<ResponseParts> {
  const { name, origin } = call
  const job = await startRunning({ ...call, kind, request: JSON.stringify([name, folder]), work })
  return reply({
    status: 202,
    json: jobBody({ ...job, status: 'InProgress' }),
    headers: {
      'azure-asyncoperation': `${origin}/${isBackup(kind) ? 'backup' : 'restore'}/${job.id}/pending`,
      // Seconds. Clients take 0 for no header at all and wait for their own default.
      'retry-after': '1',
    },
  })
}

const isBackup = (kind: HsmJobKind): boolean => kind === 'startBackup' || kind === 'checkBackup'

/** Until a job has ended, its error is an object of nulls; old clients take any `statusDetails` for a failure. */
const NO_ERROR_YET = { code: null, message: null, innererror: null }

function jobBody({ id, kind, status, startTime, endTime, error, storageUri }: HsmJob): unknown {
  const { code, message } = error ?? {}
  return {
    status,
    statusDetails: message ?? null,
    error:
      status === 'InProgress' ? NO_ERROR_YET : error ? { code, message, innererror: null } : null,
    startTime,
    endTime: endTime ?? null,
    jobId: id,
    ...(isBackup(kind) && { azureStorageBlobContainerUri: storageUri ?? null }),
  }
}
