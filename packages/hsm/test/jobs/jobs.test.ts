import { describe, expect, it } from 'vitest'
import {
  applyChanges,
  createHsm,
  exportChanges,
  exportState,
  finishJob,
  forkHsm,
  getBackupStatus,
  getJobInProgress,
  getRestoreStatus,
  type Hsm,
  type HsmJobKind,
  importState,
  startJob,
} from '../../src/index.ts'
import { errorOf } from '../refusal.ts'
import { START, testHsm } from '../test-hsm.ts'

const URL_OF_BACKUP = 'https://contoso.test/backup/mhsm-pocket-1'
const ERROR = { code: 'StorageError', message: 'The folder does not exist.' }

describe('a job', () => {
  it('is in progress from its start, under 32 hexadecimal digits', () => {
    const { hsm } = testHsm()
    const job = startJob(hsm, 'startBackup')
    expect(job).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{32}$/),
      kind: 'startBackup',
      status: 'InProgress',
      startTime: START,
    })
    expect(getBackupStatus(hsm, job.id)).toEqual(job)
    expect(getJobInProgress(hsm)).toEqual(job)
  })

  it('has another identifier each time, and the same one in every run under a seed', () => {
    const ids = () => {
      const { hsm } = testHsm()
      return [1, 2, 3].map(() => {
        const { id } = startJob(hsm, 'startBackup')
        finishJob(hsm, id)
        return id
      })
    }
    expect(new Set(ids()).size).toBe(3)
    expect(ids()).toEqual(ids())
    expect(startJob(createHsm(), 'startBackup').id).not.toBe(
      startJob(createHsm(), 'startBackup').id,
    )
  })

  it('succeeds with the folder of a backup, at the instant of the clock', () => {
    const { hsm, clock } = testHsm()
    const { id } = startJob(hsm, 'startBackup')
    clock.seconds += 12
    const done = finishJob(hsm, id, { storageUri: URL_OF_BACKUP })
    expect(done).toEqual({
      id,
      kind: 'startBackup',
      status: 'Succeeded',
      startTime: START,
      endTime: START + 12,
      storageUri: URL_OF_BACKUP,
    })
    expect(getBackupStatus(hsm, id)).toEqual(done)
    expect(getJobInProgress(hsm)).toBeUndefined()
  })

  it('fails with an error, and does not end twice', () => {
    const { hsm } = testHsm()
    const { id } = startJob(hsm, 'startRestore')
    const failed = finishJob(hsm, id, { error: ERROR })
    expect(failed).toMatchObject({ status: 'Failed', endTime: START, error: ERROR })
    expect(finishJob(hsm, id, {})).toEqual(failed)
    expect(getRestoreStatus(hsm, id)).toEqual(failed)
  })

  it('does not end before it began, whatever the clock does', () => {
    const { hsm, clock } = testHsm()
    const { id } = startJob(hsm, 'startBackup')
    clock.seconds -= 100
    expect(finishJob(hsm, id).endTime).toBe(START)
  })

  it.each([
    ['startBackup', 'startRestore', 'backup'],
    ['startRestore', 'startBackup', 'restore'],
    ['startKeyRestore', 'checkRestore', 'restore'],
    ['checkBackup', 'startBackup', 'backup'],
  ] as const)('%s keeps %s from starting until it has ended', (first, second, word) => {
    const { hsm } = testHsm()
    const { id } = startJob(hsm, first)
    const saved = exportState(hsm)
    expect(errorOf(() => startJob(hsm, second))).toMatchObject({
      status: 409,
      code: 'Conflict',
      message: expect.stringContaining(`Another ${word} is in progress: job ${id}.`),
    })
    expect(exportState(hsm)).toEqual(saved)
    finishJob(hsm, id)
    expect(startJob(hsm, second).status).toBe('InProgress')
  })

  it.each([
    ['startBackup', getBackupStatus, getRestoreStatus],
    ['checkBackup', getBackupStatus, getRestoreStatus],
    ['startRestore', getRestoreStatus, getBackupStatus],
    ['startKeyRestore', getRestoreStatus, getBackupStatus],
    ['checkRestore', getRestoreStatus, getBackupStatus],
  ] as const)('%s has its status in one place only', (kind, right, wrong) => {
    const { hsm } = testHsm()
    const { id } = startJob(hsm, kind)
    expect(right(hsm, id).kind).toBe(kind)
    expect(errorOf(() => wrong(hsm, id))).toMatchObject({ status: 404, code: 'JobNotFound' })
  })

  it.each(['', 'nobody', 'constructor', null, 7])('of the identifier %j is not found', (id) => {
    const { hsm } = testHsm()
    for (const call of [
      () => getBackupStatus(hsm, id as string),
      () => getRestoreStatus(hsm, id as string),
      () => finishJob(hsm, id as string),
    ]) {
      expect(errorOf(call)).toMatchObject({ status: 404, code: 'JobNotFound' })
    }
  })

  it.each(['', 'backup', 'constructor', null, 7])('cannot be of the kind %j', (kind) => {
    expect(errorOf(() => startJob(testHsm().hsm, kind as HsmJobKind)).code).toBe('BadParameter')
  })

  it('is forgotten after a hundred later ones, and takes no more than 2,048 characters for a text', () => {
    const { hsm } = testHsm()
    const ids = Array.from({ length: 150 }, () => {
      const { id } = startJob(hsm, 'startBackup')
      finishJob(hsm, id, { error: { code: 'x'.repeat(9999), message: 'y'.repeat(9999) } })
      return id
    })
    expect(errorOf(() => getBackupStatus(hsm, ids[49] as string)).code).toBe('JobNotFound')
    expect(getBackupStatus(hsm, ids[50] as string).error).toEqual({
      code: 'x'.repeat(128),
      message: 'y'.repeat(2048),
    })
  })

  it('is part of exports and of changes, and of a fork', () => {
    const { hsm } = testHsm()
    const saved = forkHsm(hsm)
    const copy: Hsm = importState(exportState(saved), { seed: 'pocket-hsm tests' })
    const { id } = startJob(hsm, 'startBackup')
    applyChanges(copy, exportChanges(hsm, saved) ?? new Uint8Array())
    expect(getBackupStatus(copy, id)).toEqual(getBackupStatus(hsm, id))
    expect(getJobInProgress(saved)).toBeUndefined()
    const again = importState(exportState(hsm), { seed: 'pocket-hsm tests' })
    expect(getJobInProgress(again)?.id).toBe(id)
  })

  it('is not what a vault has', () => {
    const { hsm } = testHsm({ profile: 'vault-premium' })
    expect(errorOf(() => startJob(hsm, 'startBackup')).message).toContain(
      'A vault has no full backup',
    )
    expect(errorOf(() => getBackupStatus(hsm, 'a')).message).toContain('A vault has no full backup')
  })
})
