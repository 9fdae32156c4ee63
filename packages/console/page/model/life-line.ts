/** The life of a key on a line: which marks there are, where they lie, and which label goes into which row. */

import type { KeyDetails } from 'pocket-hsm'
import type { Tone } from './key-rows.ts'

/** What a mark is about. */
export type MarkKind =
  | 'created'
  | 'rotated'
  | 'rotation due'
  | 'not before'
  | 'expiry'
  | 'deleted'
  | 'purge'
  | 'now'

/** One mark of the line. */
export interface Mark {
  readonly kind: MarkKind
  /** Unix seconds. */
  readonly at: number
  readonly label: string
  readonly isFuture: boolean
  /** Pixels from the left. */
  readonly x: number
  /** The row of its label, from 0. */
  readonly row: number
  /** Where its label is, from its mark. */
  readonly anchor: 'start' | 'middle' | 'end'
}

/** A stretch of the line. */
export interface Stretch {
  readonly kind: 'usable' | 'waiting' | 'expired' | 'deleted'
  readonly from: number
  readonly to: number
}

/** A line that is laid out. */
export interface LifeLine {
  readonly width: number
  readonly rows: number
  readonly marks: readonly Mark[]
  readonly stretches: readonly Stretch[]
  /** A sentence for those who do not see the picture. */
  readonly text: string
}

/** How the marks are shown. */
export const MARK_TONES: Readonly<Record<MarkKind, Tone>> = {
  created: 'good',
  rotated: 'good',
  'rotation due': 'info',
  'not before': 'info',
  expiry: 'warn',
  deleted: 'bad',
  purge: 'bad',
  now: 'quiet',
}

type Fact = Pick<Mark, 'kind' | 'at'>

const PADDING = 12

/** What a character of a label takes at most, in pixels. */
const CHARACTER = 6.4

/** Marks of rotations that are shown: the oldest and the latest are enough. */
const MOST_ROTATIONS = 12

/** Lays out the life of a key in so many pixels. */
export function layoutLifeLine(
  key: KeyDetails,
  now: number,
  width: number,
  formatDate: (seconds: number) => string,
): LifeLine {
  const present = Math.max(now, ...pastOf(key))
  const facts = [...factsOf(key), { kind: 'now' as const, at: present }].sort((a, b) => a.at - b.at)
  const first = facts[0]?.at ?? now
  const last = facts.at(-1)?.at ?? now
  const span = Math.max(1, last - first)
  const inner = Math.max(1, width - 2 * PADDING)
  const xOf = (at: number) =>
    PADDING + Math.round(inner * Math.max(0, Math.min(1, (at - first) / span)))
  const ends: number[] = []
  const marks = facts.map((fact) => {
    const x = xOf(fact.at)
    const label = labelOf(fact, formatDate)
    const length = label.length * CHARACTER
    const anchor = anchorOf(x, length, width)
    const left = leftOf(x, length, anchor)
    const free = ends.findIndex((end) => end + 8 <= left)
    const row = free < 0 ? ends.length : free
    ends[row] = left + length
    return { ...fact, label, isFuture: fact.at > present, x, row, anchor }
  })
  return {
    width,
    rows: ends.length,
    marks,
    stretches: stretchesOf(key, present, last).map(({ kind, from, to }) => ({
      kind,
      from: xOf(from),
      to: xOf(to),
    })),
    text: marks.map(({ label }) => label).join('; '),
  }
}

/** What has happened was not after the present, even if the page's clock is a moment late. */
function pastOf({ versions, deletedDate }: KeyDetails): readonly number[] {
  return [...versions.map(({ attributes }) => attributes.created), deletedDate ?? 0]
}

function anchorOf(x: number, length: number, width: number): Mark['anchor'] {
  if (x - length / 2 < 0) return 'start'
  return x + length / 2 > width ? 'end' : 'middle'
}

function leftOf(x: number, length: number, anchor: Mark['anchor']): number {
  if (anchor === 'start') return x
  return anchor === 'end' ? x - length : x - length / 2
}

function labelOf({ kind, at }: Fact, formatDate: (seconds: number) => string): string {
  return kind === 'now' ? 'now' : `${kind} ${formatDate(at)}`
}

/** The instants of a key's life. */
function factsOf(key: KeyDetails): readonly Fact[] {
  const { versions, rotatesAt, deletedDate, scheduledPurgeDate } = key
  const created = versions.map(({ attributes }) => attributes.created)
  const rotations = created.slice(1)
  const shown =
    rotations.length <= MOST_ROTATIONS
      ? rotations
      : [...rotations.slice(0, 1), ...rotations.slice(1 - MOST_ROTATIONS)]
  const { nbf, exp } = versions.at(-1)?.attributes ?? {}
  return [
    ...fact('created', created[0]),
    ...shown.flatMap((at) => fact('rotated', at)),
    ...fact('not before', nbf),
    ...fact('rotation due', rotatesAt),
    ...fact('expiry', exp),
    ...fact('deleted', deletedDate),
    ...fact('purge', scheduledPurgeDate),
  ]
}

const fact = (kind: MarkKind, at: number | undefined): readonly Fact[] =>
  at === undefined ? [] : [{ kind, at }]

/** The stretches in which the current version can be used, and in which it cannot; they do not overlap. */
function stretchesOf(key: KeyDetails, now: number, last: number): readonly Stretch[] {
  const { versions, deletedDate, scheduledPurgeDate } = key
  const begin = versions[0]?.attributes.created
  if (begin === undefined) return []
  const { nbf, exp } = versions.at(-1)?.attributes ?? {}
  const end = deletedDate ?? Math.max(last, now)
  const usableFrom = versions.length > 1 ? begin : Math.min(Math.max(begin, nbf ?? begin), end)
  const usableTo = Math.max(usableFrom, Math.min(exp ?? end, end))
  const all: readonly Stretch[] = [
    { kind: 'waiting', from: begin, to: usableFrom },
    { kind: 'usable', from: usableFrom, to: usableTo },
    { kind: 'expired', from: usableTo, to: end },
    ...(deletedDate === undefined
      ? []
      : [{ kind: 'deleted' as const, from: deletedDate, to: scheduledPurgeDate ?? last }]),
  ]
  return all.filter(({ from, to }) => to > from)
}
