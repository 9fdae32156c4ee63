/** Faults: what is to fail next, and the documented limits. */

import type { Fault } from '@pocket-hsm/rest'
import type { JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { describeFault, FAULT_EFFECTS, FAULT_OPERATIONS } from '../../model/faults.ts'
import { formatCount } from '../../model/format.ts'
import { Button } from '../../parts/button.tsx'
import { ChoiceField, SelectField, TextField } from '../../parts/field.tsx'
import { Empty, Panel, ViewHeader } from '../../parts/panel.tsx'
import { useStore } from '../../parts/store-context.ts'
import { profileOf } from '../keys/create-key-dialog.tsx'

interface Queue {
  readonly remaining: number
  readonly queued: readonly Fault[]
}

/** The view of faults. */
export function FaultsView(): JSX.Element {
  const { api, changes, connection, preferences } = useStore()
  const status = connection.status.value
  const [queue, setQueue] = useState<Queue>({ remaining: 0, queued: [] })
  const waiting = status?.faults
  // The queue is read again when its length has changed.
  useEffect(() => {
    api.control<Queue>('GET', '/faults').then(setQueue, changes.report)
  }, [api, changes, waiting])
  const disabled = preferences.isReadOnly.value
  const clear = async () => {
    try {
      setQueue(await api.control<Queue>('DELETE', '/faults'))
    } catch (error) {
      changes.report(error)
    }
  }
  return (
    <>
      <ViewHeader
        title="Faults"
        text="Make the next requests of any client fail, and see how it copes."
      />
      <div class="columns">
        <FaultForm disabled={disabled} onQueue={setQueue} />
        <Panel
          title={`Queue (${formatCount(queue.remaining, 'request')})`}
          actions={
            <Button disabled={disabled || queue.remaining === 0} onClick={clear}>
              Clear
            </Button>
          }
        >
          {queue.queued.length === 0 ? (
            <Empty icon="faults" title="Nothing is to fail" />
          ) : (
            <ol class="queue">
              {queue.queued.map((fault, index) => (
                <li key={`${index}${describeFault(fault)}`}>
                  <span class="times">{fault.times ?? 1}×</span> {describeFault(fault)}
                </li>
              ))}
            </ol>
          )}
        </Panel>
        <LimitsPanel disabled={disabled} />
      </div>
    </>
  )
}

function FaultForm({
  disabled,
  onQueue,
}: {
  readonly disabled: boolean
  readonly onQueue: (queue: Queue) => void
}): JSX.Element {
  const { api, changes, notices } = useStore()
  const [operation, setOperation] = useState('')
  const [effectId, setEffect] = useState(FAULT_EFFECTS[0]?.id ?? '')
  const [times, setTimes] = useState('1')
  const [amounts, setAmounts] = useState<Readonly<Record<string, string>>>({})
  const effect = FAULT_EFFECTS.find(({ id }) => id === effectId)
  const { amount } = effect ?? {}
  const given = amount && (amounts[effectId] ?? String(amount.initial))
  const queue = async () => {
    const fault = {
      ...effect?.fault,
      ...(operation !== '' && { operation }),
      ...(amount && { [amount.member]: Number(given) }),
      times: Number(times),
    }
    try {
      onQueue(await api.control<Queue>('POST', '/faults', fault))
      notices.show({ tone: 'good', text: `Queued: ${describeFault(fault as Fault)}` })
    } catch (error) {
      changes.report(error)
    }
  }
  return (
    <Panel title="Queue a fault">
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault()
          void queue()
        }}
      >
        <SelectField
          label="Operation"
          value={operation}
          options={[
            ['', 'Any: the next request'],
            ...FAULT_OPERATIONS.map((each) => [each, each] as const),
          ]}
          onChange={setOperation}
        />
        <SelectField
          label="What happens"
          value={effectId}
          options={FAULT_EFFECTS.map(({ id, name }) => [id, name] as const)}
          hint={effect?.help}
          onChange={setEffect}
        />
        <div class="two">
          <TextField
            label="Requests"
            type="number"
            min={1}
            max={10_000}
            value={times}
            onInput={setTimes}
          />
          {amount && (
            <TextField
              label={amount.label}
              type="number"
              min={0}
              value={given ?? ''}
              onInput={(value) => setAmounts({ ...amounts, [effectId]: value })}
            />
          )}
        </div>
        <Button type="submit" tone="primary" disabled={disabled}>
          Queue
        </Button>
      </form>
    </Panel>
  )
}

function LimitsPanel({ disabled }: { readonly disabled: boolean }): JSX.Element {
  const { api, changes, connection } = useStore()
  const limits = connection.status.value?.limits ?? 'none'
  const isManagedHsm = profileOf(connection) === 'managed-hsm'
  const set = async (next: string) => {
    if (disabled) return
    try {
      await api.control('POST', '/throttle', { limits: next })
    } catch (error) {
      changes.report(error)
    }
  }
  return (
    <Panel title="Limits">
      <ChoiceField
        label="Requests beyond the documented limits of a vault"
        value={limits}
        options={[
          ['none', 'Run'],
          ['documented', 'Get a 429'],
        ]}
        onChange={(next) => void set(next)}
      />
      <p class="hint">
        {isManagedHsm
          ? 'A Managed HSM has no documented limits, so nothing changes for this one.'
          : 'In ten seconds: 10 new HSM keys, 20 new software keys, 2,000 other requests for HSM keys, 4,000 for others.'}
      </p>
    </Panel>
  )
}
