/** As whom the page calls the HSM. */

import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { Dialog } from '../../parts/dialog.tsx'
import { TextField } from '../../parts/field.tsx'
import { useStore } from '../../parts/store-context.ts'
import { CONSOLE_CALLER, fetchToken } from '../../source/identity.ts'
import { profileOf } from '../keys/create-key-dialog.tsx'

/** Chooses the caller: by name where any token is accepted, otherwise by a token. */
export function IdentityDialog({ onClose }: { readonly onClose: () => void }): JSX.Element {
  const { changes, connection, identity, source } = useStore()
  const { auth, tenantId } = connection.overview.value ?? {}
  const verifies = auth === 'jwt'
  const hasCaller = !verifies || tenantId !== undefined
  const [caller, setCaller] = useState(identity.value.caller)
  const [token, setToken] = useState('')
  const submit = async () => {
    const chosen = caller.trim() || CONSOLE_CALLER
    try {
      const given = token.trim() || undefined
      const made =
        given === undefined && verifies && tenantId !== undefined
          ? await fetchToken(source, tenantId, profileOf(connection), chosen)
          : given
      identity.value = { ...identity.value, caller: chosen, token: made }
      return true
    } catch (error) {
      changes.report(error)
      return false
    }
  }
  return (
    <Dialog title="Acting as" submitName="Use" onClose={onClose} onSubmit={submit}>
      <p class="quiet">{textFor(verifies, tenantId !== undefined)}</p>
      {hasCaller && (
        <TextField
          label={verifies ? 'Client id' : 'Object id of the caller'}
          value={caller}
          hint="With --rbac, that of somebody who has a role."
          onInput={setCaller}
        />
      )}
      <TextField
        label={hasCaller ? 'Or a token of your own' : 'Token'}
        type="password"
        autocomplete="off"
        value={token}
        hint="It stays in the memory of this page, and is gone with it."
        onInput={setToken}
      />
    </Dialog>
  )
}

function textFor(verifies: boolean, hasStandIn: boolean): string {
  if (hasStandIn) return 'This server gives tokens to every application: the page gets one for it.'
  return verifies
    ? 'This server verifies tokens: give one for its keys.'
    : 'Any token is accepted here: the page makes one that names the caller, for the history and for roles.'
}
