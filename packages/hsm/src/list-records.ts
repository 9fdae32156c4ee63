/** The lists of keys: what the two of them share. */

import type { BundleContext } from './bundles.ts'
import type { Engine } from './hsm.ts'
import { type Entry, type HsmKeyRecord, settled } from './hsm-state.ts'
import { type Page, type PageParameters, readPage } from './pages.ts'
import { nowSeconds } from './run-step.ts'
import { entriesAfter, getValue } from './sorted-map.ts'

/** Reads a page of the keys in a state; what has fallen due in the HSM happens first. */
export function listRecords<Item>(
  engine: Engine,
  list: 'active' | 'deleted',
  page: PageParameters,
  toItem: (record: HsmKeyRecord, context: BundleContext) => Item,
): Page<Item> {
  const state = settled(engine.state, engine.profile, nowSeconds(engine))
  const result = readPage(
    page,
    (position) => entriesAfter(state[list], position),
    (key) => toItem((getValue(state.keys, key) as Entry).record, engine),
  )
  engine.state = state
  return result
}
