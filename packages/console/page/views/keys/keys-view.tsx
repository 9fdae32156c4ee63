/** All keys: search, filter, create, import. */

import type { KeySummary } from 'pocket-hsm'
import type { JSX } from 'preact'
import { useMemo, useRef, useState } from 'preact/hooks'
import { formatCount, formatDate } from '../../model/format.ts'
import {
  CONDITIONS,
  conditionOf,
  filterKeys,
  type KeyFilter,
  type SortBy,
  typeOf,
} from '../../model/key-rows.ts'
import { Button } from '../../parts/button.tsx'
import { ChoiceField, SelectField } from '../../parts/field.tsx'
import { Icon } from '../../parts/icon.tsx'
import { Instant } from '../../parts/instant.tsx'
import { Empty, Pill, ViewHeader } from '../../parts/panel.tsx'
import { useStore } from '../../parts/store-context.ts'
import { type Column, VirtualTable } from '../../parts/virtual-rows.tsx'
import { hrefOf } from '../../state/router.ts'
import { CreateKeyDialog } from './create-key-dialog.tsx'
import { ImportKeyDialog } from './import-key-dialog.tsx'

const NO_FILTER: KeyFilter = { text: '', condition: 'all', kind: '' }

/** The list of keys. */
export function KeysView(): JSX.Element {
  const { connection, clock, preferences } = useStore()
  const keys = connection.keys.value
  const [filter, setFilter] = useState(NO_FILTER)
  const [sortBy, setSortBy] = useState<SortBy>('name')
  const [dialog, setDialog] = useState<'create' | 'import' | undefined>(undefined)
  // Conditions change with time, but a list of ten thousand need not be sorted every second.
  const minute = Math.floor(clock.now.value / 60)
  const rows = useMemo(
    () => filterKeys(keys ?? [], filter, sortBy, minute * 60),
    [keys, filter, sortBy, minute],
  )
  const isReadOnly = preferences.isReadOnly.value
  const counts = keys === undefined ? 'Reading keys…' : countText(keys, rows)
  return (
    <>
      <ViewHeader title="Keys" text={<span role="status">{counts}</span>}>
        <Button icon="upload" disabled={isReadOnly} onClick={() => setDialog('import')}>
          Import
        </Button>
        <Button
          icon="plus"
          tone="primary"
          disabled={isReadOnly}
          onClick={() => setDialog('create')}
        >
          Create key
        </Button>
      </ViewHeader>
      <Filters filter={filter} sortBy={sortBy} onFilter={setFilter} onSort={setSortBy} />
      {rows.length > 0 ? (
        <KeyTable rows={rows} />
      ) : (
        keys !== undefined && (
          <NoKeys
            isFiltered={keys.length > 0}
            onClear={() => setFilter(NO_FILTER)}
            onCreate={isReadOnly ? undefined : () => setDialog('create')}
          />
        )
      )}
      {dialog === 'create' && <CreateKeyDialog onClose={() => setDialog(undefined)} />}
      {dialog === 'import' && <ImportKeyDialog onClose={() => setDialog(undefined)} />}
    </>
  )
}

function countText(keys: readonly KeySummary[], rows: readonly KeySummary[]): string {
  const all = formatCount(keys.length, 'key')
  return rows.length === keys.length ? all : `${rows.length.toLocaleString('en')} of ${all}`
}

