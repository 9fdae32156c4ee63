/** The lists of keys: what the two of them share. */

import type { BundleContext } from '../keys/bundles.ts'
import { type Page, type PageParameters, readPage } from '../keys/pages.ts'
import { namesAfter } from '../state/find-keys.ts'
import type { Entry, HsmKeyRecord } from '../state/hsm-state.ts'
import { getValue } from '../state/sorted-map.ts'
import { applyAllDueChanges } from './apply-due-changes.ts'
import type { Call } from './audit-context.ts'

/** Reads a page of the keys in a state; what has fallen due in the HSM happens first. */
export function listRecords<Item>(
  call: Call,
  list: 'active' | 'deleted',
  page: PageParameters,
  toItem: (record: HsmKeyRecord, context: BundleContext) => Item,
): Page<Item> {
  applyAllDueChanges(call)
  const { engine } = call
  const { state } = engine
  return readPage(
    page,
    engine.strict,
    (position, count) => namesAfter(state, engine, list, position, count),
    (key) => toItem((getValue(state.keys, key) as Entry).record, engine),
  )
}
