/** An export that goes back to where it came from. */

import { describe, expect, it } from 'vitest'
import {
  applyChanges,
  createHsm,
  createKey,
  createSecurityDomain,
  deleteKey,
  describeHsm,
  exportChanges,
  exportState,
  forkHsm,
  type Hsm,
  type ProfileName,
  readAudit,
  readClock,
  restoreState,
} from '../../src/index.ts'
import { furnish } from '../furnished-hsm.ts'
import { errorOf } from '../refusal.ts'
import { START } from '../test-hsm.ts'

const furnishedHsm = (profile: ProfileName): Hsm => {
  const hsm = createHsm({ profile, clock: () => START * 1000 })
  furnish(hsm)
  return hsm
}

describe('restoreState', () => {
  it('returns the HSM of the export, with the clock of the present one and an empty trail', () => {
    const hsm = furnishedHsm('managed-hsm')
    const before = describeHsm(hsm)
    const bytes = exportState(hsm)
    deleteKey(hsm, 'active')
    const restored = restoreState(hsm, bytes)
    expect(describeHsm(restored)).toEqual(before)
    expect(readClock(restored)).toBe(readClock(hsm))
    expect(readAudit(restored)).toEqual({ entries: [], lost: 0 })
  })

  it('changes nothing of the HSM that it is given', () => {
    const hsm = furnishedHsm('managed-hsm')
    const before = describeHsm(hsm)
    restoreState(hsm, exportState(createFork(hsm)))
    expect(describeHsm(hsm)).toEqual(before)
  })

  it('goes on with the seed, and with the changes that a journal writes', () => {
    const hsm = createHsm({ seed: 'a test' })
    createKey(hsm, 'orders', { kty: 'EC-HSM' })
    const bytes = exportState(hsm)
    const twin = createFork(hsm)
    const restored = restoreState(hsm, bytes)
    createKey(restored, 'more', { kty: 'EC-HSM' })
    expect(describeHsm(restored)).toEqual(describeHsm(twin))
    const stored = forkHsm(hsm)
    applyChanges(stored, exportChanges(restored, hsm) as Uint8Array)
    expect(describeHsm(stored)).toEqual(describeHsm(twin))
  })

  it('refuses an export of an HSM with other settings or another seed of the same domain', () => {
    const securityDomain = createSecurityDomain()
    const hsm = createHsm({ securityDomain })
    for (const other of [{ seed: 'one' }, { softDeleteRetentionDays: 7 }, { strict: true }]) {
      const bytes = exportState(createHsm({ securityDomain, ...other }))
      expect(errorOf(() => restoreState(hsm, bytes))).toMatchObject({ code: 'BadParameter' })
    }
  })

  it('refuses an export of another domain, a damaged one, and changes', () => {
    const hsm = createHsm()
    const other = createHsm()
    const bytes = exportState(hsm)
    const damaged = bytes.with(-1, (bytes.at(-1) ?? 0) ^ 1)
    expect(errorOf(() => restoreState(other, bytes))).toMatchObject({
      code: 'StateOfAnotherDomain',
    })
    expect(errorOf(() => restoreState(hsm, damaged))).toMatchObject({ code: 'StateDamaged' })
    const changes = exportChanges(createFork(hsm), hsm) as Uint8Array
    expect(errorOf(() => restoreState(hsm, changes))).toMatchObject({ code: 'StateOfAnotherKind' })
  })
})

function createFork(hsm: Hsm) {
  const fork = forkHsm(hsm)
  createKey(fork, 'more', { kty: 'EC-HSM' })
  return fork
}