function Filters({
  filter,
  sortBy,
  onFilter,
  onSort,
}: {
  readonly filter: KeyFilter
  readonly sortBy: SortBy
  readonly onFilter: (filter: KeyFilter) => void
  readonly onSort: (sortBy: SortBy) => void
}): JSX.Element {
  const input = useRef<HTMLInputElement>(null)
  return (
    <search class="filters">
      <div class="search">
        <Icon name="search" />
        <input
          ref={input}
          id="search"
          type="search"
          aria-label="Search keys by name, type or tag"
          aria-keyshortcuts="/"
          placeholder="Search name, type, tag"
          value={filter.text}
          onInput={({ currentTarget }) => onFilter({ ...filter, text: currentTarget.value })}
        />
        <kbd>/</kbd>
      </div>
      <ChoiceField
        label="Condition"
        isLabelHidden={true}
        value={filter.condition}
        options={[
          ['all', 'All'],
          ['usable', 'Live'],
          ['expiring', 'Expiring'],
          ['deleted', 'Deleted'],
        ]}
        onChange={(condition) => onFilter({ ...filter, condition })}
      />
      <SelectField
        label="Type"
        value={filter.kind}
        options={[
          ['', 'Any type'],
          ['EC', 'EC'],
          ['RSA', 'RSA'],
          ['oct', 'Symmetric'],
          ['AKP', 'ML-DSA'],
        ]}
        onChange={(kind) => onFilter({ ...filter, kind })}
      />
      <SelectField
        label="Sort by"
        value={sortBy}
        options={[
          ['name', 'Name'],
          ['created', 'Newest'],
          ['expires', 'Ends first'],
        ]}
        onChange={(value) => onSort(value as SortBy)}
      />
    </search>
  )
}

function KeyTable({ rows }: { readonly rows: readonly KeySummary[] }): JSX.Element {
  const { clock } = useStore()
  const now = clock.now.value
  const columns: readonly Column<KeySummary>[] = [
    {
      name: 'Name',
      className: 'name',
      cell: ({ name }) => (
        <a href={hrefOf('keys', name)} tabIndex={-1}>
          {name}
        </a>
      ),
    },
    { name: 'Type', className: 'type code', cell: ({ current }) => typeOf(current) },
    {
      name: 'State',
      className: 'state',
      cell: (key) => {
        const { name, tone } = CONDITIONS[conditionOf(key, now)]
        return <Pill tone={tone}>{name}</Pill>
      },
    },
    { name: 'Versions', className: 'count', cell: ({ versions }) => versions },
    {
      name: 'Created',
      className: 'date',
      cell: ({ current }) => current && formatDate(current.attributes.created),
    },
    { name: 'Next', className: 'next', cell: (key) => <Next of={key} now={now} /> },
    { name: 'Tags', className: 'tags', cell: ({ current }) => <Tags tags={current?.tags} /> },
  ]
  return (
    <VirtualTable
      label="Keys"
      className="key-table"
      rows={rows}
      columns={columns}
      idOf={({ name }) => name}
      onOpen={({ name }) => {
        location.hash = hrefOf('keys', name)
      }}
    />
  )
}

/** What time will do to the key first. */
function Next({ of: key, now }: { readonly of: KeySummary; readonly now: number }) {
  const { rotatesAt, scheduledPurgeDate, current, state } = key
  if (state !== 'active' && scheduledPurgeDate !== undefined) {
    return (
      <span>
        purged <Instant at={scheduledPurgeDate} isShort={true} />
      </span>
    )
  }
  const exp = current?.attributes.exp
  if (rotatesAt !== undefined && (exp === undefined || rotatesAt <= exp)) {
    return (
      <span>
        rotates <Instant at={rotatesAt} isShort={true} />
      </span>
    )
  }
  if (exp === undefined) return null
  return (
    <span>
      {exp <= now ? 'expired' : 'expires'} <Instant at={exp} isShort={true} />
    </span>
  )
}

/** Tags as words. */
export function Tags({
  tags,
}: {
  readonly tags?: Readonly<Record<string, string>> | undefined
}): JSX.Element {
  return (
    <>
      {Object.entries(tags ?? {}).map(([name, value]) => (
        <span key={name} class="tag">
          {value === '' ? name : `${name}=${value}`}
        </span>
      ))}
    </>
  )
}

function NoKeys({
  isFiltered,
  onClear,
  onCreate,
}: {
  readonly isFiltered: boolean
  readonly onClear: () => void
  readonly onCreate: (() => void) | undefined
}): JSX.Element {
  if (isFiltered) {
    return (
      <Empty icon="search" title="No key is like that">
        <Button onClick={onClear}>Clear the filter</Button>
      </Empty>
    )
  }
  return (
    <Empty icon="keys" title="There are no keys yet">
      <p class="quiet">Create one here, or with any client: it appears at once.</p>
      {onCreate && (
        <Button icon="plus" tone="primary" onClick={onCreate}>
          Create key
        </Button>
      )}
    </Empty>
  )
}
