/** The lists of keys: what the two of them share. */

import type { BundleContext } from './bundles.ts'
import type { Call } from './call.ts'
import type { Entry, HsmKeyRecord } from './hsm-state.ts'
import { type Page, type PageParameters, readPage } from './pages.ts'
import { settleAll } from './settle.ts'
import { entriesAfter, getValue } from './sorted-map.ts'

/** Reads a page of the keys in a state; what has fallen due in the HSM happens first. */
export function listRecords<Item>(
  call: Call,
  list: 'active' | 'deleted',
  page: PageParameters,
  toItem: (record: HsmKeyRecord, context: BundleContext) => Item,
): Page<Item> {
  settleAll(call)
  const { engine } = call
  const { state } = engine
  return readPage(
    page,
    engine.strict,
    (position) => entriesAfter(state[list], position),
    (key) => toItem((getValue(state.keys, key) as Entry).record, engine),
  )
}
