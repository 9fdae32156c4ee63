/** List deleted keys: GET /deletedkeys. */

import type { Hsm } from '../engine/hsm.ts'
import { listRecords } from '../engine/list-records.ts'
import { runOperation } from '../engine/run-operation.ts'
import { type DeletedKeyItem, deletedKeyItem } from '../keys/bundles.ts'
import { PAGE_OPTIONS } from '../keys/key-options.ts'
import type { Page, PageParameters } from '../keys/pages.ts'
import { checkOptions } from '../options/check-options.ts'

/**
 * Lists the deleted keys that can still be recovered, a page at a time.
 *
 * @param page - At most 25 items; see {@link PageParameters}.
 * @returns One item a key with the facts of its deletion; `nextMarker` while something remains.
 * @throws {@link HsmError} 400 `BadParameter` - a page length under 1, or a marker that no page gave.
 * @see Key Vault REST API, Get Deleted Keys
 *
 * @example
 * ```ts
 * import { createHsm, createKey, deleteKey, listDeletedKeys } from 'pocket-hsm'
 *
 * const hsm = createHsm()
 * createKey(hsm, 'orders', { kty: 'oct-HSM' })
 * deleteKey(hsm, 'orders')
 * listDeletedKeys(hsm).value[0]?.kid // 'https://pocket.managedhsm.azure.net/keys/orders'
 * ```
 */
export function listDeletedKeys(hsm: Hsm, page: PageParameters = {}): Page<DeletedKeyItem> {
  return runOperation(hsm, 'listDeletedKeys', (call) => {
    checkOptions('listDeletedKeys', page ?? {}, PAGE_OPTIONS)
    return listRecords(call, 'deleted', page, deletedKeyItem)
  })
}
