/** Importing a key that somebody has as a JWK or in a PEM file. */

import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { isPem, parsePem } from '../../model/pem-key.ts'
import { CallDetails } from '../../parts/code.tsx'
import { Dialog } from '../../parts/dialog.tsx'
import { CheckField, TextField } from '../../parts/field.tsx'
import { useStore } from '../../parts/store-context.ts'
import type { Call } from '../../snippets/call.ts'
import { hrefOf } from '../../state/router.ts'
import { NAME_PATTERN, profileOf } from './create-key-dialog.tsx'

/** Imports a key. */
export function ImportKeyDialog({ onClose }: { readonly onClose: () => void }): JSX.Element {
  const { api, changes, connection } = useStore()
  const [name, setName] = useState('')
  const [text, setText] = useState('')
  const isManagedHsm = profileOf(connection) === 'managed-hsm'
  const [isHsm, setHsm] = useState(isManagedHsm)
  const { jwk, error } = isPem(text) ? parsePem(text) : parseJwk(text)
  const call: Call = {
    operation: 'importKey',
    key: name || 'NAME',
    body: { key: jwk, ...(isHsm && { Hsm: true }) },
  }
  // The call to copy shows no private key.
  const shown: Call = {
    ...call,
    body: {
      key: { kty: jwk?.['kty'] ?? '…', '…': 'the members of the key' },
      ...(isHsm && { Hsm: true }),
    },
  }
  const submit = async () => {
    const made = await changes.make(`Imported ${name}`, () => api.call(call))
    if (made !== undefined) location.hash = hrefOf('keys', name)
    return made !== undefined
  }
  return (
    <Dialog
      title="Import key"
      submitName="Import"
      isDisabled={name === '' || jwk === undefined}
      onClose={onClose}
      onSubmit={submit}
    >
      <TextField
        label="Name"
        value={name}
        required={true}
        pattern={NAME_PATTERN}
        hint="Letters, digits and hyphens."
        onInput={setName}
      />
      <TextField
        label="Private or symmetric key as JWK or PEM"
        value={text}
        rows={8}
        isCode={true}
        placeholder='{ "kty": "EC", "crv": "P-256", "x": "…", "y": "…", "d": "…" }'
        error={text === '' ? undefined : error}
        hint="It goes to the HSM and is forgotten when this closes. A key in PEM goes as a JWK, as with every client."
        onInput={setText}
      />
      {!isManagedHsm && (
        <CheckField label="Protected by an HSM" checked={isHsm} onChange={setHsm} />
      )}
      <CallDetails call={shown} />
    </Dialog>
  )
}

function parseJwk(text: string): {
  readonly jwk?: Readonly<Record<string, unknown>>
  readonly error?: string
} {
  try {
    const jwk: unknown = JSON.parse(text)
    if (typeof jwk === 'object' && jwk !== null && 'kty' in jwk) return { jwk: { ...jwk } }
    return { error: 'A JWK is an object with the member kty.' }
  } catch {
    return { error: 'This is no JSON.' }
  }
}
