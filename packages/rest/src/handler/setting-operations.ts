/** Settings. */

import { getSetting, listSettings, updateSetting } from 'pocket-hsm'
import { parseSetting } from '../requests/parse-backup.ts'
import type { SettingOperationName } from '../routes/setting-routes.ts'
import type { Call } from './call.ts'

const nameOf = ({ segments }: Call): string => segments['id'] ?? ''

/** The operations. */
export const SETTING_OPERATIONS: Readonly<Record<SettingOperationName, (call: Call) => unknown>> = {
  // The service's name for the member is not `value`, as in its other lists.
  listSettings: ({ hsm }) => ({ settings: listSettings(hsm) }),
  getSetting: (call) => getSetting(call.hsm, nameOf(call)),
  updateSetting: (call) => updateSetting(call.hsm, nameOf(call), parseSetting(call)),
}
