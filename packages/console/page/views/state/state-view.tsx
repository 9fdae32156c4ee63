/** The state of the HSM as a whole: forks, snapshots, fixture, undo. */

import type { JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { formatInstant } from '../../model/format.ts'
import { Button } from '../../parts/button.tsx'
import { Code } from '../../parts/code.tsx'
import { TextField } from '../../parts/field.tsx'
import { Instant } from '../../parts/instant.tsx'
import { Empty, Panel, ViewHeader } from '../../parts/panel.tsx'
import { useStore } from '../../parts/store-context.ts'
import { isUndoFork } from '../../state/changes.ts'
import { SnapshotPanel } from './snapshot-panel.tsx'
import { StartOverPanel } from './start-over-panel.tsx'

interface Fork {
  readonly name: string
  /** Milliseconds since 1970. */
  readonly at: number
}

/** The view of the state. */
export function StateView(): JSX.Element {
  const { source } = useStore()
  return (
    <>
      <ViewHeader
        title="State"
        text="Keep the HSM as it is now, and come back to it as often as you like."
      />
      <div class="columns">
        <ForksPanel />
        <UndoPanel />
        <SnapshotPanel />
        {source.startOver && <StartOverPanel startOver={source.startOver} />}
      </div>
      <FixturePanel />
    </>
  )
}

function ForksPanel(): JSX.Element {
  const { api, changes, connection, notices, preferences } = useStore()
  const [forks, setForks] = useState<readonly Fork[]>([])
  const [name, setName] = useState('')
  const disabled = preferences.isReadOnly.value
  const read = () =>
    api
      .control<{ readonly forks: readonly Fork[] }>('GET', '/fork')
      .then(
        ({ forks: all }) => setForks(all.filter((each) => !isUndoFork(each.name))),
        changes.report,
      )
  const { value: generation } = connection.generation
  // Read again when anything has changed.
  useEffect(() => void read(), [generation])
  const run = async (text: string, work: () => Promise<unknown>) => {
    try {
      await work()
      notices.show({ tone: 'good', text })
      await read()
    } catch (error) {
      changes.report(error)
    }
  }
  const save = () =>
    run(`Saved as ${name}`, async () => {
      await api.control('POST', '/fork', { name })
      setName('')
    })
  return (
    <Panel title="Forks">
      <form
        class="inline-form"
        onSubmit={(event) => {
          event.preventDefault()
          void save()
        }}
      >
        <TextField
          label="Name"
          value={name}
          pattern="[\w.\-]{1,128}"
          placeholder="before-migration"
          onInput={setName}
        />
        <Button type="submit" tone="primary" disabled={disabled || name === ''}>
          Save
        </Button>
      </form>
      <p class="hint">
        In the memory of the HSM’s process; constant time, however many keys there are.
      </p>
      <ul class="rows-list">
        {forks.map(({ name: each, at }) => (
          <li key={each}>
            <span>
              <strong>{each}</strong> <span class="quiet">{formatInstant(at / 1000)}</span>
            </span>
            <span class="actions">
              <Button
                label={`Restore ${each}`}
                disabled={disabled}
                onClick={() =>
                  changes.make(`Restored ${each}`, () =>
                    api.control('POST', '/reset', { to: each }),
                  )
                }
              >
                Restore
              </Button>
              {each !== 'start' && (
                <Button
                  icon="trash"
                  tone="quiet"
                  label={`Drop ${each}`}
                  disabled={disabled}
                  onClick={() =>
                    run(`Dropped ${each}`, () =>
                      api.control('DELETE', `/fork?name=${encodeURIComponent(each)}`),
                    )
                  }
                />
              )}
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  )
}

function UndoPanel(): JSX.Element {
  const { changes, history, preferences } = useStore()
  const points = changes.undoPoints.value.toReversed()
  return (
    <Panel title="Changes from this page">
      {points.length === 0 ? (
        <Empty icon="undo" title="Nothing to undo">
          <p class="quiet">What you change here can be undone: the HSM is forked before.</p>
        </Empty>
      ) : (
        <ul class="rows-list">
          {points.map((point) => (
            <li key={point.fork}>
              <span>
                {point.label}{' '}
                <span class="quiet">
                  <Instant at={point.at} isShort={true} />, {history.total.value - point.total}{' '}
                  calls since
                </span>
              </span>
              <Button
                label={`Undo ${point.label}`}
                disabled={preferences.isReadOnly.value}
                onClick={() => changes.undo(point)}
              >
                Undo
              </Button>
            </li>
          ))}
        </ul>
      )}
      <p class="hint">Undo restores the HSM as it was: what other clients did since goes too.</p>
    </Panel>
  )
}

function FixturePanel(): JSX.Element {
  const { api, changes } = useStore()
  const [text, setText] = useState('')
  const read = async () => {
    try {
      const { fixture } = await api.control<{ readonly fixture: object }>('GET', '/fixture')
      setText(JSON.stringify(fixture, undefined, 2))
    } catch (error) {
      changes.report(error)
    }
  }
  return (
    <Panel
      title="Fixture for tests"
      actions={<Button onClick={read}>{text === '' ? 'Write it' : 'Write it again'}</Button>}
    >
      <p class="quiet">
        JSON for <code>buildHsm</code>: the same names, versions, dates and policies, with keys made
        from a seed. There is no secret in it.
      </p>
      {text !== '' && <Code text={text} label="the fixture" />}
    </Panel>
  )
}
