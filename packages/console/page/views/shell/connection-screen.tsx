/** What is shown until the page is connected, and where it may not be. */

import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { Button } from '../../parts/button.tsx'
import { TextField } from '../../parts/field.tsx'
import { Empty } from '../../parts/panel.tsx'
import { useStore } from '../../parts/store-context.ts'
import type { ConnectionState } from '../../state/connection.ts'

/** Says what is missing, and asks for it. */
export function ConnectionScreen({ state }: { readonly state: ConnectionState }): JSX.Element {
  const { connection } = useStore()
  if (state.kind === 'token') return <TokenForm message={state.message} />
  if (state.kind === 'refused') {
    return (
      <Empty icon="lock" title="This server does not let the page in">
        <p>{state.message}</p>
        <p class="quiet">
          Open the console on the machine of the server, or start it with a control token:{' '}
          <code>--control-token-file</code>.
        </p>
      </Empty>
    )
  }
  if (state.kind === 'lost') {
    return (
      <Empty icon="refresh" title="The HSM does not respond">
        <p>{state.message}</p>
        <Button onClick={connection.restart}>Try again now</Button>
      </Empty>
    )
  }
  return (
    <div class="loading" role="status">
      Reading the HSM…
    </div>
  )
}

function TokenForm({ message }: { readonly message: string }): JSX.Element {
  const { connection, identity } = useStore()
  const [token, setToken] = useState('')
  return (
    <form
      class="token-form panel"
      onSubmit={(event) => {
        event.preventDefault()
        identity.value = { ...identity.value, controlToken: token.trim() }
        connection.restart()
      }}
    >
      <h1>Control token</h1>
      <p>{message}</p>
      <TextField
        label="Token"
        type="password"
        autocomplete="current-password"
        required={true}
        value={token}
        hint="It stays in the memory of this page: a reload asks again."
        onInput={setToken}
      />
      <Button type="submit" tone="primary">
        Connect
      </Button>
    </form>
  )
}
