/** One key: its life, its versions, its attributes, its policy, its public part. */

import type { KeyDetails } from 'pocket-hsm'
import type { JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { CONDITIONS, conditionOf, typeOf } from '../../model/key-rows.ts'
import { Button } from '../../parts/button.tsx'
import { Icon } from '../../parts/icon.tsx'
import { Empty, Panel, Pill, ViewHeader } from '../../parts/panel.tsx'
import { useStore } from '../../parts/store-context.ts'
import type { ApiError, OneKey } from '../../source/api.ts'
import { hrefOf } from '../../state/router.ts'
import { DeleteDialog, EditDialog, PolicyDialog, PurgeDialog } from './key-dialogs.tsx'
import { AttributesPanel, PolicyPanel, PublicKeyPanel, RecentPanel } from './key-panels.tsx'
import { LifeLinePicture } from './life-line-picture.tsx'
import { VersionsPanel } from './versions-panel.tsx'

type DialogName = 'edit' | 'policy' | 'delete' | 'purge'

/** The view of a key. */
export function KeyView({ name }: { readonly name: string }): JSX.Element {
  const { api, connection } = useStore()
  const summary = connection.keys.value?.find(
    (each) => each.name.toLowerCase() === name.toLowerCase(),
  )
  const [details, setDetails] = useState<KeyDetails | undefined>(undefined)
  const [error, setError] = useState<ApiError | undefined>(undefined)
  useEffect(() => {
    let isWanted = true
    api.control<OneKey>('GET', `/key?name=${encodeURIComponent(name)}`).then(
      ({ key }) => {
        if (!isWanted) return
        setDetails(key)
        setError(undefined)
      },
      (reason: ApiError) => isWanted && setError(reason),
    )
    return () => {
      isWanted = false
    }
  }, [api, name, summary])
  if (error !== undefined) return <NoKey name={name} error={error} />
  if (details === undefined) {
    return <ViewHeader title={name} text="Reading the key…" />
  }
  return <KeyPage key={details.name} details={details} />
}

function NoKey({ name, error }: { readonly name: string; readonly error: ApiError }): JSX.Element {
  return (
    <>
      <BackLink />
      <Empty
        icon="keys"
        title={error.status === 404 ? `There is no key ${name}` : 'The key cannot be read'}
      >
        <p class="quiet">
          {error.status === 404 ? 'It may have been purged, by a call or by time.' : error.message}
        </p>
        <a class="button" href={hrefOf('history')}>
          See the history
        </a>
      </Empty>
    </>
  )
}

function BackLink(): JSX.Element {
  return (
    <a class="back" href={hrefOf('keys')}>
      <Icon name="back" /> Keys
    </a>
  )
}

function KeyPage({ details }: { readonly details: KeyDetails }): JSX.Element {
  const { clock } = useStore()
  const [dialog, setDialog] = useState<DialogName | undefined>(undefined)
  const now = clock.now.value
  const current = details.versions.at(-1)
  const summary = { ...details, versions: details.versions.length, ...(current && { current }) }
  const condition = CONDITIONS[conditionOf(summary, now)]
  const close = () => setDialog(undefined)
  return (
    <>
      <BackLink />
      <ViewHeader
        title={
          <>
            {details.name} <Pill tone={condition.tone}>{condition.name}</Pill>
          </>
        }
        text={<span class="code">{typeOf(current)}</span>}
      >
        <Actions details={details} onDialog={setDialog} />
      </ViewHeader>
      <Panel title="Life">
        <LifeLinePicture of={details} now={now} />
      </Panel>
      <div class="columns">
        <VersionsPanel details={details} />
        <AttributesPanel details={details} onEdit={() => setDialog('edit')} />
        <PolicyPanel details={details} onEdit={() => setDialog('policy')} />
        <PublicKeyPanel details={details} />
      </div>
      <RecentPanel name={details.name} />
      {dialog === 'edit' && <EditDialog details={details} onClose={close} />}
      {dialog === 'policy' && <PolicyDialog details={details} onClose={close} />}
      {dialog === 'delete' && <DeleteDialog name={details.name} onClose={close} />}
      {dialog === 'purge' && <PurgeDialog name={details.name} onClose={close} />}
    </>
  )
}

function Actions({
  details: { name, state },
  onDialog,
}: {
  readonly details: KeyDetails
  readonly onDialog: (dialog: DialogName) => void
}): JSX.Element {
  const { api, changes, preferences } = useStore()
  const disabled = preferences.isReadOnly.value
  if (state === 'deleted') {
    const recover = () =>
      changes.make(`Recovered ${name}`, () =>
        api.call({ operation: 'recoverDeletedKey', key: name }),
      )
    return (
      <>
        <Button icon="undo" tone="primary" disabled={disabled} onClick={recover}>
          Recover
        </Button>
        <Button icon="trash" tone="danger" disabled={disabled} onClick={() => onDialog('purge')}>
          Purge…
        </Button>
      </>
    )
  }
  const rotate = () =>
    changes.make(`Rotated ${name}`, () => api.call({ operation: 'rotateKey', key: name }))
  return (
    <>
      <a class="button" href={hrefOf('try', name)}>
        <Icon name="try" />
        Try it
      </a>
      <Button icon="refresh" disabled={disabled} onClick={rotate}>
        Rotate
      </Button>
      <Button icon="trash" tone="danger" disabled={disabled} onClick={() => onDialog('delete')}>
        Delete…
      </Button>
    </>
  )
}
