/** Snapshots: the whole HSM as an encrypted file, and back. */

import type { JSX } from 'preact'
import { useId } from 'preact/hooks'
import { formatInstant } from '../../model/format.ts'
import { Button } from '../../parts/button.tsx'
import { Panel } from '../../parts/panel.tsx'
import { useStore } from '../../parts/store-context.ts'

/** Writes and restores snapshots. */
export function SnapshotPanel(): JSX.Element {
  const { api, changes, clock, connection, preferences } = useStore()
  const id = useId()
  const disabled = preferences.isReadOnly.value
  const save = async () => {
    try {
      const { state } = await api.control<{ readonly state: string }>('GET', '/state')
      const at = formatInstant(clock.now.value).replace(/[ :]/g, '-')
      download(`${connection.hsm.value || 'hsm'}-${at}.pocket-hsm`, state)
    } catch (error) {
      changes.report(error)
    }
  }
  const restore = async (file: File | undefined) => {
    if (file === undefined) return
    const state = (await file.text()).trim()
    await changes.make(`Restored ${file.name}`, () => api.control('POST', '/state', { state }))
  }
  return (
    <Panel title="Snapshot">
      <p class="quiet">
        The whole HSM in a file, encrypted under its security domain: only this HSM can read it.
      </p>
      <div class="actions">
        <Button icon="download" onClick={save}>
          Download
        </Button>
        <label class={`button file${disabled ? ' disabled' : ''}`} for={id}>
          Restore from a file…
        </label>
        <input
          id={id}
          class="visually-hidden"
          type="file"
          accept=".pocket-hsm"
          disabled={disabled}
          onChange={({ currentTarget }) => {
            void restore(currentTarget.files?.[0])
            currentTarget.value = ''
          }}
        />
      </div>
    </Panel>
  )
}

function download(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'application/octet-stream' }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  URL.revokeObjectURL(url)
}
