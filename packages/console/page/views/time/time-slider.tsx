/** A slider through the time to come, with a tick for everything that falls due. */

import type { JSX } from 'preact'
import { useId, useState } from 'preact/hooks'
import type { DueChange } from '../../model/due.ts'
import { formatCount, formatDate, formatInstant } from '../../model/format.ts'

const DAY = 86_400
const LEAST_SPAN = 30 * DAY
const MOST_SPAN = 3 * 365 * DAY
const MOST_TICKS = 200

/** Nothing moves until the slider is let go, or Enter is pressed. */
export function TimeSlider({
  due,
  now,
  disabled,
  onMove,
}: {
  readonly due: readonly DueChange[]
  readonly now: number
  readonly disabled: boolean
  readonly onMove: (seconds: number) => Promise<void>
}): JSX.Element {
  const id = useId()
  const last = (due.at(-1)?.at ?? now) - now
  const span = Math.min(MOST_SPAN, Math.max(LEAST_SPAN, Math.ceil((last * 1.08) / DAY) * DAY))
  const [ahead, setAhead] = useState(0)
  const target = now + ahead
  const count = due.filter(({ at }) => at <= target).length
  const go = () => {
    if (ahead === 0) return
    setAhead(0)
    void onMove(target)
  }
  const preview =
    ahead === 0
      ? 'Drag to see what falls due until then; let go to move the clock.'
      : `${formatInstant(target)} UTC: ${count === 0 ? 'nothing falls due' : `${formatCount(count, 'change')} fall due`} until then`
  const shown = due.filter(({ at }) => at - now <= span).slice(0, MOST_TICKS)
  return (
    <div class="slider">
      <label for={id} class="visually-hidden">
        Days ahead; press Enter to move the clock
      </label>
      <svg class="ticks" width="100%" height="14" aria-hidden="true">
        {shown.map(({ key, kind, at }) => (
          <line
            key={`${key}${kind}`}
            class={kind}
            x1={`${((at - now) / span) * 100}%`}
            x2={`${((at - now) / span) * 100}%`}
            y1="2"
            y2="14"
          />
        ))}
      </svg>
      <input
        id={id}
        type="range"
        min={0}
        max={span}
        step={span > 200 * DAY ? DAY : 3600}
        value={ahead}
        disabled={disabled}
        aria-describedby={`${id}-text`}
        aria-valuetext={ahead === 0 ? 'now' : `${formatInstant(target)} UTC`}
        onInput={({ currentTarget }) => setAhead(Number(currentTarget.value))}
        onPointerUp={go}
        onKeyDown={({ key }) => key === 'Enter' && go()}
      />
      <div class="slider-ends quiet">
        <span>now</span>
        <span id={`${id}-text`} aria-live="polite" class={ahead === 0 ? '' : 'preview'}>
          {preview}
        </span>
        <span>{formatDate(now + span)}</span>
      </div>
    </div>
  )
}
