/** The life of a key as a picture. */

import type { KeyDetails } from 'pocket-hsm'
import type { JSX } from 'preact'
import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { formatDate } from '../../model/format.ts'
import { layoutLifeLine, MARK_TONES, type Mark } from '../../model/life-line.ts'

const ROW = 18
const LINE = 26
const BAND = 12

/** The picture, as wide as its place. What it shows is in words too. */
export function LifeLinePicture({
  of: key,
  now,
}: {
  readonly of: KeyDetails
  readonly now: number
}): JSX.Element {
  const place = useRef<HTMLDivElement>(null)
  const [width, setWidth] = useState(640)
  useLayoutEffect(() => {
    const element = place.current
    if (element === null) return undefined
    const measure = () => setWidth(Math.max(240, element.clientWidth))
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  const { marks, stretches, rows, text } = layoutLifeLine(key, now, width, formatDate)
  const height = LINE + BAND + 8 + rows * ROW
  return (
    <div ref={place} class="life-line">
      <svg
        width={width}
        height={height}
        viewBox={`0 0 ${width} ${height}`}
        role="img"
        aria-label={`Life of ${key.name}: ${text}`}
      >
        <line class="axis" x1={0} x2={width} y1={LINE} y2={LINE} />
        {stretches.map(({ kind, from, to }) => (
          <rect
            key={`${kind}${from}`}
            class={`stretch ${kind}`}
            x={from}
            width={Math.max(2, to - from)}
            y={LINE - BAND / 2}
            height={BAND}
            rx={3}
          >
            <title>{STRETCHES[kind]}</title>
          </rect>
        ))}
        {marks.map((mark, index) => (
          <MarkPicture key={`${mark.kind}${mark.at}${index}`} mark={mark} height={height} />
        ))}
      </svg>
    </div>
  )
}

const STRETCHES = {
  usable: 'can be used',
  waiting: 'not yet valid',
  expired: 'expired',
  deleted: 'deleted, can be recovered',
} as const

function MarkPicture({
  mark,
  height,
}: {
  readonly mark: Mark
  readonly height: number
}): JSX.Element {
  const { kind, x, row, label, anchor, isFuture } = mark
  const y = LINE + BAND + 14 + row * ROW
  if (kind === 'now') {
    return (
      <g class="mark now">
        <line x1={x} x2={x} y1={4} y2={height - 4} />
        <text x={x} y={y} text-anchor={anchor}>
          {label}
        </text>
      </g>
    )
  }
  return (
    <g class={`mark ${MARK_TONES[kind]}${isFuture ? ' future' : ''}`}>
      <line class="leader" x1={x} x2={x} y1={LINE + 6} y2={y - 11} />
      {kind === 'expiry' || kind === 'purge' || kind === 'deleted' ? (
        <rect x={x - 5} y={LINE - 5} width={10} height={10} transform={`rotate(45 ${x} ${LINE})`} />
      ) : (
        <circle cx={x} cy={LINE} r={5.5} />
      )}
      <text x={x} y={y} text-anchor={anchor}>
        {label}
      </text>
    </g>
  )
}
