/** What the page says of a key besides its versions. */

import type { KeyDetails } from 'pocket-hsm'
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { formatDuration } from '../../model/format.ts'
import { toJwk, toPem } from '../../model/public-key.ts'
import { Button, CopyButton } from '../../parts/button.tsx'
import { Code } from '../../parts/code.tsx'
import { Instant } from '../../parts/instant.tsx'
import { Facts, Panel } from '../../parts/panel.tsx'
import { useStore } from '../../parts/store-context.ts'
import { Tabs } from '../../parts/tabs.tsx'
import { hrefOf } from '../../state/router.ts'
import { EntryList } from '../history/entry-list.tsx'
import { Tags } from '../keys/keys-view.tsx'

interface DetailsProps {
  readonly details: KeyDetails
}

interface EditProps extends DetailsProps {
  readonly onEdit: () => void
}

/** The attributes and tags of the current version. */
export function AttributesPanel({ details, onEdit }: EditProps): JSX.Element {
  const { preferences } = useStore()
  const current = details.versions.at(-1)
  const { enabled, nbf, exp, created, updated, exportable } = current?.attributes ?? {}
  const instant = (at: number | undefined) => at !== undefined && <Instant at={at} />
  return (
    <Panel
      title="Attributes"
      actions={
        <Button
          disabled={preferences.isReadOnly.value || details.state !== 'active'}
          onClick={onEdit}
        >
          Change…
        </Button>
      }
    >
      <Facts
        rows={[
          ['Enabled', enabled ? 'yes' : 'no'],
          ['Created', instant(created)],
          ['Updated', updated !== created && instant(updated)],
          ['Not before', instant(nbf) || 'any time'],
          ['Expires', instant(exp) || 'never'],
          ['Deleted', instant(details.deletedDate)],
          ['Purged', instant(details.scheduledPurgeDate)],
          [
            'Operations',
            <span key="ops" class="code">
              {current?.keyOps.join(' ')}
            </span>,
          ],
          ['External key', current?.externalKey?.id],
          ['Exportable', exportable ? 'yes' : 'no'],
          ['Tags', current?.tags ? <Tags tags={current.tags} /> : 'none'],
        ].filter(
          (row): row is [string, JSX.Element | string] => row[1] !== false && row[1] !== undefined,
        )}
      />
      {current?.releasePolicy && (
        <Code
          text={JSON.stringify(current.releasePolicy.policy, undefined, 2)}
          label="the release policy"
        />
      )}
    </Panel>
  )
}

/** The rotation policy, in words. */
export function PolicyPanel({ details, onEdit }: EditProps): JSX.Element {
  const { preferences } = useStore()
  const { rotationPolicy, rotatesAt, state } = details
  const triggers = (rotationPolicy?.lifetimeActions ?? []).map(({ trigger, action }) => {
    const when = trigger.timeAfterCreate
      ? `${formatDuration(trigger.timeAfterCreate)} after a version was created`
      : `${formatDuration(trigger.timeBeforeExpiry ?? '')} before it expires`
    return `${action.type === 'Rotate' ? 'Rotates' : 'Gives notice'} ${when}.`
  })
  return (
    <Panel
      title="Rotation policy"
      actions={
        <Button disabled={preferences.isReadOnly.value || state !== 'active'} onClick={onEdit}>
          {rotationPolicy === undefined ? 'Set…' : 'Change…'}
        </Button>
      }
    >
      {rotationPolicy === undefined ? (
        <p class="quiet">None: the key rotates when somebody rotates it.</p>
      ) : (
        <>
          {triggers.map((text) => (
            <p key={text}>{text}</p>
          ))}
          {rotationPolicy.expiryTime && (
            <p>New versions live for {formatDuration(rotationPolicy.expiryTime)}.</p>
          )}
          {rotatesAt !== undefined && (
            <p>
              Next: <Instant at={rotatesAt} /> · <a href={hrefOf('time')}>go there in time</a>
            </p>
          )}
        </>
      )}
    </Panel>
  )
}

/** The public part of the current version. */
export function PublicKeyPanel({ details }: DetailsProps): JSX.Element {
  const [form, setForm] = useState<'jwk' | 'pem'>('jwk')
  const key = details.publicKeys.at(-1)
  const pem = key && toPem(key)
  if (key === undefined || pem === undefined) {
    return (
      <Panel title="Public key">
        <p class="quiet">
          A symmetric key has no public part: nothing of it leaves the HSM that holds it.
        </p>
      </Panel>
    )
  }
  const label = `the public key as ${form.toUpperCase()}`
  const text = form === 'jwk' ? JSON.stringify(toJwk(key), undefined, 2) : pem
  return (
    <Panel title="Public key">
      <Tabs
        label="Form of the public key"
        value={form}
        tabs={[
          ['jwk', 'JWK'],
          ['pem', 'PEM'],
        ]}
        onChange={setForm}
        actions={<CopyButton text={text} what={label} />}
      >
        <Code text={text} label={label} isCopied={false} />
      </Tabs>
    </Panel>
  )
}

const RECENT = 6

/** The latest calls on the key. */
export function RecentPanel({ name }: { readonly name: string }): JSX.Element {
  const { history } = useStore()
  const entries = history.entries.value
    .filter(({ key }) => key?.toLowerCase() === name.toLowerCase())
    .slice(-RECENT)
    .reverse()
  return (
    <Panel title="Latest calls" actions={<a href={hrefOf('history', name)}>All of them</a>}>
      {entries.length === 0 ? <p class="quiet">None yet.</p> : <EntryList entries={entries} />}
    </Panel>
  )
}
