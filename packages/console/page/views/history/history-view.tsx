/** The audit trail as it grows. */

import type { JSX } from 'preact'
import { useMemo, useState } from 'preact/hooks'
import { type EntryFilter, filterEntries, NO_ENTRY_FILTER } from '../../model/entries.ts'
import { formatCount, formatInstant } from '../../model/format.ts'
import { Button } from '../../parts/button.tsx'
import { ChoiceField, TextField } from '../../parts/field.tsx'
import { Empty, ViewHeader } from '../../parts/panel.tsx'
import { useStore } from '../../parts/store-context.ts'
import { type Column, VirtualTable } from '../../parts/virtual-rows.tsx'
import { type HistoryEntry, MOST_ENTRIES } from '../../state/history.ts'
import { hrefOf } from '../../state/router.ts'
import { Outcome } from './entry-list.tsx'
import { RolesPanel } from './roles-panel.tsx'

const COLUMNS: readonly Column<HistoryEntry>[] = [
  { name: 'Time (UTC)', className: 'time code', cell: ({ at }) => formatInstant(at / 1000) },
  { name: 'Operation', className: 'operation code', cell: ({ operation }) => operation },
  {
    name: 'Key',
    className: 'key',
    cell: ({ key }) => key && <a href={hrefOf('keys', key)}>{key}</a>,
  },
  { name: 'Algorithm', className: 'alg code', cell: ({ alg }) => alg },
  { name: 'Caller', className: 'caller', cell: ({ caller }) => caller },
  { name: 'Outcome', className: 'outcome', cell: (entry) => <Outcome entry={entry} /> },
]

/** The history, with the roles that would be enough for what is shown. */
export function HistoryView({ name }: { readonly name?: string | undefined }): JSX.Element {
  const { history } = useStore()
  const [filter, setFilter] = useState<EntryFilter>({ ...NO_ENTRY_FILTER, key: name ?? '' })
  const [paused, setPaused] = useState<readonly HistoryEntry[] | undefined>(undefined)
  const entries = paused ?? history.entries.value
  const rows = useMemo(() => filterEntries(entries, filter), [entries, filter])
  const set = (change: Partial<EntryFilter>) => setFilter({ ...filter, ...change })
  return (
    <>
      <ViewHeader
        title="History"
        text={
          <span role="status">
            {countText(rows.length, history.total.value)}
            {paused && `, paused: ${history.total.value - (paused.at(-1)?.number ?? 0)} new`}
          </span>
        }
      >
        <Button
          pressed={paused !== undefined}
          onClick={() => setPaused(paused === undefined ? history.entries.value : undefined)}
        >
          {paused === undefined ? 'Pause' : 'Go on'}
        </Button>
      </ViewHeader>
      <search class="filters">
        <TextField label="Key" type="search" value={filter.key} onInput={(key) => set({ key })} />
        <TextField
          label="Operation"
          type="search"
          value={filter.operation}
          onInput={(operation) => set({ operation })}
        />
        <TextField
          label="Caller"
          type="search"
          value={filter.caller}
          onInput={(caller) => set({ caller })}
        />
        <ChoiceField
          label="Outcome"
          value={filter.outcome}
          options={[
            ['', 'All'],
            ['success', 'Done'],
            ['refused', 'Refused'],
            ['time', 'By time'],
          ]}
          onChange={(outcome) => set({ outcome })}
        />
      </search>
      {rows.length === 0 ? (
        <Empty
          icon="history"
          title={entries.length === 0 ? 'Nothing has happened yet' : 'No entry is like that'}
        >
          <p class="quiet">Every call of any client appears here as it is made.</p>
        </Empty>
      ) : (
        <VirtualTable
          label="Audit entries, oldest first"
          className="history-table"
          rows={rows}
          columns={COLUMNS}
          rowHeight={34}
          idOf={({ number }) => String(number)}
          isFollowing={paused === undefined}
        />
      )}
      <RolesPanel filter={filter} />
    </>
  )
}

function countText(shown: number, total: number): string {
  const all = formatCount(total, 'entry', 'entries')
  if (shown === total) return all
  const kept = total > MOST_ENTRIES ? `, the latest ${MOST_ENTRIES.toLocaleString('en')} here` : ''
  return `${shown.toLocaleString('en')} of ${all}${kept}`
}
