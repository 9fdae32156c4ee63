/** Changing, deleting and purging a key. */

import type { KeyDetails } from 'pocket-hsm'
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { fromInput, toInput } from '../../model/format.ts'
import { formatTags, parseTags } from '../../model/tags.ts'
import { CallDetails } from '../../parts/code.tsx'
import { Dialog } from '../../parts/dialog.tsx'
import { CheckField, ChoiceField, TextField } from '../../parts/field.tsx'
import { useStore } from '../../parts/store-context.ts'
import type { PolicyCall, UpdateCall } from '../../snippets/call.ts'
import { hrefOf } from '../../state/router.ts'

interface DetailsProps {
  readonly details: KeyDetails
  readonly onClose: () => void
}

interface NameProps {
  readonly name: string
  readonly onClose: () => void
}

/** Changes the attributes and tags of the current version. */
export function EditDialog({ details, onClose }: DetailsProps): JSX.Element {
  const { api, changes } = useStore()
  const current = details.versions.at(-1)
  const { enabled = true, nbf, exp } = current?.attributes ?? {}
  const [isEnabled, setEnabled] = useState(enabled)
  const [notBefore, setNotBefore] = useState(nbf === undefined ? '' : toInput(nbf))
  const [expires, setExpires] = useState(exp === undefined ? '' : toInput(exp))
  const [tags, setTags] = useState(formatTags(current?.tags))
  const call: UpdateCall = {
    operation: 'updateKey',
    key: details.name,
    enabled: isEnabled,
    nbf: fromInput(notBefore),
    exp: fromInput(expires),
    tags: parseTags(tags),
  }
  const submit = async () =>
    (await changes.make(`Changed ${details.name}`, () => api.call(call))) !== undefined
  return (
    <Dialog
      title={`Change ${details.name}`}
      submitName="Change"
      onClose={onClose}
      onSubmit={submit}
    >
      <CheckField label="Enabled" checked={isEnabled} onChange={setEnabled} />
      <div class="two">
        <TextField
          label="Not before (UTC)"
          type="datetime-local"
          step={1}
          value={notBefore}
          onInput={setNotBefore}
        />
        <TextField
          label="Expires (UTC)"
          type="datetime-local"
          step={1}
          value={expires}
          onInput={setExpires}
        />
      </div>
      <p class="hint">A date that is set can be moved; the service removes none.</p>
      <TextField
        label="Tags"
        value={tags}
        hint="name=value, with blanks between them"
        onInput={setTags}
      />
      <CallDetails call={call} />
    </Dialog>
  )
}

/** Sets the rotation policy. */
export function PolicyDialog({ details, onClose }: DetailsProps): JSX.Element {
  const { api, changes } = useStore()
  const action = details.rotationPolicy?.lifetimeActions.find(
    ({ action: { type } }) => type === 'Rotate',
  )
  const before = action?.trigger.timeBeforeExpiry
  const [trigger, setTrigger] = useState<'after' | 'before' | 'none'>(before ? 'before' : 'after')
  const [time, setTime] = useState(before ?? action?.trigger.timeAfterCreate ?? 'P90D')
  const [life, setLife] = useState(details.rotationPolicy?.expiryTime ?? '')
  const call: PolicyCall = {
    operation: 'updateRotationPolicy',
    key: details.name,
    ...(trigger === 'after' && { timeAfterCreate: time }),
    ...(trigger === 'before' && { timeBeforeExpiry: time }),
    ...(life.trim() !== '' && { expiryTime: life.trim() }),
  }
  const submit = async () =>
    (await changes.make(`Set the rotation policy of ${details.name}`, () => api.call(call))) !==
    undefined
  return (
    <Dialog
      title={`Rotation policy of ${details.name}`}
      submitName="Set"
      onClose={onClose}
      onSubmit={submit}
    >
      <ChoiceField
        label="When to rotate"
        value={trigger}
        options={[
          ['after', 'After creation'],
          ['before', 'Before expiry'],
          ['none', 'Never'],
        ]}
        onChange={setTrigger}
      />
      {trigger !== 'none' && (
        <TextField
          label={trigger === 'after' ? 'Time after creation' : 'Time before expiry'}
          value={time}
          pattern="P(\d+Y)?(\d+M)?(\d+D)?"
          hint="ISO 8601: P90D, P6M, P1Y"
          onInput={setTime}
        />
      )}
      <TextField
        label="Life of new versions"
        value={life}
        pattern="(P(\d+Y)?(\d+M)?(\d+D)?)?"
        hint="ISO 8601; empty: they do not expire. At least 28 days."
        onInput={setLife}
      />
      <CallDetails call={call} />
    </Dialog>
  )
}

/** Deletes a key. */
export function DeleteDialog({ name, onClose }: NameProps): JSX.Element {
  const { api, changes } = useStore()
  const call = { operation: 'deleteKey', key: name } as const
  const submit = async () =>
    (await changes.make(`Deleted ${name}`, () => api.call(call))) !== undefined
  return (
    <Dialog
      title={`Delete ${name}?`}
      submitName="Delete"
      tone="danger"
      onClose={onClose}
      onSubmit={submit}
    >
      <p>All its versions stop working. It can be recovered until its retention has passed.</p>
      <CallDetails call={call} />
    </Dialog>
  )
}

/** Purges a deleted key. */
export function PurgeDialog({ name, onClose }: NameProps): JSX.Element {
  const { api, changes } = useStore()
  const call = { operation: 'purgeDeletedKey', key: name } as const
  const submit = async () => {
    const made = await changes.make(`Purged ${name}`, () => api.call(call))
    if (made !== undefined) location.hash = hrefOf('keys')
    return made !== undefined
  }
  return (
    <Dialog
      title={`Purge ${name}?`}
      submitName="Purge"
      tone="danger"
      onClose={onClose}
      onSubmit={submit}
    >
      <p>
        In the cloud, nothing brings a purged key back. Here, Undo does, for as long as this page is
        open.
      </p>
      <CallDetails call={call} />
    </Dialog>
  )
}
