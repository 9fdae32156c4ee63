/** The clock of the HSM: where it is, what falls due next, and what happened when it was moved. */

import type { JSX } from 'preact'
import { useEffect, useMemo, useState } from 'preact/hooks'
import { DUE_NAMES, dueAfter } from '../../model/due.ts'
import {
  formatCount,
  formatDate,
  formatInstant,
  formatSpan,
  formatTime,
  fromInput,
  toInput,
} from '../../model/format.ts'
import { Button } from '../../parts/button.tsx'
import { TextField } from '../../parts/field.tsx'
import { Instant } from '../../parts/instant.tsx'
import { Empty, Panel, ViewHeader } from '../../parts/panel.tsx'
import { useStore } from '../../parts/store-context.ts'
import { hrefOf } from '../../state/router.ts'
import { EntryList } from '../history/entry-list.tsx'
import { TimeSlider } from './time-slider.tsx'

const STEPS = [
  ['+1 hour', 3600],
  ['+1 day', 86_400],
  ['+7 days', 7 * 86_400],
  ['+30 days', 30 * 86_400],
  ['+90 days', 90 * 86_400],
  ['+1 year', 365 * 86_400],
] as const

const MOST_DUE = 50

/** The view of the time. */
export function TimeView(): JSX.Element {
  const { api, changes, clock, connection, history, preferences } = useStore()
  const now = clock.now.value
  const keys = connection.keys.value ?? []
  const minute = Math.floor(now / 60)
  const due = useMemo(() => dueAfter(keys, minute * 60 + 59), [keys, minute])
  const [moved, setMoved] = useState<{ readonly total: number; readonly from: number } | undefined>(
    undefined,
  )
  const disabled = preferences.isReadOnly.value
  const move = async (label: string, body: object) => {
    const before = { total: history.total.value, from: now }
    const made = await changes.make(label, () => api.control('POST', '/clock', body))
    if (made !== undefined) setMoved(before)
  }
  const advance = (seconds: number, label: string) =>
    move(`Moved the clock ${label}`, { advanceSeconds: seconds })
  const moveTo = (seconds: number) => {
    const at = Math.max(0, Math.ceil(seconds))
    return move(`Moved the clock to ${formatInstant(at)}`, { advanceSeconds: at - clock.now.value })
  }
  const [next] = due
  return (
    <>
      <ViewHeader
        title="Time"
        text="Nothing runs in the background: what has fallen due happens when the clock has passed it."
      />
      <section class="panel clock-panel">
        <div class="clock" role="timer" aria-label="Clock of the HSM">
          <span class="clock-time">{formatTime(now)}</span>
          <span class="clock-date">{formatDate(now)} UTC</span>
          <span class="quiet">{offsetText(clock.offset.value)}</span>
        </div>
        <div class="steps">
          {STEPS.map(([name, seconds]) => (
            <Button key={name} disabled={disabled} onClick={() => advance(seconds, name)}>
              {name}
            </Button>
          ))}
          <Button
            tone="primary"
            disabled={disabled || next === undefined}
            onClick={() => next && moveTo(next.at)}
          >
            To the next change
          </Button>
          <Button
            disabled={disabled || Math.abs(clock.offset.value) < 1}
            onClick={() => move('Set the clock to the machine’s time', { time: 'now' })}
          >
            Back to real time
          </Button>
        </div>
        <TimeSlider due={due} now={now} disabled={disabled} onMove={moveTo} />
        <JumpForm now={now} disabled={disabled} onMove={moveTo} />
      </section>
      {moved && <Happened total={moved.total} from={moved.from} />}
      <Panel title={`Falls due next (${formatCount(due.length, 'change')})`}>
        {due.length === 0 ? (
          <Empty icon="time" title="Nothing will change by itself">
            <p class="quiet">Rotation policies, expiries and deleted keys make entries here.</p>
          </Empty>
        ) : (
          <ol class="due">
            {due.slice(0, MOST_DUE).map(({ key, kind, at }) => (
              <li key={`${key} ${kind}`}>
                <span>
                  <a href={hrefOf('keys', key)}>{key}</a> {DUE_NAMES[kind]}
                </span>
                <Instant at={at} />
                <Button
                  tone="quiet"
                  label={`Go there, to when ${key} ${DUE_NAMES[kind]}`}
                  disabled={disabled}
                  onClick={() => moveTo(at)}
                >
                  Go there
                </Button>
              </li>
            ))}
          </ol>
        )}
        {due.length > MOST_DUE && <p class="quiet">and {due.length - MOST_DUE} more after that</p>}
      </Panel>
    </>
  )
}

function offsetText(offset: number): string {
  if (Math.abs(offset) < 1) return 'the machine’s time'
  return `${formatSpan(offset)} ${offset > 0 ? 'ahead of' : 'behind'} the machine`
}

/** What time has done since the clock was moved. */
function Happened({ total, from }: { readonly total: number; readonly from: number }): JSX.Element {
  const { history } = useStore()
  const entries = history.entries.value.filter(({ number, byTime }) => byTime && number > total)
  return (
    <Panel title="What happened">
      <p role="status">
        {entries.length === 0
          ? `Nothing has changed since ${formatInstant(from)}.`
          : `${formatCount(entries.length, 'change')} since ${formatInstant(from)}:`}
      </p>
      <EntryList entries={entries.slice(0, 100)} />
    </Panel>
  )
}

/** An instant to go to. */
function JumpForm({
  now,
  disabled,
  onMove,
}: {
  readonly now: number
  readonly disabled: boolean
  readonly onMove: (seconds: number) => Promise<void>
}): JSX.Element {
  const [value, setValue] = useState('')
  useEffect(() => {
    if (value === '' && now > 0) setValue(toInput(now).slice(0, 16))
  }, [value, now])
  const target = fromInput(value)
  return (
    <form
      class="jump"
      onSubmit={(event) => {
        event.preventDefault()
        if (target !== undefined) void onMove(target)
      }}
    >
      <TextField label="Go to (UTC)" type="datetime-local" value={value} onInput={setValue} />
      <Button type="submit" disabled={disabled || target === undefined}>
        Go
      </Button>
      <p class="hint">Also to an earlier time. What time has done stays done.</p>
    </form>
  )
}
