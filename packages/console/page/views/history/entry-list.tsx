/** A few entries of the audit trail, as a list. */

import type { JSX } from 'preact'
import { Instant } from '../../parts/instant.tsx'
import { Pill } from '../../parts/panel.tsx'
import type { HistoryEntry } from '../../state/history.ts'
import { hrefOf } from '../../state/router.ts'

/** Entries, each in a line. */
export function EntryList({ entries }: { readonly entries: readonly HistoryEntry[] }): JSX.Element {
  return (
    <ul class="entries">
      {entries.map((entry) => (
        <li key={entry.number}>
          <span class="code">{entry.operation}</span>
          {entry.key && <a href={hrefOf('keys', entry.key)}>{entry.key}</a>}
          <Outcome entry={entry} />
          <span class="quiet">
            <Instant at={entry.at / 1000} isShort={true} />
          </span>
        </li>
      ))}
    </ul>
  )
}

/** How a call ended. */
export function Outcome({ entry }: { readonly entry: HistoryEntry }): JSX.Element {
  const { outcome, byTime } = entry
  if (outcome !== 'success') {
    return (
      <Pill tone="bad">
        {outcome.status} {outcome.innerCode ?? outcome.code}
      </Pill>
    )
  }
  return byTime ? <Pill tone="info">by time</Pill> : <Pill tone="good">done</Pill>
}
