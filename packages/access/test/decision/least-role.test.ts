/** The least built-in role, and the order of data actions. */

import { describe, expect, it } from 'vitest'
import { DATA_ACTIONS, leastBuiltInRole, OPERATION_ACCESS, sortActions } from '../../src/index.ts'

const { getKey, wrapKey, sign, releaseKey, purgeDeletedKey, startBackup, listSettings } =
  OPERATION_ACCESS

describe('leastBuiltInRole', () => {
  it.each([
    ['wrapping and reading', [wrapKey, getKey], 'Managed HSM Crypto Service Encryption User'],
    ['releasing', [releaseKey], 'Managed HSM Crypto Service Release User'],
    ['signing', [sign], 'Managed HSM Crypto User'],
    ['purging', [purgeDeletedKey], 'Managed HSM Crypto Officer'],
    ['a full backup', [startBackup], 'Managed HSM Backup User'],
    ['a full backup and the settings', [startBackup, listSettings], 'Managed HSM Administrator'],
  ])('is for %s %s', (_, operations, roleName) => {
    expect(leastBuiltInRole(operations.map(({ action }) => action))?.roleName).toBe(roleName)
  })

  it('does not exist for what no single role has', () => {
    expect(leastBuiltInRole([sign.action, purgeDeletedKey.action])).toBeUndefined()
  })

  it('is the smallest of all for nothing', () => {
    expect(leastBuiltInRole([])?.roleName).toBe('Managed HSM Crypto Service Release User')
  })
})

describe('sortActions', () => {
  const [first, second, third] = DATA_ACTIONS as readonly string[] as [string, string, string]

  it('has each once, in the order of the list', () => {
    expect(sortActions([third, first, second, first, third])).toEqual([first, second, third])
  })

  it('has unknown ones last, in the order in which they came', () => {
    expect(sortActions(['z', third, 'y', first])).toEqual([first, third, 'z', 'y'])
  })
})
