/** List settings: GET /settings. */

import type { Hsm } from '../engine/hsm.ts'
import { runOperation } from '../engine/run-operation.ts'
import { settingsOf } from './known-setting.ts'
import type { HsmSetting } from './setting.ts'

/**
 * Lists the settings of a Managed HSM.
 *
 * @returns Every setting, including those with their default value.
 * @throws {@link HsmError} 400 `BadParameter` - the HSM behaves like a vault, which has no settings.
 * @see Managed HSM REST API, Get Settings
 *
 * @example
 * ```ts
 * import { createHsm, listSettings } from 'pocket-hsm'
 *
 * listSettings(createHsm())[0]?.name // 'AllowKeyManagementOperationsThroughARM'
 * ```
 */
export function listSettings(hsm: Hsm): readonly HsmSetting[] {
  return runOperation(hsm, 'listSettings', ({ engine }) => settingsOf(engine))
}
