/** The routes of settings. */

import type { Route } from './route.ts'

/** The operations on settings. */
export type SettingOperationName = 'listSettings' | 'getSetting' | 'updateSetting'

/** The routes. */
export const SETTING_ROUTES: readonly Route<SettingOperationName>[] = [
  { method: 'GET', path: 'settings', operation: 'listSettings', body: 'none' },
  { method: 'GET', path: 'settings/{id}', operation: 'getSetting', body: 'none' },
  { method: 'PATCH', path: 'settings/{id}', operation: 'updateSetting', body: 'object' },
]
