/** List keys: GET /keys. */

import type { Hsm } from '../engine/hsm.ts'
import { listRecords } from '../engine/list-records.ts'
import { runOperation } from '../engine/run-operation.ts'
import { type KeyItem, keyItem } from '../keys/bundles.ts'
import { PAGE_OPTIONS } from '../keys/key-options.ts'
import type { Page, PageParameters } from '../keys/pages.ts'
import { checkOptions } from '../options/check-options.ts'

/**
 * Lists the active keys, a page at a time, disabled and expired ones too.
 *
 * A Managed HSM lists them in the order of creation, a vault by name. Keys that come or go between two
 * pages may or may not be seen.
 *
 * @param page - At most 25 items; see {@link PageParameters}.
 * @returns One item a key, of its current version; `nextMarker` while something remains.
 * @throws {@link HsmError} 400 `BadParameter` - a page length under 1, or a marker that no page gave.
 * @see Key Vault REST API, Get Keys
 *
 * @example
 * ```ts
 * import { createHsm, createKey, listKeys } from 'pocket-hsm'
 *
 * const hsm = createHsm()
 * for (const name of ['a', 'b', 'c']) createKey(hsm, name, { kty: 'oct-HSM' })
 * const first = listKeys(hsm, { maxResults: 2 })
 * const second = listKeys(hsm, { maxResults: 2, marker: first.nextMarker })
 * second.value.map((item) => item.kid) // ['https://pocket.managedhsm.azure.net/keys/c']
 * ```
 */
export function listKeys(hsm: Hsm, page: PageParameters = {}): Page<KeyItem> {
  return runOperation(hsm, 'listKeys', (call) => {
    checkOptions('listKeys', page ?? {}, PAGE_OPTIONS)
    return listRecords(call, 'active', page, keyItem)
  })
}
