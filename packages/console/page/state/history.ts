/** The latest entries of the audit trail, as the page has them. */

import { type Signal, signal } from '@preact/signals'
import type { AuditEntry } from 'pocket-hsm'

/** An entry with its place in the trail. */
export interface HistoryEntry extends AuditEntry {
  readonly number: number
}

/** What the page has of the trail. */
export interface History {
  /** Oldest first. */
  readonly entries: Signal<readonly HistoryEntry[]>
  /** How many entries there ever were. */
  readonly total: Signal<number>
  readonly replace: (entries: readonly AuditEntry[], total: number) => void
  readonly append: (entries: readonly AuditEntry[], total: number) => void
}

/** More are on the server: the page keeps what people scroll through. */
export const MOST_ENTRIES = 5000

/** Creates an empty history. */
export function createHistory(): History {
  const entries = signal<readonly HistoryEntry[]>([])
  const total = signal(0)
  const numbered = (added: readonly AuditEntry[], end: number) =>
    added.map((entry, index) => ({ ...entry, number: end - added.length + index + 1 }))
  return {
    entries,
    total,
    replace: (list, end) => {
      entries.value = numbered(list, end)
      total.value = end
    },
    append: (list, end) => {
      entries.value = [...entries.value, ...numbered(list, end)].slice(-MOST_ENTRIES)
      total.value = end
    },
  }
}

/** Operations that change no key. */
const READING: ReadonlySet<string> = new Set([
  'backupKey',
  'decrypt',
  'encrypt',
  'getDeletedKey',
  'getKey',
  'getKeyAttestation',
  'getRandomBytes',
  'getRotationPolicy',
  'listDeletedKeys',
  'listKeyVersions',
  'listKeys',
  'releaseKey',
  'secureUnwrapKey',
  'secureWrapKey',
  'sign',
  'unwrapKey',
  'verify',
  'wrapKey',
])

/** The names of the keys that entries say were changed; `undefined` if any key may have been. */
export function changedKeys(entries: readonly AuditEntry[]): readonly string[] | undefined {
  const changing = entries.filter(
    ({ operation, outcome }) => outcome === 'success' && !READING.has(operation),
  )
  if (changing.some(({ operation }) => WHOLE.has(operation))) return undefined
  return [...new Set(changing.flatMap(({ key }) => key ?? []))]
}

/** Operations that change keys of any name. */
const WHOLE: ReadonlySet<string> = new Set(['importFullBackup', 'restoreKeyFromFullBackup'])
