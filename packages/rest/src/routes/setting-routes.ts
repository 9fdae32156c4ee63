/** The routes of settings. */

import type { Route } from './route.ts'

/** The operations on settings. */
export type SettingOperationName = 'listSettings' | 'getSetting' | 'updateSetting'

const SINCE = { since: '7.4-preview.1' } as const

/** The routes. */
export const SETTING_ROUTES: readonly Route<SettingOperationName>[] = [
  { method: 'GET', path: 'settings', operation: 'listSettings', body: 'none', ...SINCE },
  { method: 'GET', path: 'settings/{id}', operation: 'getSetting', body: 'none', ...SINCE },
  { method: 'PATCH', path: 'settings/{id}', operation: 'updateSetting', body: 'object', ...SINCE },
]
