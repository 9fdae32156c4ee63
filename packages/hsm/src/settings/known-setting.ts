/** The settings of an HSM as they are now. */

import type { Engine } from '../engine/hsm.ts'
import { badParameter, HsmError, printable } from '../hsm-error.ts'
import { readMember } from '../state/administration.ts'
import { DEFAULTS, type HsmSetting, SETTINGS } from './setting.ts'

/** Returns every setting. */
export function settingsOf({ profile, state }: Engine): readonly HsmSetting[] {
  if (profile.family !== 'managed-hsm') {
    throw badParameter('A vault has no settings; only a Managed HSM does.')
  }
  const values = readMember(state, SETTINGS)
  return DEFAULTS.map((setting) => ({ ...setting, value: values[setting.name] ?? setting.value }))
}

/** Returns the setting of a name. */
export function settingOf(engine: Engine, name: string): HsmSetting {
  const found = settingsOf(engine).find((setting) => setting.name === name)
  if (found !== undefined) return found
  const text = printable(name).slice(0, LONGEST_NAME)
  throw new HsmError({
    status: 404,
    code: 'SettingNotFound',
    message: `Requested setting not found: ${text}`,
  })
}

/** The most characters of an unknown name that an error repeats. */
const LONGEST_NAME = 128
