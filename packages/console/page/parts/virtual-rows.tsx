/** A table of which only the visible rows are in the page: ten thousand scroll like ten. */

import {
  elementScroll,
  observeElementOffset,
  observeElementRect,
  Virtualizer,
} from '@tanstack/virtual-core'
import type { ComponentChildren, JSX } from 'preact'
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'

/** A column of a table. */
export interface Column<Row> {
  readonly name: string
  readonly cell: (row: Row) => ComponentChildren
  /** The class of its cells, which has its width. */
  readonly className?: string
}

/** The properties of the table. */
export interface VirtualTableProps<Row> {
  readonly label: string
  readonly rows: readonly Row[]
  readonly columns: readonly Column<Row>[]
  readonly idOf: (row: Row) => string
  readonly className?: string
  /** The height of a row in pixels. */
  readonly rowHeight?: number
  readonly onOpen?: (row: Row) => void
  /** Stays at the end while rows are added there. */
  readonly isFollowing?: boolean
}

/** A table; with the focus in it, arrow keys, Page Up, Page Down, Home and End move, and Enter opens. */
export function VirtualTable<Row>(props: VirtualTableProps<Row>): JSX.Element {
  const { label, rows, columns, idOf, className = '', rowHeight = 40, onOpen, isFollowing } = props
  const scroller = useRef<HTMLDivElement>(null)
  const [active, setActive] = useState(0)
  const virtualizer = useVirtualizer(scroller, rows.length, rowHeight)
  const current = Math.min(active, Math.max(0, rows.length - 1))
  const [isFocused, setFocused] = useState(false)

  useEffect(() => {
    if (isFollowing && rows.length > 0) virtualizer.scrollToIndex(rows.length - 1)
  }, [isFollowing, rows.length, virtualizer])

  const focusRow = (index: number) => {
    setActive(index)
    virtualizer.scrollToIndex(index, { align: 'auto' })
    requestAnimationFrame(() =>
      scroller.current?.querySelector<HTMLElement>(`[data-index="${index}"]`)?.focus(),
    )
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowHeight) - 1)
    const target = MOVES[event.key]?.(current, rows.length - 1, page)
    if (target !== undefined) {
      event.preventDefault()
      focusRow(target)
    }
    const row = rows[current]
    if (event.key === 'Enter' && row !== undefined && isRow(event.target)) onOpen?.(row)
  }

  return (
    <div
      class={`table ${className}`}
      role="table"
      aria-label={label}
      aria-rowcount={rows.length + 1}
    >
      <div role="rowgroup">
        <div class="row head" role="row" aria-rowindex={1}>
          {columns.map(({ name, className: cellClass }) => (
            <div key={name} role="columnheader" class={cellClass}>
              {name}
            </div>
          ))}
        </div>
      </div>
      <div
        ref={scroller}
        class="rows"
        role="rowgroup"
        onKeyDown={onKeyDown}
        onFocusIn={() => setFocused(true)}
        onFocusOut={() => setFocused(false)}
      >
        <div
          role="presentation"
          class="spacer"
          style={{ height: `${virtualizer.getTotalSize()}px` }}
        >
          {virtualizer.getVirtualItems().map(({ index, start }) => {
            const row = rows[index]
            if (row === undefined) return null
            return (
              <div
                key={idOf(row)}
                role="row"
                aria-rowindex={index + 2}
                data-index={index}
                class={`row${onOpen ? ' open' : ''}${isFocused && index === current ? ' current' : ''}`}
                tabIndex={index === current ? 0 : -1}
                style={{ transform: `translateY(${start}px)`, height: `${rowHeight}px` }}
                onClick={() => {
                  setActive(index)
                  onOpen?.(row)
                }}
              >
                {columns.map(({ name, cell, className: cellClass }) => (
                  <div key={name} role="cell" class={cellClass}>
                    {cell(row)}
                  </div>
                ))}
              </div>
            )
          })}
        </div>
      </div>
    </div>
  )
}

const isRow = (target: EventTarget | null) =>
  target instanceof HTMLElement && target.getAttribute('role') === 'row'

const MOVES: Readonly<Record<string, (index: number, last: number, page: number) => number>> = {
  ArrowDown: (index, last) => Math.min(index + 1, last),
  ArrowUp: (index) => Math.max(index - 1, 0),
  PageDown: (index, last, page) => Math.min(index + page, last),
  PageUp: (index, _, page) => Math.max(index - page, 0),
  Home: () => 0,
  End: (_, last) => last,
}

/** The library's object, in a component: its changes render the component again. */
function useVirtualizer(
  scroller: { readonly current: HTMLDivElement | null },
  count: number,
  rowHeight: number,
): Virtualizer<HTMLDivElement, HTMLElement> {
  const [, render] = useState({})
  const options = {
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 12,
    scrollToFn: elementScroll,
    observeElementRect,
    observeElementOffset,
    onChange: () => render({}),
  }
  const [virtualizer] = useState(() => new Virtualizer<HTMLDivElement, HTMLElement>(options))
  virtualizer.setOptions(options)
  useEffect(() => virtualizer._didMount(), [virtualizer])
  useLayoutEffect(() => virtualizer._willUpdate())
  return virtualizer
}
