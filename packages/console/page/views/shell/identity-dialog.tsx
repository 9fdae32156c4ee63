/** As whom the page calls the HSM. */

import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { Dialog } from '../../parts/dialog.tsx'
import { TextField } from '../../parts/field.tsx'
import { useStore } from '../../parts/store-context.ts'

/** Chooses the caller. */
export function IdentityDialog({ onClose }: { readonly onClose: () => void }): JSX.Element {
  const { connection, identity } = useStore()
  const verifies = connection.overview.value?.auth === 'jwt'
  const [caller, setCaller] = useState(identity.value.caller)
  const [token, setToken] = useState('')
  const submit = async () => {
    const given = token.trim() === '' ? undefined : token.trim()
    identity.value = { ...identity.value, caller: caller.trim() || 'console', token: given }
    return true
  }
  return (
    <Dialog title="Acting as" submitName="Use" onClose={onClose} onSubmit={submit}>
      <p class="quiet">
        {verifies
          ? 'This server verifies tokens: give one for its keys.'
          : 'Any token is accepted here: the page makes one that names the caller, for the history and for roles.'}
      </p>
      {!verifies && (
        <TextField
          label="Object id of the caller"
          value={caller}
          hint="With --rbac, that of somebody who has a role."
          onInput={setCaller}
        />
      )}
      <TextField
        label={verifies ? 'Token' : 'Or a token of your own'}
        type="password"
        autocomplete="off"
        value={token}
        hint="It stays in the memory of this page, and is gone with it."
        onInput={setToken}
      />
    </Dialog>
  )
}
