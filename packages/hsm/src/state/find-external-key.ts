/** Finding the key version that refers to an external key. */

import { allKeys } from './find-keys.ts'
import type { HsmState } from './hsm-state.ts'
import { entriesAfter } from './sorted-map.ts'

/** Returns whether a key version refers to the external key. Deleted keys count: they can be recovered. */
export function isExternalKeyInUse(state: HsmState, id: string): boolean {
  for (const [, { record }] of entriesAfter(allKeys(state))) {
    if (record.versions.some(({ material }) => material.external?.id === id)) return true
  }
  return false
}
