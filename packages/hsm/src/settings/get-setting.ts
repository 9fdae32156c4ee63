/** Get setting: GET /settings/{name}. */

import type { Hsm } from '../engine/hsm.ts'
import { runOperation } from '../engine/run-operation.ts'
import { settingOf } from './known-setting.ts'
import type { HsmSetting } from './setting.ts'

/**
 * Returns a setting of a Managed HSM.
 *
 * @param name - Its name; case counts.
 * @throws {@link HsmError} 404 `SettingNotFound` - no such setting.
 * @throws {@link HsmError} 400 `BadParameter` - the HSM behaves like a vault, which has no settings.
 * @see Managed HSM REST API, Get Setting
 *
 * @example
 * ```ts
 * import { createHsm, getSetting } from 'pocket-hsm'
 *
 * getSetting(createHsm(), 'AllowKeyManagementOperationsThroughARM').value // 'false'
 * ```
 */
export function getSetting(hsm: Hsm, name: string): HsmSetting {
  return runOperation(hsm, 'getSetting', ({ engine }) => settingOf(engine, name))
}
