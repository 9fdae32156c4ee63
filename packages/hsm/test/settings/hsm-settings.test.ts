import { describe, expect, it } from 'vitest'
import {
  applyChanges,
  exportChanges,
  exportState,
  forkHsm,
  getSetting,
  importState,
  listSettings,
  updateSetting,
} from '../../src/index.ts'
import { errorOf } from '../refusal.ts'
import { snapshot } from '../snapshot.ts'
import { testHsm } from '../test-hsm.ts'

const NAME = 'AllowKeyManagementOperationsThroughARM'

describe('settings', () => {
  it('are one, which is false in a new HSM', () => {
    const { hsm } = testHsm()
    const setting = { name: NAME, type: 'boolean', value: 'false' }
    expect(listSettings(hsm)).toEqual([setting])
    expect(getSetting(hsm, NAME)).toEqual(setting)
  })

  it.each([
    ['true', 'true'],
    [true, 'true'],
    ['false', 'false'],
    [false, 'false'],
  ] as const)('take %j and then have the text %s', (value, text) => {
    const { hsm } = testHsm()
    expect(updateSetting(hsm, NAME, value)).toEqual({ name: NAME, type: 'boolean', value: text })
    expect(listSettings(hsm)).toEqual([{ name: NAME, type: 'boolean', value: text }])
  })

  it.each(['True', 'TRUE', '', '1', 'yes', 7, null, undefined, {}])(
    'refuse the value %j, and stay as they are',
    (value) => {
      const { hsm } = testHsm()
      const before = snapshot(hsm)
      expect(errorOf(() => updateSetting(hsm, NAME, value as string))).toMatchObject({
        status: 400,
        code: 'BadParameter',
        message: expect.stringContaining(`The value of the setting ${NAME} must be true or false.`),
      })
      expect(getSetting(hsm, NAME).value).toBe('false')
      expect(snapshot(hsm)).toEqual(before)
    },
  )

  it.each(['nobody', NAME.toLowerCase(), '', 'constructor', '__proto__', 7, null])(
    'do not have the name %j',
    (name) => {
      const { hsm } = testHsm()
      for (const call of [
        () => getSetting(hsm, name as string),
        () => updateSetting(hsm, name as string, 'true'),
      ]) {
        expect(errorOf(call)).toMatchObject({ status: 404, code: 'SettingNotFound' })
      }
    },
  )

  it('repeat no more than the beginning of a long unknown name', () => {
    const { hsm } = testHsm()
    expect(errorOf(() => getSetting(hsm, 'x'.repeat(10_000))).message.length).toBeLessThan(300)
  })

  it('are independent in a fork, and part of exports and changes', () => {
    const { hsm } = testHsm()
    const saved = forkHsm(hsm)
    const copy = importState(exportState(saved), { seed: 'pocket-hsm tests' })
    updateSetting(hsm, NAME, true)
    expect(getSetting(saved, NAME).value).toBe('false')
    applyChanges(copy, exportChanges(hsm, saved) ?? new Uint8Array())
    expect(getSetting(copy, NAME).value).toBe('true')
    const again = importState(exportState(hsm), { seed: 'pocket-hsm tests' })
    expect(getSetting(again, NAME).value).toBe('true')
  })

  it('make no change where the value is the same', () => {
    const { hsm } = testHsm()
    const saved = forkHsm(hsm)
    updateSetting(hsm, NAME, 'false')
    expect(exportChanges(hsm, saved)).toBeUndefined()
  })

  it('are not what a vault has', () => {
    const { hsm } = testHsm({ profile: 'vault-premium' })
    for (const call of [
      () => listSettings(hsm),
      () => getSetting(hsm, NAME),
      () => updateSetting(hsm, NAME, 'true'),
    ]) {
      expect(errorOf(call).message).toBe('A vault has no settings; only a Managed HSM does.')
    }
  })
})
