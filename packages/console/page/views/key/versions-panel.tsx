/** The versions of a key, the newest first. */

import type { KeyDetails } from 'pocket-hsm'
import type { JSX } from 'preact'
import { formatDate } from '../../model/format.ts'
import { Button, CopyButton } from '../../parts/button.tsx'
import { Panel, Pill } from '../../parts/panel.tsx'
import { useStore } from '../../parts/store-context.ts'

/** The latest are enough: a key can have a thousand. */
const MOST = 50

/** The versions, with a switch for each. */
export function VersionsPanel({ details }: { readonly details: KeyDetails }): JSX.Element {
  const { api, changes, clock, preferences } = useStore()
  const { name, versions, state, publicKeys } = details
  const newest = versions
    .map((version, index) => ({ ...version, kid: publicKeys[index]?.kid ?? '' }))
    .reverse()
  const now = clock.now.value
  const toggle = (version: string, enabled: boolean) =>
    changes.make(`${enabled ? 'Enabled' : 'Disabled'} a version of ${name}`, () =>
      api.call({ operation: 'updateKey', key: name, version, enabled }),
    )
  return (
    <Panel title={`Versions (${versions.length})`}>
      <ul class="versions">
        {newest.slice(0, MOST).map(({ version, attributes, kid }, index) => {
          const { enabled, created, exp } = attributes
          return (
            <li key={version}>
              <div>
                <span class="code version" title={kid}>
                  {version.slice(0, 12)}…
                </span>
                <CopyButton text={kid} what="the key identifier" />
                {index === 0 && <Pill tone="good">current</Pill>}
                {!enabled && <Pill tone="quiet">disabled</Pill>}
                {exp !== undefined && exp <= now && <Pill tone="bad">expired</Pill>}
              </div>
              <span class="quiet">{formatDate(created)}</span>
              <Button
                tone="quiet"
                label={`${enabled ? 'Disable' : 'Enable'} version ${version.slice(0, 12)}`}
                disabled={preferences.isReadOnly.value || state !== 'active'}
                onClick={() => toggle(version, !enabled)}
              >
                {enabled ? 'Disable' : 'Enable'}
              </Button>
            </li>
          )
        })}
      </ul>
      {versions.length > MOST && <p class="quiet">and {versions.length - MOST} older versions</p>}
    </Panel>
  )
}
