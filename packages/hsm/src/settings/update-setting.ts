/** Update setting: PATCH /settings/{name}. */

import type { Hsm } from '../engine/hsm.ts'
import { runOperation } from '../engine/run-operation.ts'
import { badParameter } from '../hsm-error.ts'
import { readMember, withMember } from '../state/administration.ts'
import { settingOf } from './known-setting.ts'
import { type HsmSetting, SETTINGS } from './setting.ts'

/**
 * Changes a setting of a Managed HSM. If it throws, nothing has changed.
 *
 * @param name - Its name; case counts.
 * @param value - `true` or `false`, as a boolean or as text in lower case.
 * @returns The setting after the change.
 * @throws {@link HsmError} 404 `SettingNotFound` - no such setting.
 * @throws {@link HsmError} 400 `BadParameter` - a value that is not of the setting's type, or an HSM that behaves like a
 *   vault, which has no settings.
 * @see Managed HSM REST API, Update Setting
 *
 * @example
 * ```ts
 * import { createHsm, getSetting, updateSetting } from 'pocket-hsm'
 *
 * const hsm = createHsm()
 * updateSetting(hsm, 'AllowKeyManagementOperationsThroughARM', true).value // 'true'
 * getSetting(hsm, 'AllowKeyManagementOperationsThroughARM').value // 'true'
 * ```
 */
export function updateSetting(hsm: Hsm, name: string, value: string | boolean): HsmSetting {
  return runOperation(hsm, 'updateSetting', ({ engine }) => {
    const setting = settingOf(engine, name)
    const next = parseBoolean(setting, value)
    if (next === setting.value) return setting
    const values = readMember(engine.state, SETTINGS)
    engine.state = withMember(engine.state, SETTINGS, { ...values, [setting.name]: next })
    return { ...setting, value: next }
  })
}

function parseBoolean({ name }: HsmSetting, value: unknown): HsmSetting['value'] {
  const text = typeof value === 'boolean' ? String(value) : value
  if (text === 'true' || text === 'false') return text
  throw badParameter(`The value of the setting ${name} must be true or false.`)
}
