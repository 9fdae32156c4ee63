/** Keys that were opened from what a database holds, to be used in any number of partial HSMs. */

import type { SecurityDomain } from '../backup/security-domain.ts'
import { sharedContents, unknownHandle } from '../copies/shared-contents.ts'
import { engineOf, type Hsm } from '../engine/hsm.ts'
import { type Entry, nameKey } from '../state/hsm-state.ts'
import { openItems, sealItems } from '../state-export/sealed-items.ts'
import { damagedState } from '../state-export/state-errors.ts'
import { type EntryJson, parseEntry, serializeEntry } from '../state-export/state-json.ts'

/** A key that is open. Its material cannot be reached or printed through it. */
export interface OpenedKey {
  /** The name of the key, upper-cased. */
  readonly name: string
}

/** The place in the order of creation is the database's, not the key's. */
type PlacelessEntry = Omit<Entry, 'sequence'>

const entries = sharedContents<OpenedKey, PlacelessEntry>('opened key')

/** Makes the handle of an entry. */
export function openedKeyOf(entry: Entry): OpenedKey {
  const opened = Object.freeze({ name: nameKey(entry.record.name) })
  entries.set(opened, entry)
  return opened
}

/** Returns the entry behind a handle, at a place in the order of creation. */
export function entryOf(opened: OpenedKey, sequence: number): Entry {
  const entry = entries.get(opened)
  if (entry !== undefined) return { ...entry, sequence }
  throw unknownHandle(
    'opened key',
    opened,
    'A key of a partial HSM must come from openKeyPart or exportParts.',
  )
}

/** Seals a key; which one it is, is sealed with it. */
export function sealKey(domain: SecurityDomain, entry: Entry): Uint8Array {
  const { sequence: _, ...json } = serializeEntry(entry)
  return sealItems('key', domain, [JSON.stringify(json)]).bytes
}

/**
 * Opens a key that `exportParts` has sealed.
 *
 * @param hsm - The HSM that it belongs to, or any with the same security domain; not changed.
 * @param name - The name that it was found under, upper-cased.
 * @param bytes - The `bytes` of the part.
 * @returns A handle that can be kept: it never changes.
 * @throws {@link HsmError} 400 `StateDamaged` - bytes that are not as they were made, or those of another key.
 * @throws {@link HsmError} 400 `StateOfAnotherDomain`, `StateFormatUnknown`, `StateOfAnotherKind` - as `importState`.
 *
 * @example
 * ```ts
 * import { createHsm, createKey, exportParts, openKeyPart } from 'pocket-hsm'
 *
 * const hsm = createHsm()
 * createKey(hsm, 'orders', { kty: 'EC-HSM' })
 * const [part] = exportParts(hsm).keys
 * if (part !== undefined) openKeyPart(hsm, 'ORDERS', part.bytes).name // 'ORDERS'
 * ```
 */
export function openKeyPart(hsm: Hsm, name: string, bytes: Uint8Array): OpenedKey {
  const [text] = [...openItems('key', engineOf(hsm).securityDomain, bytes)]
  const entry = parseEntry({ ...(JSON.parse(text as string) as EntryJson), sequence: 0 })
  if (nameKey(entry.record.name) !== name) throw damagedState()
  return openedKeyOf(entry)
}
